"""What a PASS must carry, process by process: required fields, and what would contradict it.

The service judges all of this again, and the limits besides; a rig learns it here before an operator does.
A test holds the table equal to the service's.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from msgspec import UNSET

from neurohub.contract import process_data as pd
from neurohub.contract.barcode import UnitCode


class Problem(NamedTuple):
    """One thing wrong with a file: `reason` is a key of `text.rig`, `field` the path in the file, if any."""

    reason: str
    field: str = ""
    detail: str = ""


# The value is what the field must be where only one value means "passed".
REQUIRED: Final[dict[int, dict[str, Any]]] = {
    1: {"lot_number_engraved": UNSET, "marking_result": "PASS"},
    2: {"sma_spring_lot": UNSET, "busbar_lot": UNSET, "assembly_time": UNSET, "visual_inspection": "PASS"},
    3: {"temp_sensor": UNSET, "tof_sensor": UNSET},
    4: {"firmware_version": UNSET, "upload_result": "SUCCESS", "board_serial": UNSET},
    5: {"assembly_time": UNSET, "cable_connection": "OK", "final_visual_check": "PASS"},
    6: {"test_results": UNSET},
    7: {"printer_id": UNSET, "label_printed": True, "verified_code": UNSET},
    8: {"visual_defects": UNSET, "packaging_complete": True, "final_result": "PASS"},
}


def pass_problems(process: int, data: pd.ProcessData, unit: UnitCode) -> Iterator[Problem]:
    """Yield what keeps a PASS of `unit` with `data` from being believed."""
    for name, expected in REQUIRED[process].items():
        value = getattr(data, name)
        if value is UNSET:
            yield Problem("missing_field", f"process_data.{name}", "required for PASS")
        elif expected is not UNSET and value != expected:
            spelled = "true" if expected is True else expected
            yield Problem("contradiction", f"process_data.{name}", f"must be {spelled} for PASS")
    for name, detail in _contradictions(data, unit):
        yield Problem("contradiction", f"process_data.{name}", detail)


def _contradictions(data: pd.ProcessData, unit: UnitCode) -> Iterator[tuple[str, str]]:
    match data:
        case pd.LaserMarking(lot_number_engraved=str(engraved)) if engraved != unit.lot_number:
            yield "lot_number_engraved", f"must be {unit.lot_number}"
        case pd.LabelPrinting(verified_code=str(code)) if code != unit.serial_number:
            yield "verified_code", f"must be {unit.serial_number}"
        case pd.PackingInspection(visual_defects=list(found)):
            for i, defect in enumerate(found):
                if defect.severity != "minor":
                    yield f"visual_defects[{i}].severity", f"a {defect.severity} defect cannot pass"
        case pd.SensorTest(temp_sensor=temp, tof_sensor=tof):
            yield from _failed(("temp_sensor", temp), ("tof_sensor", tof))
            if isinstance(tof, pd.TofSensor) and not tof.i2c_communication:
                yield "tof_sensor.i2c_communication", "must be true for PASS"
        case pd.PerformanceTest(test_results=list(points)):
            yield from _failed(*((f"test_results[{i}]", point) for i, point in enumerate(points)))


def _failed(*parts: tuple[str, Any]) -> Iterator[tuple[str, str]]:
    for name, part in parts:
        if part is not UNSET and part.result == "FAIL":
            yield f"{name}.result", "FAIL contradicts PASS"
