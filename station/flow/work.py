"""The verbs of the work: start, complete, undo, and what a rig or a gauge brings. Each records at most one event.

Whether a scan or a button may do it now is asked before, in `scan` and `press`.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from neurohub.contract.barcode import parse_unit
from neurohub.contract.commands import CompleteStep, DefectReport, StartStep, UndoStart
from neurohub.contract.enums import Result
from station.flow import form, plant
from station.flow.asks import COMPLETES_ITSELF, DERIVES_DEFECT
from station.flow.effects import Effect, Play, Record, Settle, Sound
from station.flow.facts import GaugeRead, RigResult
from station.flow.ids import new_id
from station.flow.state import (
    UNDO_S,
    Done,
    Job,
    Line,
    Notice,
    Outcome,
    SheetState,
    Stage,
    State,
    Step,
    is_unit,
    problem,
    still,
    tell,
)
from station.screen import FieldKind, Icon, Tone

_DIGESTS: Final = 200
_UNITS: Final = {"C": "degC", "°C": "degC", "DEGC": "degC", "KGF": "kgf", "MM": "mm"}


def begin(state: State, unit: str) -> Step:
    """Start the chosen process on `unit`."""
    ids, event_id = new_id(state.ids, state.now)
    process = state.choices.process
    event = StartStep(
        event_id=event_id,
        unit=unit,
        process=process,
        operator=state.operator,
        occurred_at=state.now,
        equipment=plant.equipment(state, process) or UNSET,
    )
    job = Job(unit=unit, process=process, operator=state.operator, start=event_id, started_at=state.now)
    after = replace(state, ids=ids, job=job, outcome=None, notice=None, sheet=None)
    return after, (Record(event=event),)


def finish(state: State, job: Job, result: Result, defect: DefectReport | None = None) -> Step:
    """Complete the open `job`; what is missing for a PASS is asked for and nothing is recorded."""
    data, problems = form.gather(state, job, result)
    if problems:
        after = replace(state, job=replace(job, problems=problems), sheet=None)
        return tell(after, _incomplete(job, problems)), (Play(sound=Sound.WARN),)
    return _complete(replace(state, job=None), job, result, data, defect)


def _complete(
    state: State, job: Job, result: Result, data: dict[str, Any], defect: DefectReport | None
) -> Step:
    ids, event_id = new_id(state.ids, state.now)
    event = CompleteStep(
        event_id=event_id,
        unit=job.unit,
        process=job.process,
        result=result,
        process_data=data,
        defect=defect,
        start_event_id=job.start or UNSET,
        operator=state.operator or job.operator,
        occurred_at=job.rig.occurred_at if job.rig else state.now,
        equipment=plant.equipment(state, job.process) or UNSET,
    )
    settled: tuple[Effect, ...] = (Settle(event_id=job.replaces),) if job.replaces else ()
    digests = (*state.digests, job.rig.digest)[-_DIGESTS:] if job.rig else state.digests
    after = _done(replace(state, ids=ids, digests=digests), event_id, job, result)
    if state.job is None and is_unit(job.unit):
        outcome = Outcome(event=event, job=replace(job, replaces=None, problems={}))
        after = replace(after, outcome=outcome, notice=None, sheet=None)
    return after, (Record(event=event, digest=job.rig.digest if job.rig else ""), *settled)


def undo(state: State, job: Job, start: UUID) -> Step:
    """Take the start of `job` back."""
    ids, event_id = new_id(state.ids, state.now)
    event = UndoStart(event_id=event_id, undo=start, operator=state.operator, occurred_at=state.now)
    after = _done(replace(state, ids=ids, job=None, notice=None, sheet=None), event_id, job, None)
    return replace(after, outcome=Outcome(event=event, job=job)), (Record(event=event),)


def undo_left_s(state: State) -> float:
    """Return how long the open start can still be taken back."""
    job = state.job
    if job is None or job.start is None or job.rig is not None:
        return 0.0
    since_s = (state.now - job.started_at).total_seconds()
    return UNDO_S - since_s if 0 <= since_s < UNDO_S else 0.0


def _done(state: State, event_id: UUID, job: Job, result: Result | None) -> State:
    done = Done(
        event_id=event_id,
        at=state.now,
        unit=job.unit,
        process=job.process,
        result=result,
        stage=Stage.ASKED,
    )
    return replace(state, today=(*state.today, done))


def fill(state: State, job: Job, entries: Mapping[str, str]) -> State:
    """Return the state with `entries` in the form, and without what was wrong with those fields."""
    problems = {name: line for name, line in job.problems.items() if name not in entries}
    job = replace(job, entries={**job.entries, **entries}, problems=problems)
    return replace(state, job=job, notice=None)


def fill_and_finish(state: State, job: Job, entries: Mapping[str, str]) -> Step:
    """Fill the form from a device; where nothing is left to say, complete."""
    state = fill(state, job, entries)
    if state.job is None or job.process not in COMPLETES_ITSELF or form.missing(state, state.job):
        return state, (Play(sound=Sound.SAVED),)
    return finish(state, state.job, Result.PASS)


def gauge(state: State, fact: GaugeRead) -> Step:
    """Put a gauge's value into the first empty field of its unit; without one it is shown in the diagnostics alone."""
    said = replace(state, devices=replace(state.devices, gauge=f"{fact.value:g} {fact.unit}".strip()))
    job = state.job
    if job is None or not state.operator:
        return still(said)
    unit = _UNITS.get(fact.unit.upper().replace(" ", ""), fact.unit)
    for ask in form.asks(state, job):
        waits = ask.kind is FieldKind.NUMBER and not ask.good and not job.entries.get(ask.name)
        if waits and ask.unit != "min" and unit in {ask.unit, ""}:
            return fill_and_finish(said, job, {ask.name: f"{fact.value:.12g}"})
    return still(said)


