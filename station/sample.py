"""A plant that is made up: the briefing of a trial without a service, and of the pictures of the screen.

Not the demo plant of the service, and never sent to one. Who calls it: the app, `pictures`.
"""

from typing import Final

from msgspec.structs import replace

from neurohub.contract.enums import Locale, Role
from neurohub.contract.master import DefectCodeView, PrinterView, ProcessView
from neurohub.contract.printing import LabelKind
from neurohub.contract.stations import BriefedLimit, BriefedPerson, BriefedStation, Briefing, badge_sha256

LINE: Final = "KR01"
LOT: Final = "KR01PSA2511001"
PROCESSES: Final = (
    ("레이저 마킹", "Laser marking", 60),
    ("LMA 조립", "LMA assembly", 3600),
    ("센서 검사", "Sensor test", 60),
    ("펌웨어 업로드", "Firmware upload", 60),
    ("로봇 조립", "Robot assembly", 3600),
    ("성능검사", "Performance test", 600),
    ("라벨 프린팅", "Label printing", 60),
    ("포장+외관검사", "Packing + inspection", 120),
)
DEFECTS: Final = (
    (1, "MARKING_UNREADABLE", "마킹 판독 불가", "Marking unreadable"),
    (2, "PART_DEFECT", "부품 불량", "Part defect"),
    (2, "ASSEMBLY_ERROR", "조립 오류", "Assembly error"),
    (3, "SENSOR_TEMP_FAIL", "온도 센서 불량", "Temperature sensor failed"),
    (3, "SENSOR_TOF_FAIL", "거리 센서 불량", "Time-of-flight sensor failed"),
    (4, "FIRMWARE_UPLOAD_FAIL", "업로드 실패", "Upload failed"),
    (4, "FIRMWARE_COMM_ERROR", "통신 오류", "Communication error"),
    (5, "ASSEMBLY_ERROR", "조립 오류", "Assembly error"),
    (5, "APPEARANCE_DEFECT", "외관 불량", "Appearance defect"),
    (6, "PERFORMANCE_FAIL", "성능 미달", "Performance failed"),
    (7, "LABEL_PRINT_FAIL", "인쇄 불량", "Label not printed well"),
    (7, "LABEL_ATTACH_ERROR", "부착 오류", "Label attached wrongly"),
    (8, "APPEARANCE_DEFECT", "외관 불량", "Appearance defect"),
    (8, "MISSING_PART", "부품 누락", "Part missing"),
    (8, "LABEL_ATTACH_ERROR", "부착 오류", "Label attached wrongly"),
)
PEOPLE: Final = (
    ("worker", "김민수", Role.WORKER, Locale.KOREAN),
    ("manager", "이지은", Role.MANAGER, Locale.KOREAN),
    ("anna", "Anna Weber", Role.WORKER, Locale.ENGLISH),
)
TESTS: Final = (("T38_P170", 11.8, 13.8), ("T50_P180", 13.5, 15.5), ("T52_P200", 15.0, 17.0))
EVERY: Final = tuple(range(1, 9))


def briefing(*processes: int) -> Briefing:
    """Return what a station of `processes` (of all, where none is named) would be told."""
    here = list(processes or EVERY)
    stations = [BriefedStation(code=f"ST-{n:02d}", name=f"ST-{n:02d}", processes=[n]) for n in EVERY]
    return Briefing(
        station=replace(stations[here[0] - 1], processes=here),
        line=LINE,
        timezone="Asia/Seoul",
        processes=[_process(n, *facts) for n, facts in enumerate(PROCESSES, start=1)],
        defect_codes=[
            DefectCodeView(process=n, code=code, name_ko=korean, name_en=english, active=True)
            for n, code, korean, english in DEFECTS
            if n in here
        ],
        people=[
            BriefedPerson(
                username=who, name=name, role=role, locale=locale, badge_sha256=badge_sha256(f"BADGE-{who}")
            )
            for who, name, role, locale in PEOPLE
        ],
        equipment=[],
        printers=[_printer(stations[here[0] - 1].code)] if {1, 7} & {*here} else [],
        stations=stations,
        newest_version="0",
        limits=[limit for limit in _limits() if limit.process in here],
    )


def _process(number: int, korean: str, english: str, standard_s: int) -> ProcessView:
    return ProcessView(
        process=number,
        code=f"PROC-{number:03d}",
        name_ko=korean,
        name_en=english,
        scan="SERIAL" if number == 8 else "WIP",
        standard_s=standard_s,
        rework=number != 1,
        model=None,
    )


def _printer(station: str) -> PrinterView:
    return PrinterView(
        code="ZT-01",
        name="Zebra ZT411",
        line=LINE,
        address="127.0.0.1:9100",
        dpi=203,
        kinds=list(LabelKind),
        station=station,
        active=True,
    )


def _limits() -> list[BriefedLimit]:
    named = [(3, "temp_sensor.measured_temp", "degC", 59.0, 61.0)]
    named += [(6, f"{point}.measured_force", "kgf", low, high) for point, low, high in TESTS]
    return [
        BriefedLimit(model=LOT[4:7], process=process, name=name, unit=unit, low=low, high=high)
        for process, name, unit, low, high in named
    ]
