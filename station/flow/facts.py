"""Facts: what happened, as frozen Structs. They are all that crosses from a thread into the flow.

Devices, the link and the views post them with `Post`; `flow.advance` alone decides what follows. Instants are
aware datetimes, durations seconds.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from neurohub.contract.commands import DefectReport, StepEvent
from neurohub.contract.enums import Result
from neurohub.contract.printing import JobStatus, LabelKind
from neurohub.contract.stations import Briefing, DeviceState
from neurohub.contract.views import Judged, UnitView


class Fact(Struct, frozen=True, kw_only=True):
    """Base of everything that can happen to a station."""


Post = Callable[[Fact], None]  # may be called from any thread


class Source(StrEnum):
    WEDGE = "wedge"
    SERIAL = "serial"
    VIRTUAL = "virtual"
    TYPED = "typed"


class Device(StrEnum):
    SCANNER = "scanner"
    GAUGE = "gauge"
    FOLDER = "folder"
    PRINTER = "printer"


class ServerState(StrEnum):
    """How the service is from here. `REFUSES`: it answers, but does not accept this station's credential."""

    UNKNOWN = "UNKNOWN"
    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"
    REFUSES = "REFUSES"


# --- from devices


class Scanned(Fact, frozen=True, kw_only=True):
    """One whole scan, trimmed and upper-cased. `doubtful`: it had to be repaired (Hangul IME) or came in half."""

    text: str
    source: Source
    doubtful: bool = False


class GaugeRead(Fact, frozen=True, kw_only=True):
    value: float
    unit: str


class RigResult(Fact, frozen=True, kw_only=True):
    """A completion file that is whole and well-formed. `digest` (SHA-256 of its bytes) makes it count once."""

    file: str
    digest: str
    unit: str
    process: int
    result: Result
    process_data: dict[str, Any]
    defect: DefectReport | None
    occurred_at: datetime


class RigFileRefused(Fact, frozen=True, kw_only=True):
    """A file that was moved to `error/`; `reason` is a key of the texts, `detail` what a vendor needs."""

    file: str
    reason: str
    detail: str


class DeviceSaid(Fact, frozen=True, kw_only=True):
    device: Device
    state: DeviceState
    detail: str = ""


class JobSaid(Fact, frozen=True, kw_only=True):
    """A print job of this station's printers went on."""

    job: int
    kind: LabelKind
    code: str
    printer: str
    status: JobStatus
    detail: str = ""


class FirmwareSaid(Fact, frozen=True, kw_only=True):
    """The image for `model` in the work folder. `progress` 0..1 while it comes, 1 when verified and in place."""

    model: str
    version: str
    progress: float
    problem: str = ""


# --- from the link


class Saved(Fact, frozen=True, kw_only=True):
    """The event is on this station's disk: only now may it be acknowledged.

    `digest` is that of the rig's file it was recorded with, which may now leave the folder. Where the file had been
    recorded before, `event` is the one of then.
    """

    event: StepEvent
    digest: str = ""


class NotSaved(Fact, frozen=True, kw_only=True):
    """The event is nowhere: the operator must do it again. `reason` is a key of the texts."""

    event: StepEvent
    reason: str


class Accepted(Fact, frozen=True, kw_only=True):
    """The service has committed the event. `judged` comes with completions, `unit` with everything."""

    event: StepEvent
    unit: UnitView
    attempt: int | None = None
    judged: tuple[Judged, ...] = ()


class Refused(Fact, frozen=True, kw_only=True):
    """The service refused the event for cause; it is on the quarantine list. `facts` name unit, due process ..

    Not `final`: the process before is not reported yet, perhaps its station is still delivering. The event keeps
    waiting, for 10 min; `Settle` takes it back, and `Accepted` or a final refusal may follow.
    """

    event: StepEvent
    code: str
    detail: str
    facts: dict[str, Any]
    final: bool = True


class QueueSaid(Fact, frozen=True, kw_only=True):
    """What the outbox holds: not yet delivered, the age of the oldest, refused and not yet settled.

    `disk_low`: under 500 MB are free; under 50 MB nothing is saved any more. `moved_aside`: the outbox was damaged;
    this file is what is left of it, and what could be read went into the new one.
    """

    depth: int
    oldest_s: float | None
    refused: int
    disk_low: bool = False
    moved_aside: str = ""


class ServerSaid(Fact, frozen=True, kw_only=True):
    """`clock_ahead_s`: how far this station's clock is ahead of the service's."""

    state: ServerState
    detail: str = ""
    clock_ahead_s: float = 0.0


class Briefed(Fact, frozen=True, kw_only=True):
    briefing: Briefing


class SignInAnswered(Fact, frozen=True, kw_only=True):
    """A sign-in by password: `problem` is a problem code, empty when the person may work here."""

    username: str
    problem: str = ""


class HistoryRow(Struct, frozen=True, kw_only=True):
    """One event of this station. `state`: `waiting`, `accepted` or `refused`; `code` names the refusal."""

    event: StepEvent
    state: str
    code: str = ""
    detail: str = ""


class HistorySaid(Fact, frozen=True, kw_only=True):
    rows: tuple[HistoryRow, ...]


# --- from the operator and the clock


class Pressed(Fact, frozen=True, kw_only=True):
    """A button, key or line of a list: `key` is what the `Screen` gave it."""

    key: str


class Entered(Fact, frozen=True, kw_only=True):
    """The field `name` of the form now holds `text`."""

    name: str
    text: str


class Ticked(Fact, frozen=True, kw_only=True):
    """The clock: four times a second."""

    now: datetime
