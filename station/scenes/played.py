"""A station to which facts happen as a scene needs them, on a made-up plant. No window, no clock, no service."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from neurohub.contract.commands import CompleteStep, StartStep, StepEvent
from neurohub.contract.enums import Result, UnitStatus
from neurohub.contract.stations import DeviceState
from neurohub.contract.views import Judged, UnitView
from station import flow, sample
from station.flow import facts as f
from station.flow.effects import Record
from station.flow.ids import Ids, new_id
from station.flow.state import State

NOW: Final = datetime(2025, 11, 17, 0, 30, tzinfo=UTC)
UNIT: Final = f"WIP-{sample.LOT}-007"
SERIAL: Final = f"{sample.LOT}0007"
VERSION: Final = "1.4.0"
BADGES: Final = {"ko": "BADGE-WORKER", "en": "BADGE-ANNA"}


class Played:
    """A station of `processes` to which things happen, with the choices of its operator."""

    def __init__(self, choices: dict[str, str]) -> None:
        self._badge = BADGES[choices["language"]]
        self.state: State = flow.start(
            now=NOW, seed=bytes(16), kept=choices, station="ST-01", version=VERSION
        )
        self._event: StepEvent | None = None

    def hears(self, *facts: f.Fact) -> None:
        for fact in facts:
            self.state, effects = flow.advance(self.state, fact)
            self._event = next((e.event for e in effects if isinstance(e, Record)), self._event)

    def opens(self, *processes: int, newest: str = VERSION) -> None:
        """Be briefed, with all devices well."""
        briefing = replace(sample.briefing(*processes), newest_version=newest)
        self.hears(f.Briefed(briefing=briefing), f.ServerSaid(state=f.ServerState.ONLINE))
        off = DeviceState.OK if {3, 6} & {*processes} else DeviceState.OFF
        printer = DeviceState.OK if briefing.printers else DeviceState.OFF
        for device, state in (("scanner", DeviceState.OK), ("folder", off), ("printer", printer)):
            self.hears(f.DeviceSaid(device=f.Device(device), state=state))

    def works(self, *processes: int) -> None:
        """Be briefed, sign in, choose the first process and look back on some work."""
        self.opens(*processes)
        self.scans(self._badge)
        self.hears(f.HistorySaid(rows=tuple(_earlier(processes[0]))))
        if len(processes) > 1:
            self.presses(f"process:{processes[0]}")

    def scans(self, *texts: str) -> None:
        self.hears(*(f.Scanned(text=text, source=f.Source.WEDGE) for text in texts))

    def presses(self, *keys: str) -> None:
        self.hears(*(f.Pressed(key=key) for key in keys))

    def waits(self, seconds: float) -> None:
        self.hears(f.Ticked(now=self.state.now + timedelta(seconds=seconds)))

    def is_saved(self) -> None:
        self.hears(f.Saved(event=self.event))

    def is_accepted(self, judged: tuple[Judged, ...] = (), **unit: Any) -> None:
        self.is_saved()
        self.hears(f.Accepted(event=self.event, unit=_unit(**unit), attempt=1, judged=judged))

    def is_refused(self, code: str, **facts: Any) -> None:
        self.is_saved()
        self.hears(f.Refused(event=self.event, code=code, detail="", facts=facts))

    def starts(self, process: int, unit: str = UNIT) -> None:
        """Work at `process`, and start a unit there."""
        self.works(process)
        self.scans(unit)
        self.is_accepted(open_process=process)
        self.waits(6)

    @property
    def event(self) -> StepEvent:
        if self._event is None:
            raise RuntimeError("nothing was recorded")
        return self._event

    def rows(self, state: str = "accepted", code: str = "") -> tuple[f.HistoryRow, ...]:
        """Return some events of before."""
        found: list[f.HistoryRow] = []
        for number in range(1, 10):
            event = replace(self.event, occurred_at=NOW - timedelta(minutes=9 * number))
            if isinstance(event, StartStep | CompleteStep):
                event = replace(event, unit=f"{UNIT[:-3]}{number:03d}")
            event = msgspec.json.decode(msgspec.json.encode(event), type=type(event))
            identity = event.event_id.int + number
            event = replace(event, event_id=type(event.event_id)(int=identity))
            found.append(f.HistoryRow(event=event, state=state, code=code))
        return tuple(found)


def _unit(**changes: Any) -> UnitView:
    found = UnitView(
        wip_id=UNIT,
        serial_number=None,
        lot_number=sample.LOT,
        sequence=7,
        status=UnitStatus.IN_PROGRESS,
        passed_process=0,
        open_process=None,
        due_process=1,
        rework_count=0,
        attempt=1,
        updated_at=NOW,
    )
    return replace(found, **changes)


def _earlier(process: int) -> Iterator[f.HistoryRow]:
    """Yield what was done at the station this morning, the newest first."""
    ids = Ids(b"earlier")
    for number in range(6, 0, -1):
        ids, event_id = new_id(ids, NOW)
        event = CompleteStep(
            event_id=event_id,
            unit=SERIAL[:-1] + str(number) if process == 8 else f"{UNIT[:-1]}{number}",
            process=process,
            result=Result.FAIL if number == 4 else Result.PASS,
            process_data={},
            occurred_at=NOW - timedelta(minutes=3 * (7 - number)),
        )
        yield f.HistoryRow(event=event, state="accepted")
