"""Judgement of a completion: whether what it carries is complete, plausible and within limits.

Pure: the caller brings the limits in force and the unit's codes. What needs the database (released firmware,
boards, defect codes) is checked by the state machine in SQL, after this.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct

from neurohub.contract import forms
from neurohub.contract import process_data as pd
from neurohub.contract.barcode import UnitCode
from neurohub.contract.enums import Result
from neurohub.contract.views import Judged
from neurohub.domain.limits import Limits, Range


class FieldProblem(Struct, frozen=True):
    """One field of the process data and what is wrong with it."""

    name: str
    problem: str


class Judgement(Struct, frozen=True):
    """What was found. `problems` refuse the completion; `derived_defect` names the defect a FAIL proves."""

    problems: list[FieldProblem]
    judged: list[Judged]
    derived_defect: str | None
    components: dict[str, str]
    data: pd.ProcessData | None


# What a PASS must carry, and the value it must have where only one value means "passed".
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
COMPONENT_FIELDS: Final = {"sma_spring_lot": "sma_spring", "busbar_lot": "busbar", "link_lot": "link"}
ASSEMBLY_TIME_MIN: Final = Range(0.0, 100_000.0)
NO_LIMITS: Final = "no limits are set for this model"


def judge(
    process: int, unit: UnitCode, result: Result, reported: dict[str, Any], limits: Limits | None
) -> Judgement:
    """Judge what a completion of `process` reported against `limits`.

    Shape and plausibility count for every result; completeness and limits only for a PASS.
    """
    data, problems = read(process, reported)
    if data is None:
        return Judgement(problems, [], None, {}, None)
    judged, implausible, defect = measure(data, limits)
    problems += implausible
    if result is Result.PASS:
        problems += _missing(process, data)
        problems += _contradictions(data, unit)
        problems += [FieldProblem(j.name, _out_of_limits(j)) for j in judged if not j.ok]
    return Judgement(problems, judged, defect, components(data), data)


def read(process: int, reported: dict[str, Any]) -> tuple[pd.ProcessData | None, list[FieldProblem]]:
    """Return the process's data, or every field that has the wrong shape or name."""
    kind = pd.BY_PROCESS[process]
    try:
        return msgspec.convert(reported, kind), []
    except msgspec.ValidationError:
        return None, [p for name, value in reported.items() for p in _shape_problem(kind, name, value)]


def _shape_problem(kind: type[pd.ProcessData], name: str, value: object) -> Iterator[FieldProblem]:
    try:
        msgspec.convert({name: value}, kind)
    except msgspec.ValidationError as error:
        reason, _, path = forms.said(error).partition(" - at `$.")
        known = any(field.name == name for field in msgspec.structs.fields(kind))
        yield FieldProblem(
            path.rstrip("`") or _shown(name, 40), _shown(reason, 120) if known else "unknown field"
        )


def _shown(text: str, length: int) -> str:
    """Return what a client wrote in at most `length` characters, none of which JSON spells in six."""
    return "".join(character if character >= " " else "?" for character in text[:length])


def _missing(process: int, data: pd.ProcessData) -> Iterator[FieldProblem]:
    for name, expected in REQUIRED[process].items():
        value = getattr(data, name)
        if value is UNSET:
            yield FieldProblem(name, "required for PASS")
        elif expected is not UNSET and value != expected:
            yield FieldProblem(
                name, f"must be {str(expected).lower() if expected is True else expected} for PASS"
            )


def _contradictions(data: pd.ProcessData, unit: UnitCode) -> Iterator[FieldProblem]:
    """Yield what a PASS of this unit cannot have reported."""
    match data:
        case pd.LaserMarking(lot_number_engraved=str(engraved)) if engraved != unit.lot_number:
            yield FieldProblem("lot_number_engraved", f"must be {unit.lot_number}")
        case pd.LabelPrinting(verified_code=str(code)) if code != unit.serial_number:
            yield FieldProblem("verified_code", f"must be {unit.serial_number}")
        case pd.PackingInspection(visual_defects=list(found)):
            yield from (
                FieldProblem(f"visual_defects[{i}]", f"a {d.severity} defect cannot pass")
                for i, d in enumerate(found)
                if d.severity != "minor"
            )
        case pd.SensorTest():
            yield from _failed_parts(("temp_sensor", data.temp_sensor), ("tof_sensor", data.tof_sensor))
        case pd.PerformanceTest(test_results=list(points)):
            yield from _failed_parts(*((p.test_point_id, p) for p in points))


