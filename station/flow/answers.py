"""What became of an event: on the disk or not, committed by the service or refused. Late answers become alarms.

An answer to what is on the screen changes the screen; to anything else, the lists and the banner.
"""

from typing import Final
from uuid import UUID

from msgspec.structs import replace

from neurohub.contract.commands import CompleteStep, StartStep, StepEvent, UndoStart
from neurohub.contract.enums import Result
from neurohub.contract.problems import Code
from station.flow import form, refusal, work
from station.flow.effects import Effect, Play, ReadHistory, Settle, Sound
from station.flow.facts import Accepted, NotSaved, Refused, Saved
from station.flow.state import (
    Job,
    Line,
    Notice,
    Outcome,
    Stage,
    State,
    Step,
    alarm,
    event_unit,
    still,
    tell,
)
from station.screen import Icon, Tone

NOT_SAVED: Final = frozenset({"disk_full", "disk_failed", "not_text"})


def saved(state: State, fact: Saved) -> Step:
    """Only now is a scan acknowledged: it is on this station's disk."""
    job, outcome = _job_of(state, fact.event), _outcome_of(state, fact.event)
    state = _marked(state, fact.event.event_id, Stage.SAVED)
    if job is not None:
        return replace(state, job=replace(job, saved=True)), (Play(sound=Sound.SAVED),)
    if outcome is not None and outcome.stage is Stage.ASKED:
        return replace(state, outcome=replace(outcome, stage=Stage.SAVED)), (Play(sound=Sound.SAVED),)
    return still(state)


def not_saved(state: State, fact: NotSaved) -> Step:
    """The event is nowhere: say so loudly, and put back what was there before it."""
    event = fact.event
    job, outcome = _job_of(state, event), _outcome_of(state, event)
    today = tuple(done for done in state.today if done.event_id != event.event_id)
    notice = Notice(
        tone=Tone.BAD,
        icon=Icon.BAD,
        headline=Line("not_saved"),
        code=event_unit(state, event),
        detail=(Line(f"not_saved.{fact.reason}" if fact.reason in NOT_SAVED else "not_saved.other"),),
    )
    state = replace(state, today=today, scan="")
    loud = (Play(sound=Sound.BAD),)
    if job is not None:
        return tell(replace(state, job=None), notice), loud
    if outcome is not None and state.job is None:
        rig = outcome.job.rig
        digests = tuple(digest for digest in state.digests if rig is None or digest != rig.digest)
        return tell(replace(state, job=outcome.job, outcome=None, digests=digests), notice), loud
    return alarm(state, notice), loud


def accepted(state: State, fact: Accepted) -> Step:
    """The service has committed the event."""
    job, outcome = _job_of(state, fact.event), _outcome_of(state, fact.event)
    state = _marked(state, fact.event.event_id, Stage.ACCEPTED)
    if job is not None:
        return still(replace(state, job=replace(job, saved=True, answered=True, attempt=fact.attempt)))
    if outcome is None:
        return still(state)
    state = replace(state, outcome=replace(outcome, stage=Stage.ACCEPTED, unit=fact.unit, judged=fact.judged))
    event = fact.event
    if not isinstance(event, CompleteStep):
        return still(state)
    return state, (Play(sound=Sound.GOOD if event.result is Result.PASS else Sound.WARN),)


def refused(state: State, fact: Refused) -> Step:
    """The service refused the event. It is on the list; here it is said, where it is still on the screen."""
    event = fact.event
    job, outcome = _job_of(state, event), _outcome_of(state, event)
    notice = refusal.notice(state, fact)
    if not fact.final:
        return _too_early(state, fact, notice) if job is not None else still(state)
    if job is not None:
        return _start_refused(state, job, fact, notice)
    state = _marked(state, event.event_id, Stage.REFUSED)
    if outcome is None or state.job is not None:
        return _late(state, notice)
    state = replace(state, outcome=None)
    if isinstance(event, CompleteStep) and fact.code == Code.INVALID_PROCESS_DATA:
        return tell(replace(state, job=reopen(outcome.job, fact)), notice), (Play(sound=Sound.BAD),)
    if isinstance(event, UndoStart):
        state = replace(state, job=outcome.job)  # what was not taken back is still open
    return tell(state, notice), (Play(sound=Sound.BAD),)


def _late(state: State, notice: Notice) -> Step:
    """Raise a banner that leads to the list, or read the list anew where it is being looked at."""
    if state.sheet is not None and state.sheet.key == "refused":
        return state, (ReadHistory(refused=True), Play(sound=Sound.WARN))
    late = replace(notice, detail=(*notice.detail, Line("refused.listed")), ask="refused")
    return alarm(state, late), (Play(sound=Sound.WARN),)


def _too_early(state: State, fact: Refused, notice: Notice) -> Step:
    """Take back a start that was just scanned too early, and say where the unit is due.

    Work that went on in the meantime goes on: the station before may still be delivering.
    """
    if work.undo_left_s(state) <= 0:
        return still(state)
    state, effects = replace(state, job=None, sheet=None), (Settle(event_id=fact.event.event_id),)
    return tell(state, notice), (Play(sound=Sound.BAD), *effects)


def _start_refused(state: State, job: Job, fact: Refused, notice: Notice) -> Step:
    if refusal.belongs_here(state, fact):
        found = replace(job, start=None, saved=True, answered=True)
        told = Notice(tone=Tone.WARN, icon=Icon.WORK, headline=Line("job.found"), code=job.unit)
        effects: tuple[Effect, ...] = (Settle(event_id=fact.event.event_id), Play(sound=Sound.WARN))
        return tell(replace(state, job=found), told), effects
    state = tell(replace(state, job=None, sheet=None), notice)
    if job.rig is None:
        return state, (Play(sound=Sound.BAD),)
    state, effects = work.rig(state, job.rig)  # the file is recorded all the same: none is left out
    return tell(state, notice), (Play(sound=Sound.BAD), *effects)


def reopen(job: Job, fact: Refused) -> Job:
    """Return the job with what its completion said in the form, and what was wrong with it beside the fields."""
    data = fact.event.process_data if isinstance(fact.event, CompleteStep) else {}
    return replace(
        job,
        rig=None,
        entries={**job.entries, **form.entries_of(job.process, data)},
        problems=refusal.problems(fact),
        replaces=fact.event.event_id,
    )


def _job_of(state: State, event: StepEvent) -> Job | None:
    """Return the open job if `event` is its start."""
    is_its = isinstance(event, StartStep) and state.job is not None and state.job.start == event.event_id
    return state.job if is_its else None


def _outcome_of(state: State, event: StepEvent) -> Outcome | None:
    """Return the outcome on the screen if `event` made it."""
    outcome = state.outcome
    return outcome if outcome is not None and outcome.event.event_id == event.event_id else None


def _marked(state: State, event_id: UUID, stage: Stage) -> State:
    if all(done.event_id != event_id for done in state.today):
        return state
    today = tuple(replace(d, stage=stage) if d.event_id == event_id else d for d in state.today)
    return replace(state, today=today)
