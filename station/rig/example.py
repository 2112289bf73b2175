"""Example results of each process: what `neurohub-rig new` prints and a simulated rig writes.

Within the standard limits when they pass; a FAIL carries a defect code of the process. No clock, no disk.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import msgspec

from neurohub.contract.barcode import UnitCode, parse_unit
from neurohub.contract.commands import DefectReport
from neurohub.contract.enums import Result
from station.rig import file
from station.rig.file import CompletionFile

DEFECTS: Final = {
    1: "MARKING_UNREADABLE",
    2: "PART_DEFECT",
    3: "SENSOR_TEMP_FAIL",
    4: "FIRMWARE_UPLOAD_FAIL",
    5: "ASSEMBLY_ERROR",
    6: "PERFORMANCE_FAIL",
    7: "LABEL_PRINT_FAIL",
    8: "MISSING_PART",
}
_TEMPERATURE_DEGC: Final = {True: 60.2, False: 63.4}
_POINTS: Final = (
    ("T38_P170", 38.0, 170.0, 12.9),
    ("T50_P180", 50.0, 180.0, 14.4),
    ("T52_P200", 52.0, 200.0, 16.1),
)


def example(process: int, unit: str, result: Result, completed_at: datetime) -> CompletionFile:
    """Return a plausible result of `process` on `unit`; ERROR and REWORK carry no measurement."""
    code = parse_unit(unit)
    judged = result in {Result.PASS, Result.FAIL}
    return CompletionFile(
        unit=code.serial_number if process == 8 else code.wip_id,
        process=file.process_code(process),
        result=result,
        completed_at=completed_at.replace(microsecond=0),
        process_data=_DATA[process](code, result is Result.PASS) if judged else {},
        defect=DefectReport(code=DEFECTS[process], description="example") if result is Result.FAIL else None,
    )


def encode(completion: CompletionFile) -> bytes:
    """Return the file's bytes: UTF-8, indented, absent fields absent."""
    members = msgspec.to_builtins(completion)
    if completion.defect is None:
        del members["defect"]
    return msgspec.json.format(msgspec.json.encode(members)) + b"\n"


def _word(passed: bool, good: str = "PASS") -> str:  # noqa: FBT001
    return good if passed else "FAIL"


def _marking(unit: UnitCode, passed: bool) -> dict[str, Any]:  # noqa: FBT001
    return {"lot_number_engraved": unit.lot_number, "marking_result": _word(passed)}


def _lma(unit: UnitCode, passed: bool) -> dict[str, Any]:  # noqa: FBT001
    return {
        "sma_spring_lot": f"SP-{unit.lot_number[-5:]}",
        "busbar_lot": f"BB-{unit.lot_number[-5:]}",
        "assembly_time": 57.5,
        "visual_inspection": _word(passed),
    }


def _sensors(_: UnitCode, passed: bool) -> dict[str, Any]:  # noqa: FBT001
    return {
        "temp_sensor": {
            "measured_temp": _TEMPERATURE_DEGC[passed],
            "target_temp": 60.0,
            "tolerance": 1.0,
            "result": _word(passed),
        },
        "tof_sensor": {"i2c_communication": True, "result": "PASS"},
    }


def _firmware(unit: UnitCode, passed: bool) -> dict[str, Any]:  # noqa: FBT001
    return {
        "firmware_version": "v1.2.3",
        "upload_result": _word(passed, "SUCCESS"),
        "board_serial": f"CB-{unit.serial_number}",
    }


def _robot(unit: UnitCode, passed: bool) -> dict[str, Any]:  # noqa: FBT001
    return {
        "assembly_time": 58.0,
        "cable_connection": _word(passed, "OK"),
        "final_visual_check": _word(passed),
        "link_lot": f"LK-{unit.lot_number[-5:]}",
    }


def _performance(_: UnitCode, passed: bool) -> dict[str, Any]:  # noqa: FBT001
    keys = ("test_point_id", "temperature", "displacement", "measured_force")
    points = [dict(zip(keys, point, strict=True)) | {"result": "PASS"} for point in _POINTS]
    if not passed:
        points[-1] |= {"measured_force": 11.3, "result": "FAIL"}
    return {"test_results": points, "test_duration_seconds": 540}


def _label(unit: UnitCode, passed: bool) -> dict[str, Any]:  # noqa: FBT001
    return {"printer_id": "ZT-07", "label_printed": passed, "verified_code": unit.serial_number}


def _packing(_: UnitCode, passed: bool) -> dict[str, Any]:  # noqa: FBT001
    return {
        "visual_defects": [{"type": "scratch", "severity": "minor", "note": "rear cover, 2 mm"}],
        "packaging_complete": passed,
        "final_result": _word(passed),
    }


_DATA: Final[dict[int, Callable[[UnitCode, bool], dict[str, Any]]]] = {
    1: _marking,
    2: _lma,
    3: _sensors,
    4: _firmware,
    5: _robot,
    6: _performance,
    7: _label,
    8: _packing,
}
