"""One operator at one station, without a window: facts go in by hand, effects and the screen are read back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from neurohub.contract.commands import CompleteStep, StartStep, StepEvent
from neurohub.contract.enums import Locale, Result, UnitStatus
from neurohub.contract.master import DefectCodeView, EquipmentView, PrinterView, ProcessView
from neurohub.contract.printing import LabelKind
from neurohub.contract.stations import BriefedPerson, BriefedStation, Briefing, badge_sha256
from neurohub.contract.views import UnitView
from station import flow
from station.flow.effects import Effect, Keep, Play, Record
from station.flow.facts import (
    Accepted,
    Briefed,
    Entered,
    Fact,
    NotSaved,
    Pressed,
    Refused,
    RigResult,
    Saved,
    Scanned,
    ServerSaid,
    ServerState,
    Source,
    Ticked,
)
from station.screen import Screen

WIP = "WIP-KR01PSA2511001-007"
OTHER = "WIP-KR01PSA2511001-008"
SERIAL = "KR01PSA25110010007"
NOW = datetime(2025, 11, 3, 1, 0, tzinfo=UTC)
SEED = b"sixteen bytes ok"
_NAMES = ["Laser marking", "LMA assembly", "Sensor test", "Firmware upload", "Robot assembly"]
_NAMES += ["Performance test", "Label printing", "Packing"]
_DEFECTS = {1: "MARKING_UNREADABLE", 2: "PART_DEFECT", 3: "SENSOR_TEMP_FAIL", 4: "FIRMWARE_COMM_ERROR"}
_DEFECTS |= {5: "ASSEMBLY_ERROR", 6: "PERFORMANCE_FAIL", 7: "LABEL_PRINT_FAIL", 8: "MISSING_PART"}


def briefing(*processes: int) -> Briefing:
    """Return what a station of `processes` is told."""
    stations = [BriefedStation(code=f"ST-{n:02d}", name=f"Station {n}", processes=[n]) for n in range(1, 9)]
    own = replace(stations[processes[0] - 1], processes=list(processes))
    people = [("kim", "김민수", Locale.KOREAN, "BADGE-KIM"), ("lee", "Lee", Locale.ENGLISH, "BADGE-LEE")]
    return Briefing(
        station=own,
        line="KR01",
        timezone="Asia/Seoul",
        processes=[_process(n, name) for n, name in enumerate(_NAMES, start=1)],
        defect_codes=[
            DefectCodeView(process=n, code=code, name_ko=f"불량 {n}", name_en=code.lower(), active=True)
            for n, code in _DEFECTS.items()
        ],
        people=[
            BriefedPerson(username=who, name=name, locale=locale, badge_sha256=badge_sha256(badge))
            for who, name, locale, badge in people
        ],
        equipment=[_rig("EQ-3", 3), _rig("EQ-6", 6), _rig("EQ-6B", 6)],
        printers=[_printer()],
        stations=stations,
        newest_version="1.0.0",
    )


def _process(number: int, name: str) -> ProcessView:
    return ProcessView(
        process=number,
        code=f"PROC-{number:03d}",
        name_ko=f"공정{number}",
        name_en=name,
        scan="SERIAL" if number == 8 else "WIP",
        standard_s=60,
        rework=number != 1,
        model=None,
    )


def _rig(code: str, process: int) -> EquipmentView:
    return EquipmentView(
        code=code,
        name=code,
        line="KR01",
        process=process,
        maintenance_due=None,
        maintenance_is_due=False,
        active=True,
    )


def _printer() -> PrinterView:
    return PrinterView(
        code="ZT-1",
        name="Zebra",
        line="KR01",
        address="10.0.0.7:9100",
        dpi=203,
        kinds=list(LabelKind),
        station=None,
        active=True,
    )


def unit(code: str = WIP, **changes: object) -> UnitView:
    """Return the unit as the service answers it."""
    found = UnitView(
        wip_id=code,
        serial_number=None,
        lot_number=code[4:18],
        sequence=int(code[-3:]),
        status=UnitStatus.IN_PROGRESS,
        passed_process=0,
        open_process=None,
        due_process=1,
        rework_count=0,
        attempt=1,
        updated_at=NOW,
    )
    return replace(found, **changes)


class Operator:
    """Plays facts into the flow and keeps all that came out of it."""

    def __init__(self, *processes: int, signed_in: bool = True, kept: dict[str, str] | None = None) -> None:
        self.state = flow.start(now=NOW, seed=SEED, kept=kept or {})
        self.effects: list[Effect] = []
        if processes:
            self.gets(Briefed(briefing=briefing(*processes)))
            self.gets(ServerSaid(state=ServerState.ONLINE))
        if signed_in:
            self.scans("BADGE-LEE")

    def gets(self, *facts: Fact) -> list[Effect]:
        """Let facts happen; return their effects, without sounds and keeps."""
        told: list[Effect] = []
        for fact in facts:
            self.state, effects = flow.advance(self.state, fact)
            told += effects
        self.effects += told
        return [effect for effect in told if not isinstance(effect, Play | Keep)]

    def scans(self, *texts: str) -> list[Effect]:
        return self.gets(*(Scanned(text=text, source=Source.WEDGE) for text in texts))

    def presses(self, *keys: str) -> list[Effect]:
        return self.gets(*(Pressed(key=key) for key in keys))

    def types(self, name: str, text: str) -> None:
        self.gets(Entered(name=name, text=text))

    def waits(self, seconds: float) -> None:
        self.gets(Ticked(now=self.state.now + timedelta(seconds=seconds)))

    def starts(self, code: str = WIP) -> StartStep:
        """Scan a unit in; its start is saved and accepted."""
        (record,) = self.scans(code)
        assert isinstance(record, Record)
        assert isinstance(record.event, StartStep)
        self.hears_all_is_well(record.event)
        return record.event

    def completes(self, *keys: str) -> CompleteStep:
        """Press `keys`, which must record exactly one completion."""
        (event,) = [effect.event for effect in self.presses(*keys) if isinstance(effect, Record)]
        assert isinstance(event, CompleteStep)
        return event

    def hears_all_is_well(self, event: StepEvent, **changes: object) -> None:
        self.gets(Saved(event=event), Accepted(event=event, unit=unit(**changes), attempt=1))

    def is_refused(self, event: StepEvent, code: str, **facts: object) -> None:
        self.gets(Saved(event=event), Refused(event=event, code=code, detail="why", facts=facts))

    def fails_to_save(self, event: StepEvent, reason: str = "disk_full") -> None:
        self.gets(NotSaved(event=event, reason=reason))

    @property
    def screen(self) -> Screen:
        return flow.show(self.state)

    @property
    def kept(self) -> dict[str, str]:
        """What the link would give back after a restart."""
        return {effect.name: effect.value for effect in self.effects if isinstance(effect, Keep)}

    @property
    def sounds(self) -> list[str]:
        return [effect.sound for effect in self.effects if isinstance(effect, Play)]

    @property
    def keys(self) -> list[str]:
        """The buttons on the screen, those of a sheet first."""
        sheet = self.screen.sheet
        rows = [row.key for row in sheet.rows if row.key] if sheet else []
        return [b.key for b in (sheet.buttons if sheet else ())] + rows + [b.key for b in self.screen.buttons]


def rig_result(
    result: Result = Result.PASS, code: str = WIP, process: int = 3, **changes: object
) -> RigResult:
    """Return a completion file as the folder posts it."""
    found = RigResult(
        file=f"{code}.json",
        digest=f"{code}{process}{result}",
        unit=code,
        process=process,
        result=result,
        process_data={"temp_sensor": {"measured_temp": 60.0}, "tof_sensor": {"i2c_communication": True}},
        defect=None,
        occurred_at=NOW,
    )
    return replace(found, **changes)


def event_ids(effects: list[Effect]) -> list[UUID]:
    return [effect.event.event_id for effect in effects if isinstance(effect, Record)]