def rig(state: State, fact: RigResult) -> Step:
    """Record what a rig found: for the open job, or for a unit that is not on the screen.

    It waits where nobody is signed in to answer for it, and for the operator's word where a FAIL names no defect.
    """
    job = state.job if state.job and _same_unit(state.job, fact) else None
    if job is None and not state.operator:
        held = any(waiting.digest == fact.digest for waiting in state.held)
        return still(state if held else replace(state, held=(*state.held, fact)))
    if fact.digest in state.digests:
        return _once_more(state, fact)
    if job is None:
        return _complete(state, _job_of(state, fact), fact.result, fact.process_data, fact.defect)
    if job.rig is not None and job.rig.digest != fact.digest:
        return _beside(state, job, fact)
    job = replace(job, rig=fact)
    if fact.result is Result.FAIL and fact.defect is None and job.process not in DERIVES_DEFECT:
        return replace(state, job=job, sheet=SheetState(key="defects")), (Play(sound=Sound.WARN),)
    return finish(replace(state, job=job), job, fact.result, fact.defect)


def _once_more(state: State, fact: RigResult) -> Step:
    """Record a file again that is offered again: the outbox knows its digest and counts it once."""
    found = _job_of(state, fact)
    after, effects = _complete(state, found, fact.result, fact.process_data, fact.defect)
    return replace(state, ids=after.ids), effects


def _job_of(state: State, fact: RigResult) -> Job:
    """Return the step that a file without an open job is about."""
    return Job(
        unit=fact.unit,
        process=fact.process,
        operator=state.job.operator if state.job else state.operator,
        start=None,
        started_at=fact.occurred_at,
        rig=fact,
    )


def _beside(state: State, job: Job, fact: RigResult) -> Step:
    """Record the file that waited for a defect as it is, and let the newer one take its place: none is left out."""
    older = job.rig
    state, effects = _complete(state, job, Result.FAIL, older.process_data if older else {}, None)
    after, more = rig(replace(state, job=replace(job, rig=None)), fact)
    return after, (*effects, *more)


def _same_unit(job: Job, fact: RigResult) -> bool:
    named = job.process == fact.process and is_unit(fact.unit)
    return named and parse_unit(fact.unit)[:2] == job.code[:2]


def _incomplete(job: Job, problems: Mapping[str, Line]) -> Notice:
    names = list(problems)
    return Notice(
        tone=Tone.WARN,
        icon=Icon.WARN,
        headline=Line("incomplete", {"field": names[0]}),
        code=job.unit,
        detail=tuple(Line("refused.field", {"field": n, "line": line}) for n, line in problems.items()),
    )


def refuse(state: State, key: str, **facts: Any) -> Step:
    """Tell that a scan or key does nothing now, why, and what to do."""
    return tell(state, problem(key, **facts)), (Play(sound=Sound.BAD),)
