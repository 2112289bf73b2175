"""What the station knows: one frozen value. Only `advance` makes the next one, only `show` turns it into words.

Words are kept as keys (`Line`), so that the language can change at any moment. Dicts in here are never changed.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from neurohub.contract.barcode import InvalidBarcodeError, UnitCode, parse_unit
from neurohub.contract.commands import CompleteStep, StepEvent, UndoStart
from neurohub.contract.enums import Locale, Result
from neurohub.contract.stations import Briefing
from neurohub.contract.views import Judged, UnitView
from station.flow.effects import Effect
from station.flow.facts import (
    Device,
    DeviceSaid,
    FirmwareSaid,
    HistoryRow,
    JobSaid,
    QueueSaid,
    RigResult,
    ServerSaid,
    ServerState,
)
from station.flow.ids import Ids
from station.screen import Icon, Tone

UNDO_S: Final = 10.0
RECENT: Final = 10


class Data(Struct, frozen=True, kw_only=True):
    """Base of the parts of the state."""


class Line(Struct, frozen=True):
    """Words to come: a key of the texts and what goes into it."""

    key: str
    facts: dict[str, Any] = {}


class Notice(Data, frozen=True, kw_only=True):
    """What the operator must be told. `ask` is the key of the button that answers it, beside the acknowledgement."""

    tone: Tone
    icon: Icon
    headline: Line
    code: str = ""
    detail: tuple[Line, ...] = ()
    arrow: Line | None = None
    ask: str = ""


class Job(Data, frozen=True, kw_only=True):
    """The unit that is being worked on. `start` is null where the step was found open here (a new disk)."""

    unit: str
    process: int
    operator: str
    start: UUID | None
    started_at: datetime
    saved: bool = False
    attempt: int | None = None
    answered: bool = False
    entries: dict[str, str] = {}
    problems: dict[str, Line] = {}
    rig: RigResult | None = None
    replaces: UUID | None = None

    @property
    def code(self) -> UnitCode:
        return parse_unit(self.unit)


def is_unit(text: str) -> bool:
    try:
        parse_unit(text)
    except InvalidBarcodeError:
        return False
    return True


class Stage(StrEnum):
    """How far an event has come: asked for, on this disk, committed by the service, refused by it."""

    ASKED = "asked"
    SAVED = "saved"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Outcome(Data, frozen=True, kw_only=True):
    """How the last job ended; it stays until the next scan."""

    event: CompleteStep | UndoStart
    job: Job
    stage: Stage = Stage.ASKED
    unit: UnitView | None = None
    judged: tuple[Judged, ...] = ()


class Done(Data, frozen=True, kw_only=True):
    """One result of today: a line of the last ten, and one of the counts. `result` is null for an undone start."""

    event_id: UUID
    at: datetime
    unit: str
    process: int
    result: Result | None
    stage: Stage


class Choices(Data, frozen=True, kw_only=True):
    """What the operator chose; kept over restarts. `process` 0: none yet."""

    language: Locale = Locale.KOREAN
    theme: str = "dark"
    text: str = "normal"  # or large
    sound: str = "on"
    process: int = 0


class SheetState(Data, frozen=True, kw_only=True):
    """The sheet over the job, with what was entered, read and chosen in it."""

    key: str
    day: date | None = None
    result: str = ""
    chosen: str = ""
    rows: tuple[HistoryRow, ...] | None = None
    form: dict[str, str] = {}
    problem: Line | None = None


class Devices(Data, frozen=True, kw_only=True):
    """What devices, link and rigs last said of themselves."""

    said: dict[Device, DeviceSaid] = {}
    server: ServerSaid = ServerSaid(state=ServerState.UNKNOWN)
    queue: QueueSaid = QueueSaid(depth=0, oldest_s=None, refused=0)
    firmware: dict[str, FirmwareSaid] = {}
    labels: dict[str, JobSaid] = {}
    gauge: str = ""


class State(Data, frozen=True, kw_only=True):
    now: datetime
    ids: Ids
    version: str = ""  # of this program
    station: str = ""
    choices: Choices = Choices()
    briefing: Briefing | None = None
    operator: str = ""
    job: Job | None = None
    outcome: Outcome | None = None
    notice: Notice | None = None
    alarms: tuple[Notice, ...] = ()
    sheet: SheetState | None = None
    today: tuple[Done, ...] = ()
    counted: bool = False  # today's results of before this start were read back
    scan: str = ""
    scanned_at: datetime | None = None
    scanned_back: frozenset[str] = frozenset()
    held: tuple[RigResult, ...] = ()  # of rigs, while nobody is signed in
    digests: tuple[str, ...] = ()  # of the last files recorded: one may be offered again
    devices: Devices = Devices()


Step = tuple[State, tuple[Effect, ...]]


def still(state: State) -> Step:
    return state, ()


def tell(state: State, notice: Notice) -> State:
    return replace(state, notice=notice)


def alarm(state: State, notice: Notice) -> State:
    """Return the state with `notice` among those that wait for an acknowledgement, the oldest first."""
    return state if notice in state.alarms else replace(state, alarms=(*state.alarms, notice))


def problem(
    key: str, *, code: str = "", icon: Icon = Icon.BAD, tone: Tone = Tone.BAD, **facts: Any
) -> Notice:
    """Return a notice whose headline is `key` and whose detail, what to do, is `key` + `.do`."""
    return Notice(
        tone=tone, icon=icon, headline=Line(key, facts), code=code, detail=(Line(f"{key}.do", facts),)
    )


def event_unit(state: State, event: StepEvent) -> str:
    """Return the unit that `event` is about as far as the station knows it; an undo names only its start."""
    if not isinstance(event, UndoStart):
        return event.unit
    return next((done.unit for done in state.today if done.event_id == event.event_id), "")


def kept(before: State, after: State) -> dict[str, str]:
    """Return what of `after` must be kept on disk because it differs from `before`."""
    old, new = _keepable(before), _keepable(after)
    return {name: value for name, value in new.items() if old[name] != value}


def _keepable(state: State) -> dict[str, str]:
    choices = {name: str(value) for name, value in msgspec.structs.asdict(state.choices).items()}
    job = msgspec.json.encode(state.job).decode() if state.job is not None and state.job.saved else ""
    return choices | {"job": job}


def restored(kept_things: Mapping[str, str]) -> tuple[Choices, Job | None]:
    """Return what was kept; what cannot be read any more is left out."""
    choices = Choices()
    for name in Choices.__struct_fields__:
        if name in kept_things:
            changed = {**msgspec.structs.asdict(choices), name: kept_things[name]}
            try:
                choices = msgspec.convert(changed, Choices, strict=False)
            except msgspec.ValidationError:
                continue
    try:
        job = msgspec.json.decode(kept_things.get("job") or "null", type=Job | None)
    except (msgspec.DecodeError, UnicodeEncodeError):
        job = None
    return choices, job if job is not None and is_unit(job.unit) and job.process in range(1, 9) else None