def _failed_parts(*parts: tuple[str, Any]) -> Iterator[FieldProblem]:
    for name, part in parts:
        if part is not UNSET and part.result == "FAIL":
            yield FieldProblem(f"{name}.result", "FAIL contradicts PASS")


Measured = tuple[list[Judged], list[FieldProblem], str | None]


def measure(data: pd.ProcessData, limits: Limits | None) -> Measured:
    """Return the judged measurements, the implausible fields and the defect they prove, if any."""
    measurer = _MEASURERS.get(type(data))
    return ([], [], None) if measurer is None else measurer(data, limits)


def _measure_sensors(data: Any, limits: Limits | None) -> Measured:
    judged: list[Judged] = []
    if data.temp_sensor is not UNSET:
        if limits is None:
            return [], [FieldProblem("temp_sensor", NO_LIMITS)], None
        value = data.temp_sensor.measured_temp
        judged.append(_within("temp_sensor.measured_temp", value, "degC", limits.measured_temp_degc))
    if data.tof_sensor is not UNSET:
        answered = data.tof_sensor.i2c_communication
        judged.append(
            Judged(
                name="tof_sensor.i2c_communication", value=answered, unit="", low=None, high=None, ok=answered
            )
        )
    failed = next((j.name for j in judged if not j.ok), None)
    defect = {None: None, "temp_sensor.measured_temp": "SENSOR_TEMP_FAIL"}.get(failed, "SENSOR_TOF_FAIL")
    return judged, [], defect


def _measure_points(data: Any, limits: Limits | None) -> Measured:
    if data.test_results is UNSET:
        return [], [], None
    if limits is None:
        return [], [FieldProblem("test_results", NO_LIMITS)], None
    judged: list[Judged] = []
    problems: list[FieldProblem] = []
    for i, point in enumerate(data.test_results):
        problems += _implausible(f"test_results[{i}]", point, limits)
        target = limits.test_points.get(point.test_point_id)
        if target is None:
            problems.append(FieldProblem(f"test_results[{i}].test_point_id", "unknown test point"))
        else:
            name = f"{point.test_point_id}.measured_force"
            judged.append(_within(name, point.measured_force, "kgf", target.range()))
    return judged, problems, None if all(j.ok for j in judged) else "PERFORMANCE_FAIL"


def _implausible(path: str, point: pd.TestPoint, limits: Limits) -> Iterator[FieldProblem]:
    for name, value, plausible in (
        ("temperature", point.temperature, limits.plausible_temperature_degc),
        ("displacement", point.displacement, limits.plausible_displacement_mm),
        ("measured_force", point.measured_force, limits.plausible_force_kgf),
    ):
        if not plausible.holds(value):
            yield FieldProblem(f"{path}.{name}", f"not plausible: outside {plausible.low}..{plausible.high}")


def _measure_time(data: Any, _: Limits | None) -> Measured:
    minutes = data.assembly_time
    if minutes is UNSET or (minutes > 0 and ASSEMBLY_TIME_MIN.holds(minutes)):
        return [], [], None
    problem = f"must be above 0 and at most {ASSEMBLY_TIME_MIN.high:.0f} minutes"
    return [], [FieldProblem("assembly_time", problem)], None


_MEASURERS: Final[dict[type, Callable[[Any, Limits | None], Measured]]] = {
    pd.SensorTest: _measure_sensors,
    pd.PerformanceTest: _measure_points,
    pd.LmaAssembly: _measure_time,
    pd.RobotAssembly: _measure_time,
}


def _within(name: str, value: float, unit: str, limits: Range) -> Judged:
    return Judged(name=name, value=value, unit=unit, low=limits.low, high=limits.high, ok=limits.holds(value))


def _out_of_limits(judged: Judged) -> str:
    if judged.low is None:
        return "failed"
    return f"{judged.value} {judged.unit} is outside {judged.low}..{judged.high}"


def components(data: pd.ProcessData) -> dict[str, str]:
    """Return the component lots that `data` names, by kind."""
    found = {kind: getattr(data, name, UNSET) for name, kind in COMPONENT_FIELDS.items()}
    return {kind: lot for kind, lot in found.items() if lot is not UNSET}
