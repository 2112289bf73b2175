"""Record start, complete and undo events: the path of every scan.

Each event is checked for what needs no database (who, signature, barcode, judgement), then waits for a lane,
which commits it together with whatever else is waiting. One refused event never touches its neighbours.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Hashable, Sequence
from datetime import UTC
from itertools import takewhile
from typing import Final, NamedTuple

from msgspec import UNSET

from neurohub.auth.caller import Caller
from neurohub.coalesce.coalescer import Coalescer, Fate, TooLateError, Tracing
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

_Holds = tuple[Hashable, ...]
PAUSE_EVERY: Final = 16  # events of a list, about 1 ms of work
LIMITS_ATTEMPTS: Final = 4
_UNKNOWN_UNIT: Final = UnitCode("", 0, is_serial=False)
FULL: Final = Problem(Code.OVERLOADED, "Too much is waiting; try again", retry_after_s=1)
_TOO_LATE: Final = Problem(
    Code.DATABASE_UNAVAILABLE, "No answer in time; send the same event again", retry_after_s=1
)
_LIMITS_CHANGING: Final = Problem(Code.OVERLOADED, "The limits are being changed; try again", retry_after_s=1)
_NO_SUCH_DAY: Final = Problem(Code.INVALID_REQUEST, "`occurred_at` is outside the years 1..9999 in UTC")


class Recorder(NamedTuple):
    """What recording needs: the lanes, the limits in force, the stations' signatures.

    Lists are prepared one at a time (`one_list`): when all stations come back at once, scans go between them.
    """

    lanes: Coalescer[EventItem, EventAnswer]
    limits: LimitsBook
    signatures: SignatureCheck
    one_list: asyncio.Lock


def make_recorder(
    database: Database, url: str, lanes: int, *, batch_max: int = BATCH_MAX, tracing: Tracing | None = None
) -> Recorder:
    """Return a recorder with `lanes` connections of its own to `url`, not yet open."""
    stores = [Lane(url) for _ in range(lanes)]
    coalescer = Coalescer(stores, fate_of, metrics.lanes, batch_max=batch_max, tracing=tracing)
    return Recorder(coalescer, LimitsBook(database), SignatureCheck(database), asyncio.Lock())


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
    for _ in range(LIMITS_ATTEMPTS):
        try:
            waiting = recorder.lanes.submit(_item(caller, checked, recorder.limits), _holds(checked))
        except QueueFullError:
            return refuse(event.event_id, FULL)
        found = await _answer(event, waiting)
        if found is not None:
            return found
        await recorder.limits.reload()
    return refuse(event.event_id, _LIMITS_CHANGING)


async def record_events(recorder: Recorder, caller: Caller, events: Sequence[StepEvent]) -> list[Answer]:
    """Record `events` of `caller` in order, behind the scans; return their answers in the same order.

    When the limits have changed meanwhile, the list goes again from the first event that they concern: what was
    accepted after it is only replayed.
    """
    done: list[Answer] = []
    for _ in range(LIMITS_ATTEMPTS):
        rest = events[len(done) :]
        if recorder.lanes.waiting.has_no_room_for(len(rest)):
            raise FULL.error()
        async with recorder.one_list:
            checked, items = await _prepare(recorder, caller, rest)
        done += await _commit_list(recorder, checked, items)
        if len(done) == len(events):
            return _unless_nothing_was_done(done)
        await recorder.limits.reload()
    raise _LIMITS_CHANGING.error()


async def _commit_list(
    recorder: Recorder, checked: Sequence[_Checked | Answer], items: Sequence[tuple[EventItem, _Holds]]
) -> list[Answer]:
    """Commit a list; return the answers up to the first event that has to be judged by new limits."""
    try:
        waiting = iter(recorder.lanes.submit_all(items))
    except QueueFullError:
        raise FULL.error() from None
    found: list[Answer | None] = []
    for at, one in enumerate(checked):
        found.append(one if isinstance(one, Answer) else await _answer(one.event, next(waiting)))
        await _let_scans_pass(at)
    return [one for one in takewhile(lambda one: one is not None, found) if one is not None]


def _unless_nothing_was_done(answers: list[Answer]) -> list[Answer]:
    """Return `answers`; when each is a 503, the list as a whole is refused with the first and may come again."""
    problems = [one.problem for one in answers if one.status == 503 and one.problem is not None]
    if answers and len(problems) == len(answers):
        raise problems[0].error()
    return answers


async def _prepare(
    recorder: Recorder, caller: Caller, events: Sequence[StepEvent]
) -> tuple[list[_Checked | Answer], list[tuple[EventItem, _Holds]]]:
    """Check a list and make its items: a few milliseconds of work, done in small pieces."""
    answers: list[_Checked | Answer] = []
    for at, event in enumerate(events):
        answers.append(await _check(recorder, caller, event))
        await _let_scans_pass(at)
    checked = [found for found in answers if isinstance(found, _Checked)]
    chain = _chain(checked)
    items = []
    for at, one in enumerate(checked):
        items.append((_item(caller, one, recorder.limits), (*_holds(one), *chain)))
        await _let_scans_pass(at)
    return answers, items


async def _let_scans_pass(at: int) -> None:
    if at % PAUSE_EVERY == PAUSE_EVERY - 1:
        await asyncio.sleep(0)


def _chain(checked: Sequence[_Checked]) -> _Holds:
    """Return a hold that keeps a list in one lane where an undo does not say which unit comes after it."""
    starts = {one.event.event_id for one in checked if isinstance(one.event, StartStep)}
    strange = any(isinstance(one.event, UndoStart) and one.event.undo not in starts for one in checked)
    return (object(),) if strange else ()


async def _answer(event: StepEvent, waiting: Awaitable[EventAnswer]) -> Answer | None:
    """Wait for the commit of `event`; None when it was judged by limits that are no longer in force."""
    try:
        found = await waiting
    except TooLateError:
        return refuse(event.event_id, _TOO_LATE)
    except errors.DatabaseError as error:
        return refuse(event.event_id, errors.as_problem(error))
    return None if found.code == "LIMITS_CHANGED" else answer(event, found)


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


def _holds(checked: _Checked) -> _Holds:
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
