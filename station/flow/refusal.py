"""A refusal of the service in words the floor can act on: why, what to do, where the unit should go.

Not when it is shown: `answers` decides that. The facts come from the wire, so nothing in them is taken for granted.
"""

import re
from typing import Any, Final

from neurohub.contract.commands import CompleteStep
from neurohub.contract.enums import UnitStatus
from neurohub.contract.problems import Code
from station.flow import plant
from station.flow.asks import ASKS
from station.flow.facts import HistoryRow, Refused
from station.flow.state import Line, Notice, State, event_unit
from station.screen import Icon, Tone
from station.text import known

_DUE: Final = frozenset(
    {Code.PREVIOUS_PROCESS_NOT_COMPLETED, Code.PROCESS_ALREADY_PASSED, Code.PROCESS_NOT_STARTED}
)
_STATUS: Final = frozenset({UnitStatus.DEFECTED, UnitStatus.SCRAPPED, UnitStatus.PASSED})
_POINT: Final = re.compile(r"test_results\[([0-9]{1,2})\]\.?(.*)")
# What the service says of a field, as words of ours; what is not here is shown as it was said.
_SAID: Final = (
    (re.compile(r"required for PASS"), "bad.required"),
    (re.compile(r"(?P<value>.+) is outside (?P<range>.+)"), "bad.limits"),
    (re.compile(r"not plausible: outside (?P<range>.+)"), "bad.plausible"),
    (re.compile(r"must be above 0 and at most (?P<high>.+) minutes"), "bad.minutes"),
    (re.compile(r"must be (?P<version>v.+) or a newer release"), "bad.firmware"),
    (
        re.compile(r"must be .+ for PASS|failed|FAIL contradicts PASS|a .+ defect cannot pass"),
        "bad.not_for_pass",
    ),
    (re.compile(r"must be (?P<due>.+)"), "bad.must_be"),
    (re.compile(r"this board is in another unit"), "bad.board"),
    (re.compile(r"this process has no rework"), "bad.no_rework"),
    (re.compile(r"not a defect code of process .+"), "bad.defect"),
    (re.compile(r"no limits are set for this model"), "bad.no_limits"),
    (re.compile(r"unknown test point"), "bad.test_point"),
    (re.compile(r"unknown field"), "bad.unknown_field"),
)


def notice(state: State, fact: Refused) -> Notice:
    """Return what to tell of a refused event."""
    key = problem_key(fact.code)
    unit = fact.facts.get("unit")
    status = unit.get("status") if isinstance(unit, dict) else None
    facts = {"said": fact.detail, "station": _text(fact.facts.get("open_station"))}
    todo = Line(f"status.{status}.do") if _decides(fact.code, status) else Line(f"{key}.do", facts)
    return Notice(
        tone=Tone.BAD,
        icon=Icon.BAD,
        headline=Line(key, facts),
        code=event_unit(state, fact.event),
        detail=(todo, *(Line("refused.field", {"field": n, "line": p}) for n, p in problems(fact).items())),
        arrow=_arrow(state, fact, status),
    )


def problem_key(code: str) -> str:
    """Return the key of the words for a problem code, also of a service newer than this station."""
    return f"problem.{code}" if known(f"problem.{code}") else "problem.other"


def _decides(code: str, status: Any) -> bool:
    return code == Code.UNIT_NOT_ACTIVE and status in _STATUS


def _arrow(state: State, fact: Refused, status: Any) -> Line | None:
    due, stations = fact.facts.get("due_process"), fact.facts.get("due_stations")
    if fact.code in _DUE and isinstance(due, int):
        named = stations if isinstance(stations, list) else plant.stations_of(state, due)
        return Line("arrow.process", {"process": due, "stations": " · ".join(_text(code) for code in named)})
    if fact.code == Code.ALREADY_STARTED and (where := _text(fact.facts.get("open_station"))):
        return Line("arrow.station", {"station": where})
    return Line(f"status.{status}.arrow") if _decides(fact.code, status) else None


def problems(fact: Refused) -> dict[str, Line]:
    """Return what is wrong with the data, by the field of the form (or the name that the service gave)."""
    said = fact.facts.get("fields")
    event = fact.event
    if not isinstance(said, list) or not isinstance(event, CompleteStep):
        return {}
    found = [field for field in said if isinstance(field, dict)]
    return {_field(event, _text(f.get("name"))): words(_text(f.get("problem"))) for f in found}


def _field(event: CompleteStep, name: str) -> str:
    asked = [ask.name for ask in ASKS[event.process]]
    if (at := _POINT.fullmatch(name)) is not None:
        name = f"{_point_id(event, int(at[1]))}.{at[2] or 'measured_force'}"
    if name in asked:
        return name
    return next((field for field in asked if field.startswith(f"{name.partition('[')[0]}.")), name)


def _point_id(event: CompleteStep, index: int) -> str:
    points = event.process_data.get("test_results")
    point = points[index] if isinstance(points, list) and index < len(points) else None
    return _text(point.get("test_point_id")) if isinstance(point, dict) else ""


def words(said: str) -> Line:
    """Return the words for what the service said of a field."""
    for pattern, key in _SAID:
        if (found := pattern.fullmatch(said)) is not None:
            return Line(key, found.groupdict())
    return Line("bad.other", {"said": said})


def of_row(row: HistoryRow) -> Refused:
    """Return a line of the refused list as the refusal it was; only code and detail are kept of it."""
    return Refused(event=row.event, code=row.code, detail=row.detail, facts={})


def belongs_here(state: State, fact: Refused) -> bool:
    """Tell whether a start was refused because the step is open at this very station: then it is ours to finish."""
    unit = fact.facts.get("unit")
    here = fact.facts.get("open_station")
    process = getattr(fact.event, "process", None)
    at = unit.get("open_process") if isinstance(unit, dict) else None
    return (
        fact.code == Code.ALREADY_STARTED and bool(state.station) and here == state.station and at == process
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
