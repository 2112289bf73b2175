"""The form of the open job: what is filled in, what is missing, and the `process_data` that comes of it.

Not judgement: only what can be known without the service (a number is a number, a PASS is complete).
"""

import math
from typing import Any, Final

from neurohub.contract.enums import Result
from station.flow import plant
from station.flow.asks import ASKS, FLAWS, POINTS, Ask
from station.flow.state import Job, Line, State
from station.screen import FieldKind

_BOOLEAN: Final = {"true": True, "false": False}
_MINUTE_MIN: Final = 0.1


def defaults(state: State, job: Job) -> dict[str, str]:
    """Return what a PASS of `job` says where the operator says nothing."""
    found = {ask.name: ask.good for ask in ASKS[job.process] if ask.good}
    firmware = state.devices.firmware.get(job.code.model)
    label = state.devices.labels.get(job.code.serial_number)
    seconds = max(0.0, (state.now - job.started_at).total_seconds())
    minutes = max(_MINUTE_MIN, round(seconds / 60, 1))
    known = {
        "lot_number_engraved": job.code.lot_number,
        "assembly_time": f"{minutes:.12g}",
        "test_duration_seconds": f"{seconds:.0f}",
        "firmware_version": firmware.version if firmware and firmware.progress >= 1 else "",
        "printer_id": (label.printer if label else "") or plant.printer(state) or state.station,
    }
    names = {ask.name for ask in ASKS[job.process]}
    return found | {name: text for name, text in known.items() if name in names and text}


def values(state: State, job: Job) -> dict[str, str]:
    """Return every field's text: the operator's, else the default."""
    return defaults(state, job) | job.entries


def missing(state: State, job: Job) -> Ask | None:
    """Return the first field that a PASS still needs."""
    filled = values(state, job)
    return next((ask for ask in ASKS[job.process] if ask.required and not filled.get(ask.name)), None)


def gather(state: State, job: Job, result: Result) -> tuple[dict[str, Any], dict[str, Line]]:
    """Return the process data of a completion of `job`, and what is wrong with it, by field.

    Defaults are said with a PASS alone: with another result they would claim what nobody looked at.
    """
    filled = values(state, job) if result is Result.PASS and job.rig is None else job.entries
    problems: dict[str, Line] = {}
    flat: dict[str, Any] = {}
    for ask in ASKS[job.process]:
        text = filled.get(ask.name, "").strip()
        if found := _problem(ask, text, result, job):
            problems[ask.name] = found
        elif text:
            flat[ask.name] = _value(ask, text)
    data = _shaped(job.process, flat, complete=result is Result.PASS and job.rig is None)
    return (data | job.rig.process_data, {}) if job.rig else (data, problems)


def _problem(ask: Ask, text: str, result: Result, job: Job) -> Line | None:
    if not text:
        needed = ask.required and result is Result.PASS and job.rig is None
        return Line("bad.required") if needed else None
    if ask.kind is FieldKind.NUMBER and number(text) is None:
        return Line("bad.number")
    contradicts = result is Result.PASS and ask.kind is FieldKind.CHOICE and ask.good and text != ask.good
    # Of the flaws of a package, minor ones may pass.
    return Line("bad.not_for_pass") if contradicts and text != "minor" else None


def number(text: str) -> float | None:
    """Return the finite number that `text` writes with a point or a comma, or null."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _value(ask: Ask, text: str) -> Any:
    if ask.kind is FieldKind.NUMBER:
        return number(text)
    return _BOOLEAN.get(text, text) if ask.kind is FieldKind.CHOICE else text


def _shaped(process: int, flat: dict[str, Any], *, complete: bool) -> dict[str, Any]:
    if process == 6:
        points = [_point(point, flat) for point in POINTS if f"{point}.measured_force" in flat]
        duration = {name: value for name, value in flat.items() if name == "test_duration_seconds"}
        return ({"test_results": points} if points else {}) | duration
    if process == 8:
        return _packed(flat, complete=complete)
    data: dict[str, Any] = {}
    for name, value in flat.items():
        group, _, part = name.rpartition(".")
        if group:
            data[group] = {part: value}
        else:
            data[name] = value
    return data


def _point(point: str, flat: dict[str, Any]) -> dict[str, Any]:
    temperature, displacement = (float(text) for text in POINTS[point])
    return {
        "test_point_id": point,
        "temperature": flat.get(f"{point}.temperature", temperature),
        "displacement": flat.get(f"{point}.displacement", displacement),
        "measured_force": flat[f"{point}.measured_force"],
    }


def _packed(flat: dict[str, Any], *, complete: bool) -> dict[str, Any]:
    found = [(kind, flat.pop(f"visual_defects.{kind}", "none")) for kind in FLAWS]
    note = flat.pop("visual_defects.note", "")
    flaws = [{"type": kind, "severity": severity} for kind, severity in found if severity != "none"]
    if flaws and note:
        flaws[-1]["note"] = note
    return flat | {"visual_defects": flaws} if flaws or complete else flat


def entries_of(process: int, data: dict[str, Any]) -> dict[str, str]:
    """Return the form that would send `data`: what was refused is corrected, not typed again."""
    flat: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{part}": inner for part, inner in value.items()}
        elif isinstance(value, list):
            flat |= _listed(value)
        else:
            flat[name] = value
    names = {ask.name for ask in ASKS[process]}
    return {name: _text(value) for name, value in flat.items() if name in names}


def _listed(items: list[Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for item in (item for item in items if isinstance(item, dict)):
        if "test_point_id" in item:
            flat |= {f"{item['test_point_id']}.{name}": value for name, value in item.items()}
        else:
            flat[f"visual_defects.{item.get('type')}"] = item.get("severity")
            flat["visual_defects.note"] = item.get("note", flat.get("visual_defects.note", ""))
    return flat


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
