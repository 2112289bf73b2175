"""What an answer of the service means for an event: accepted, refused, or to be sent again. Pure.

An event counts as accepted only by a 2xx that names it, and as refused only by a problem of the service: a
proxy's page, half an answer or an overloaded service is never a verdict. Who calls it: the delivery.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, Struct

from neurohub.contract.commands import StepEvent, UndoStart
from neurohub.contract.problems import Code
from neurohub.contract.views import EventResult, EventResults, Judged, StepView, UndoneView
from station.flow.facts import Accepted, Refused

RETRIED: Final = frozenset({401, 408, 425, 429})  # 401 is about the sign-in, not about the event
MAY_PASS: Final = Code.PREVIOUS_PROCESS_NOT_COMPLETED  # another station may still be delivering
_PROBLEM_WORDS: Final = frozenset({"type", "title", "status", "detail", "code"})

_step: Final = msgspec.json.Decoder(StepView)
_undone: Final = msgspec.json.Decoder(UndoneView)
_results: Final = msgspec.json.Decoder(EventResults)
_judged: Final = msgspec.json.Decoder(tuple[Judged, ...])
_facts: Final = msgspec.json.Decoder(dict[str, Any])
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _Problem(Struct):
    code: str
    status: int
    detail: str = ""


_problem: Final = msgspec.json.Decoder(_Problem)


class Again(NamedTuple):
    """The event is to be sent again. `refusal` is there when that is because a refusal may pass."""

    reason: str
    refusal: Refused | None = None


Verdict = Accepted | Refused | Again


def judge(event: StepEvent, status: int, body: bytes) -> Verdict:
    """Return what `status` and `body`, an answer to `event` alone, mean for it."""
    try:
        if 200 <= status < 300:
            return _accepted(event, body)
        if 400 <= status < 500 and status not in RETRIED:
            return _refused(event, status, body)
    except _UNREADABLE as error:
        return Again(f"{status} is not understood: {error}")
    return Again(f"status {status}")


def judge_list(events: Sequence[StepEvent], body: bytes) -> list[Verdict] | None:
    """Return the verdict of each event from the 200 of a list; None when it is no answer to a list."""
    try:
        results = _results.decode(body).results
    except _UNREADABLE:
        return None
    by_id: dict[Any, EventResult] = {one.event_id: one for one in results}
    if len(by_id) != len(results):
        return None
    verdicts: list[Verdict] = []
    for event in events:
        found = by_id.get(event.event_id)
        unnamed = Again("the answer does not name this event")
        verdicts.append(unnamed if found is None else judge(event, found.status, bytes(found.body)))
    return verdicts


def hold_back(units: Sequence[str], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return `verdicts` of a list, in which a refusal behind an event that goes again means nothing: it goes again too.

    A completion is refused when its start was not recorded, for whatever passing reason.
    """
    stuck = set[str]()
    held: list[Verdict] = []
    for unit, verdict in zip(units, verdicts, strict=True):
        if isinstance(verdict, Again):
            stuck.add(unit)
        behind = unit in stuck and isinstance(verdict, Refused)
        held.append(Again("an earlier event of the unit comes first") if behind else verdict)
    return held


def _accepted(event: StepEvent, body: bytes) -> Verdict:
    if isinstance(event, UndoStart):
        undone = _undone.decode(body)
        return _named(event, undone) or Accepted(event=event, unit=undone.unit)
    step = _step.decode(body)
    judged = () if step.judged is UNSET else _judged.decode(step.judged)
    return _named(event, step) or Accepted(event=event, unit=step.unit, attempt=step.attempt, judged=judged)


def _named(event: StepEvent, view: StepView | UndoneView) -> Again | None:
    return None if view.event_id == event.event_id else Again("the answer names another event")


def _refused(event: StepEvent, status: int, body: bytes) -> Verdict:
    problem = _problem.decode(body)
    if problem.status != status or not problem.code:
        return Again(f"{status} is not a problem of the service")
    facts = {name: value for name, value in _facts.decode(body).items() if name not in _PROBLEM_WORDS}
    refusal = Refused(event=event, code=problem.code, detail=problem.detail, facts=facts)
    if problem.code != MAY_PASS:
        return refusal
    return Again(problem.code, msgspec.structs.replace(refusal, final=False))
