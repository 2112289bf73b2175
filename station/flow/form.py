"""The form of the open job: what is filled in, what is missing, and the `process_data` that comes of it.

Not judgement: only what can be known without the service (a number is a number, a PASS is complete).
"""

import math
from typing import Any, Final

from neurohub.contract.enums import Result
from station.flow import plant
from station.flow.asks import ASKS, FLAWS, Ask, nominal, performance
from station.flow.state import Job, Line, State
from station.screen import FieldKind

_BOOLEAN: Final = {"true": True, "false": False}
_MINUTE_MIN: Final = 0.1
_FORCE: Final = ".measured_force"


def asks(state: State, job: Job) -> tuple[Ask, ...]:
    """Return what `job` asks for: at process 6 it is the plant that says at which points its model is tested."""
    told = plant.limits(state, job.process, job.code.model)
    points = [name.removesuffix(_FORCE) for name in told if name.endswith(_FORCE)]
    return performance(points) if points else ASKS[job.process]


def defaults(state: State, job: Job) -> dict[str, str]:
    """Return what a PASS of `job` says where the operator says nothing."""
    asked = asks(state, job)
    found = {ask.name: ask.good for ask in asked if ask.good}
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
    names = {ask.name for ask in asked}
    return found | {name: text for name, text in known.items() if name in names and text}


def values(state: State, job: Job) -> dict[str, str]:
    """Return every field's text: the operator's, else the default."""
    return defaults(state, job) | job.entries


def missing(state: State, job: Job) -> Ask | None:
    """Return the first field that a PASS still needs."""
    filled = values(state, job)
    return next((ask for ask in asks(state, job) if ask.required and not filled.get(ask.name)), None)


def gather(state: State, job: Job, result: Result) -> tuple[dict[str, Any], dict[str, Line]]:
    """Return the process data of a completion of `job`, and what is wrong with it, by field.

    Defaults are said with a PASS alone: with another result they would claim what nobody looked at.
    """
    filled = values(state, job) if result is Result.PASS and job.rig is None else job.entries
    problems: dict[str, Line] = {}
    flat: dict[str, Any] = {}
    for ask in asks(state, job):
        text = filled.get(ask.name, "").strip()
        if found := _problem(ask, text, result, job, filled):
            problems[ask.name] = found
        elif text:
            flat[ask.name] = _value(ask, text)
    data = _shaped(job.process, flat, complete=result is Result.PASS and job.rig is None)
    return (data | job.rig.process_data, {}) if job.rig else (data, problems)


def _problem(ask: Ask, text: str, result: Result, job: Job, filled: dict[str, str]) -> Line | None:
    if not text:
        needed = ask.required and (result is Result.PASS or _is_of_a_test(ask, filled))
        return Line("bad.required") if needed and job.rig is None else None
    if ask.kind is FieldKind.NUMBER and number(text) is None:
        return Line("bad.number")
    contradicts = result is Result.PASS and ask.kind is FieldKind.CHOICE and ask.good and text != ask.good
    # Of the flaws of a package, minor ones may pass.
    return Line("bad.not_for_pass") if contradicts and text != "minor" else None


def _is_of_a_test(ask: Ask, filled: dict[str, str]) -> bool:
    """Tell whether a force was measured at this point: whatever the result, it says nothing without where it was."""
    point, _, _ = ask.name.rpartition(".")
    return not ask.good and bool(filled.get(f"{point}{_FORCE}"))


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
        points = [_point(name.removesuffix(_FORCE), flat) for name in flat if name.endswith(_FORCE)]
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
    """Return a test point; at what it was measured is said by its name where nobody typed it in."""
    names = ("temperature", "displacement")
    at = {name: float(text) for name, text in zip(names, nominal(point), strict=True) if text}
    at |= {name: flat[f"{point}.{name}"] for name in names if f"{point}.{name}" in flat}
    return {"test_point_id": point, **at, "measured_force": flat[f"{point}{_FORCE}"]}


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
    kept = {name: value for name, value in flat.items() if name in names or process == 6}
    return {name: shown(value) for name, value in kept.items()}


def _listed(items: list[Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for item in (item for item in items if isinstance(item, dict)):
        if "test_point_id" in item:
            flat |= {f"{item['test_point_id']}.{name}": value for name, value in item.items()}
        else:
            flat[f"visual_defects.{item.get('type')}"] = item.get("severity")
            flat["visual_defects.note"] = item.get("note", flat.get("visual_defects.note", ""))
    return flat


def shown(value: Any) -> str:
    """Return a value as the form has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
