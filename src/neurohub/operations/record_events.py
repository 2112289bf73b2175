"""Record start, complete and undo events: the path of every scan.

Each event is checked for what needs no database (who, signature, barcode, judgement), then waits for a lane,
which commits it together with whatever else is waiting. One refused event never touches its neighbours.
"""

import hashlib
from collections.abc import Awaitable, Hashable, Sequence
from datetime import UTC
from typing import Final, NamedTuple

from msgspec import UNSET

from neurohub.auth.caller import Caller
from neurohub.coalesce.coalescer import Coalescer, Fate, TooLateError
from neurohub.coalesce.waiting import BATCH_MAX, QueueFullError
from neurohub.contract.barcode import InvalidBarcodeError, UnitCode, parse_unit
from neurohub.contract.commands import CompleteStep, StartStep, StepEvent, UndoStart, canonical
from neurohub.contract.enums import EventKind, Result, Role
from neurohub.contract.problems import Code, Problem
from neurohub.domain.judgement import FieldProblem, judge
from neurohub.operations.answers import Answer, answer, refuse
from neurohub.operations.limits_book import LimitsBook
from neurohub.operations.signatures import SignatureCheck
from neurohub.storage import errors
from neurohub.storage.events import EventAnswer, EventItem
from neurohub.storage.lanes import Lane
from neurohub.storage.pool import Database
from neurohub.telemetry import metrics

LIMITS_ATTEMPTS: Final = 4
_UNKNOWN_UNIT: Final = UnitCode("", 0, is_serial=False)
FULL: Final = Problem(Code.OVERLOADED, "Too much is waiting; try again", retry_after_s=1)
_TOO_LATE: Final = Problem(
    Code.DATABASE_UNAVAILABLE, "No answer in time; send the same event again", retry_after_s=1
)
_LIMITS_CHANGING: Final = Problem(Code.OVERLOADED, "The limits are being changed; try again", retry_after_s=1)
_NO_SUCH_DAY: Final = Problem(Code.INVALID_REQUEST, "`occurred_at` is outside the years 1..9999 in UTC")


class Recorder(NamedTuple):
    """What recording needs: the lanes, the limits in force, the stations' signatures."""

    lanes: Coalescer[EventItem, EventAnswer]
    limits: LimitsBook
    signatures: SignatureCheck


def make_recorder(database: Database, url: str, lanes: int, *, batch_max: int = BATCH_MAX) -> Recorder:
    """Return a recorder with `lanes` connections of its own to `url`, not yet open."""
    coalescer = Coalescer([Lane(url) for _ in range(lanes)], fate_of, metrics.lanes, batch_max=batch_max)
    return Recorder(coalescer, LimitsBook(database), SignatureCheck(database))


class _Checked(NamedTuple):
    """An event that may go to the database, with its normal form and its unit, if it names one."""

    event: StepEvent
    normal: bytes
    unit: UnitCode | None


def fate_of(error: Exception) -> Fate:
    """Say what a lane does with a batch that failed with `error`."""
    if errors.is_unknown_outcome(error):
        return Fate.RESUBMIT
    if errors.may_repeat(error):
        return Fate.REPEAT
    return Fate.FAIL if errors.is_transient(error) else Fate.ISOLATE


async def record_event(recorder: Recorder, caller: Caller, event: StepEvent) -> Answer:
    """Record one event of `caller`; return its answer."""
    checked = await _check(recorder, caller, event)
    if isinstance(checked, Answer):
        return checked
    try:
        committed = recorder.lanes.submit(_item(caller, checked, recorder.limits), _holds(checked))
    except QueueFullError:
        return refuse(event.event_id, FULL)
    return await _answered(recorder, caller, checked, committed)


async def record_events(recorder: Recorder, caller: Caller, events: Sequence[StepEvent]) -> list[Answer]:
    """Record `events` of `caller` in order, behind the scans; return their answers in the same order."""
    answers: list[_Checked | Answer] = [await _check(recorder, caller, event) for event in events]
    checked = [found for found in answers if not isinstance(found, Answer)]
    chain = _chain(checked)
    items = [(_item(caller, one, recorder.limits), (*_holds(one), *chain)) for one in checked]
    try:
        committed = iter(recorder.lanes.submit_all(items))
    except QueueFullError:
        raise FULL.error() from None
    for at, found in enumerate(answers):
        if isinstance(found, _Checked):
            answers[at] = await _answered(recorder, caller, found, next(committed))
    done = [found for found in answers if isinstance(found, Answer)]
    if checked and all(found.status == 503 for found in done) and done[0].problem is not None:
        raise done[0].problem.error()  # nothing was done: the list as a whole may be sent again
    return done


