"""Record start, complete and undo events: the path of every scan.

Each event is checked for what needs no database (who, signature, barcode, judgement), then all go to the
state machine in one statement. One refused event never touches its neighbours.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC
from typing import Final, NamedTuple

from msgspec import UNSET

from neurohub.auth.caller import Caller
from neurohub.contract.barcode import InvalidBarcodeError, UnitCode, parse_unit
from neurohub.contract.commands import CompleteStep, StartStep, StepEvent, UndoStart, canonical
from neurohub.contract.enums import EventKind, Result, Role
from neurohub.contract.problems import Code, Problem, ProblemError
from neurohub.domain.judgement import FieldProblem, judge
from neurohub.operations.answers import Answer, answer, refuse
from neurohub.operations.limits_book import LimitsBook
from neurohub.operations.signatures import SignatureCheck
from neurohub.storage import events as storage
from neurohub.storage.pool import Database

ITEMS_PER_STATEMENT: Final = 100
LIMITS_ATTEMPTS: Final = 4
_UNKNOWN_UNIT: Final = UnitCode("", 0, is_serial=False)
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # PostgreSQL keeps no NUL in texts


class Recorder(NamedTuple):
    """What recording needs: the database, the limits in force, the stations' signatures."""

    database: Database
    limits: LimitsBook
    signatures: SignatureCheck


async def record_events(recorder: Recorder, caller: Caller, events: Sequence[StepEvent]) -> list[Answer]:
    """Record `events` of `caller` in order; return their answers in the same order."""
    answers: dict[int, Answer] = {}
    accepted: list[int] = []
    for i, event in enumerate(events):
        problem = _who_problem(caller, event) or _form_problem(event)
        problem = problem or await recorder.signatures.problem(caller, event)
        if problem is None:
            accepted.append(i)
        else:
            answers[i] = refuse(event.event_id, problem)
    for at in range(0, len(accepted), ITEMS_PER_STATEMENT):
        chosen = accepted[at : at + ITEMS_PER_STATEMENT]
        answers |= await _commit(recorder, caller, {i: events[i] for i in chosen})
    return [answers[i] for i in range(len(events))]


async def _commit(recorder: Recorder, caller: Caller, events: dict[int, StepEvent]) -> dict[int, Answer]:
    """Judge and commit; when limits changed meanwhile, again: what was accepted is only replayed."""
    for _ in range(LIMITS_ATTEMPTS):
        items = [_item(i, caller, e, recorder.limits) for i, e in events.items()]
        found = await storage.record(recorder.database, items)
        if all(a.code != "LIMITS_CHANGED" for a in found.values()):
            return {i: answer(event, found[i]) for i, event in events.items()}
        await recorder.limits.reload()
    raise ProblemError(Code.OVERLOADED, "The limits are being changed; try again", retry_after_s=1)


def _who_problem(caller: Caller, event: StepEvent) -> Problem | None:
    """A station names the operator; a person is the operator."""
    if caller.station is not None:
        if event.operator is UNSET:
            return Problem(Code.INVALID_REQUEST, "A station names the `operator` of each event")
    elif event.operator is not UNSET and event.operator != caller.username:
        return Problem(Code.INVALID_REQUEST, f"You are {caller.username}; `operator` cannot be somebody else")
    return None


def _form_problem(event: StepEvent) -> Problem | None:
    """What JSON can say and the database cannot keep."""
    try:
        has_nul = _NUL.search(canonical(event)) is not None
    except OverflowError:
        return Problem(Code.INVALID_REQUEST, "`occurred_at` is outside the years 1..9999 in UTC")
    return Problem(Code.INVALID_REQUEST, "A text has a NUL character in it") if has_nul else None


def _item(i: int, caller: Caller, event: StepEvent, limits: LimitsBook) -> storage.EventItem:
    facts = {
        "ord": i,
        "event_id": event.event_id,
        "credential": caller.credential,
        "command_hash": hashlib.sha256(canonical(event)).hexdigest(),
        "role": caller.role.value,
        "station": caller.station,
        "line": caller.line if caller.role is Role.WORKER else None,
        "operator": event.operator if event.operator is not UNSET else caller.username,
        # In UTC: PostgreSQL takes no zone beyond 15:59 hours, JSON does.
        "occurred_at": event.occurred_at.astimezone(UTC) if event.occurred_at else None,
        "station_seq": event.station_seq or None,
        "signed": event.mac is not UNSET,
    }
    match event:
        case UndoStart():
            facts |= {"kind": EventKind.UNDO, "ref": event.undo}
        case StartStep():
            facts |= {"kind": EventKind.START, "process": event.process, "equipment": event.equipment or None}
            facts |= _unit_facts(_unit_of(event))
        case CompleteStep():
            facts |= {"kind": EventKind.COMPLETE} | _completion_facts(event, _unit_of(event), limits)
    return storage.EventItem(**facts)  # type: ignore[arg-type]


def _unit_of(event: StartStep | CompleteStep) -> UnitCode | None:
    try:
        return parse_unit(event.unit)
    except InvalidBarcodeError:
        return None


def _unit_facts(unit: UnitCode | None) -> dict[str, object]:
    if unit is None:
        return {}
    return {"lot_number": unit.lot_number, "sequence": unit.sequence, "is_serial": unit.is_serial}


def _completion_facts(event: CompleteStep, unit: UnitCode | None, limits: LimitsBook) -> dict[str, object]:
    version, in_force = limits.of(unit.model) if unit else (None, None)
    found = judge(event.process, unit or _UNKNOWN_UNIT, event.result, event.process_data, in_force)
    defect_code, problems = _defect(event, found.derived_defect)
    return _unit_facts(unit) | {
        "process": event.process,
        "equipment": event.equipment or None,
        "ref": event.start_event_id or None,
        "result": event.result,
        "defect_code": defect_code,
        "defect_text": event.defect.description if event.defect else None,
        "limits_version": version,
        "problems": [*found.problems, *problems] or None,
        "process_data": event.process_data,
        "judged": found.judged,
        "firmware_version": getattr(found.data, "firmware_version", None) or None,
        "board_serial": getattr(found.data, "board_serial", None) or None,
        "components": found.components or None,
    }


def _defect(event: CompleteStep, derived: str | None) -> tuple[str | None, list[FieldProblem]]:
    """Return the defect code of a completion and what is wrong with how the defect was reported."""
    if event.result is Result.FAIL:
        code = event.defect.code if event.defect else derived
        return code, [] if code else [FieldProblem("defect.code", "required for FAIL")]
    if event.result is Result.REWORK:
        return event.defect.code if event.defect else None, []
    if event.defect is not None:
        return None, [FieldProblem("defect", f"a result of {event.result} has no defect")]
    return None, []