def _chain(checked: Sequence[_Checked]) -> tuple[Hashable, ...]:
    """Return a hold that keeps a list in one lane where an undo does not say which unit comes after it."""
    starts = {one.event.event_id for one in checked if isinstance(one.event, StartStep)}
    strange = any(isinstance(one.event, UndoStart) and one.event.undo not in starts for one in checked)
    return (object(),) if strange else ()


async def _answered(
    recorder: Recorder, caller: Caller, checked: _Checked, committed: Awaitable[EventAnswer]
) -> Answer:
    """Wait for the commit; judge and commit again when the limits have changed meanwhile."""
    event = checked.event
    for _ in range(LIMITS_ATTEMPTS):
        try:
            found = await committed
        except TooLateError:
            return refuse(event.event_id, _TOO_LATE)
        except errors.DatabaseError as error:
            return refuse(event.event_id, errors.as_problem(error))
        if found.code != "LIMITS_CHANGED":
            return answer(event, found)
        await recorder.limits.reload()
        try:
            committed = recorder.lanes.submit(_item(caller, checked, recorder.limits), _holds(checked))
        except QueueFullError:
            return refuse(event.event_id, FULL)
    return refuse(event.event_id, _LIMITS_CHANGING)


async def _check(recorder: Recorder, caller: Caller, event: StepEvent) -> _Checked | Answer:
    """Check what needs no database."""
    problem = _who_problem(caller, event)
    if problem is None and event.mac is not UNSET:
        problem = await recorder.signatures.problem(caller, event)
    if problem is not None:
        return refuse(event.event_id, problem)
    try:
        normal = canonical(event)
    except OverflowError:
        return refuse(event.event_id, _NO_SUCH_DAY)
    return _Checked(event, normal, None if isinstance(event, UndoStart) else _unit_of(event))


def _who_problem(caller: Caller, event: StepEvent) -> Problem | None:
    """A station names the operator; a person is the operator."""
    if caller.station is not None:
        if event.operator is UNSET:
            return Problem(Code.INVALID_REQUEST, "A station names the `operator` of each event")
    elif event.operator is not UNSET and event.operator != caller.username:
        return Problem(Code.INVALID_REQUEST, f"You are {caller.username}; `operator` cannot be somebody else")
    return None


def _unit_of(event: StartStep | CompleteStep) -> UnitCode | None:
    try:
        return parse_unit(event.unit)
    except InvalidBarcodeError:
        return None


def _holds(checked: _Checked) -> tuple[Hashable, ...]:
    """Return what the event keeps its order in: its unit; a start and its undo also in the start's id."""
    event, unit = checked.event, checked.unit
    if isinstance(event, UndoStart):
        return (event.undo,)
    if unit is None:
        return ()
    key = (unit.lot_number, unit.sequence)
    return (key, event.event_id) if isinstance(event, StartStep) else (key,)


def _item(caller: Caller, checked: _Checked, limits: LimitsBook) -> EventItem:
    event, unit = checked.event, checked.unit
    item = EventItem(
        kind=EventKind.UNDO,
        event_id=event.event_id,
        credential=caller.credential,
        command_hash=hashlib.sha256(checked.normal).hexdigest(),
        role=caller.role.value,
        station=caller.station,
        line=caller.line if caller.role is Role.WORKER else None,
        operator=event.operator if event.operator is not UNSET else caller.username or "",
        # In UTC: PostgreSQL takes no zone beyond 15:59 hours, JSON does.
        occurred_at=event.occurred_at.astimezone(UTC) if event.occurred_at is not UNSET else None,
        station_seq=event.station_seq or None,
        signed=event.mac is not UNSET,
    )
    if isinstance(event, UndoStart):
        item.ref = event.undo
        return item
    item.process = event.process
    item.equipment = None if event.equipment is UNSET else event.equipment
    if unit is not None:
        item.lot_number, item.sequence, item.is_serial = unit
    if isinstance(event, StartStep):
        item.kind = EventKind.START
    else:
        item.kind = EventKind.COMPLETE
        _add_completion(item, event, unit, limits)
    return item


def _add_completion(item: EventItem, event: CompleteStep, unit: UnitCode | None, limits: LimitsBook) -> None:
    version, in_force = limits.of(unit.model) if unit else (None, None)
    found = judge(event.process, unit or _UNKNOWN_UNIT, event.result, event.process_data, in_force)
    defect_code, problems = _defect(event, found.derived_defect)
    item.ref = event.start_event_id or None
    item.result = event.result
    item.defect_code = defect_code
    item.defect_text = event.defect.description if event.defect else None
    item.limits_version = version
    item.problems = [*found.problems, *problems] or None
    item.process_data = event.process_data
    item.judged = found.judged
    item.firmware_version = getattr(found.data, "firmware_version", None) or None
    item.board_serial = getattr(found.data, "board_serial", None) or None
    item.components = found.components or None


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
