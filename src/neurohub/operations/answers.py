"""Answers to events: what the state machine returned, as status and body.

The first answer and every replay are made from the same facts by the same code, so they are equal byte for
byte. A change of shape here needs the old shape kept for 90 days.
"""

import itertools
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

import msgspec
from msgspec import UNSET

from neurohub.contract.barcode import serial_number, wip_id
from neurohub.contract.commands import CompleteStep, StartStep, StepEvent, UndoStart
from neurohub.contract.enums import Result, UnitStatus
from neurohub.contract.problems import Code, Problem
from neurohub.contract.views import StepView, UndoneView, UnitView
from neurohub.storage.events import EventAnswer

# Together with unit, due process and stations an answer stays below 2 kB.
JUDGED_MAX_BYTES: Final = 1200
FIELDS_MAX_BYTES: Final = 700
DETAIL_MAX_BYTES: Final = 300
_encode: Final = msgspec.json.Encoder().encode


class Answer(NamedTuple):
    """What one event is answered with; `problem` is set when it was refused."""

    event_id: UUID | None
    status: int
    body: bytes
    replayed: bool = False
    problem: Problem | None = None


def refuse(event_id: UUID | None, problem: Problem) -> Answer:
    return Answer(event_id, problem.http_status, problem.body(), problem=problem)


def answer(event: StepEvent, found: EventAnswer) -> Answer:
    """Return the answer to `event` for what the state machine found."""
    if found.code is not None:
        return refuse(event.event_id, _refusal(event, found))
    if isinstance(event, UndoStart):
        return Answer(
            event.event_id,
            200,
            _encode(UndoneView(event_id=event.event_id, unit=_unit(found))),
            found.replayed,
        )
    status = 201 if isinstance(event, StartStep) else 200
    return Answer(event.event_id, status, _encode(_step(event, found)), found.replayed)


def _unit(found: EventAnswer) -> UnitView:
    lot_number, sequence = cast("str", found.lot_number), cast("int", found.sequence)
    return UnitView(
        wip_id=wip_id(lot_number, sequence),
        serial_number=serial_number(lot_number, sequence) if found.serial_issued else None,
        lot_number=lot_number,
        sequence=sequence,
        status=UnitStatus(cast("str", found.status)),
        passed_process=cast("int", found.passed_process),
        open_process=found.open_process,
        due_process=found.due_process,
        rework_count=cast("int", found.rework_count),
        attempt=cast("int", found.unit_attempt),
        updated_at=cast("Any", found.updated_at),
    )


def _step(event: StartStep | CompleteStep, found: EventAnswer) -> StepView:
    started_at = cast("Any", found.started_at)
    completed = found.completed_at
    return StepView(
        event_id=event.event_id,
        unit=_unit(found),
        process=cast("int", found.process),
        step_id=cast("int", found.step_id),
        attempt=cast("int", found.attempt),
        started_at=started_at,
        result=Result(found.result) if found.result else UNSET,
        completed_at=completed or UNSET,
        duration_s=max((completed - started_at).total_seconds(), 0.0) if completed else UNSET,
        judged=msgspec.Raw(_few_judged(found.judged or b"[]")) if completed else UNSET,
    )


def _few_judged(judged: bytes) -> bytes:
    """Return the measurements that fit, the failed ones first; all of them are in the trace."""
    if len(judged) <= JUDGED_MAX_BYTES:
        return judged
    failed_first = sorted(msgspec.json.decode(judged), key=lambda measured: bool(measured["ok"]))
    return _encode(_fitting(failed_first, JUDGED_MAX_BYTES))


def _fitting(items: list[Any], size_bytes: int) -> list[Any]:
    """Return the first of `items` that together take `size_bytes` as JSON; at least one."""
    sizes = itertools.accumulate(len(_encode(item)) + 1 for item in items)
    return items[: max(1, sum(size <= size_bytes for size in sizes))]


def _refusal(event: StepEvent, found: EventAnswer) -> Problem:
    facts: dict[str, Any] = msgspec.json.decode(found.facts) if found.facts else {}
    detail = facts.pop("detail", None)
    code = Code(cast("str", found.code))
    if found.lot_number is not None:
        facts["unit"] = msgspec.to_builtins(_unit(found))
    if found_fields := facts.get("fields"):
        facts["fields"] = _fitting(found_fields, FIELDS_MAX_BYTES)
        if more := len(found_fields) - len(facts["fields"]):
            facts["more"] = more
    return Problem(code, detail or _sentence(code, event, facts), facts)


def _sentence(code: Code, event: StepEvent, facts: dict[str, Any]) -> str:
    """Say in one sentence why the event was refused and where the unit should go."""
    unit = getattr(event, "unit", "")[:64]
    at = " or ".join(facts.get("due_stations", [])) or "its station"
    due = f"process {facts.get('due_process')} is due, at {at}"
    status = facts.get("unit", {}).get("status")
    return {
        Code.INVALID_BARCODE: f"{unit!r} is neither a WIP id nor a serial number",
        Code.UNIT_NOT_FOUND: f"There is no unit {unit!r}",
        Code.OPERATOR_NOT_FOUND: "The operator is unknown or may not do steps",
        Code.EQUIPMENT_NOT_FOUND: "The equipment is unknown",
        Code.NOT_FOUND: "The start to undo is unknown",
        Code.EVENT_ID_REUSED: "This event_id was used for another command; make a new one",
        Code.LOT_NOT_ACTIVE: "The LOT of this unit is closed",
        Code.UNIT_NOT_ACTIVE: f"The unit is {status}; a manager decides what comes next",
        Code.ALREADY_STARTED: f"Process {facts.get('due_process')} is already open, at {facts.get('open_station')}",
        Code.PROCESS_ALREADY_PASSED: f"Already passed: {due}",
        Code.PREVIOUS_PROCESS_NOT_COMPLETED: f"Too early: {due}",
        Code.PROCESS_NOT_STARTED: f"This step is not open here: {due}",
        Code.INVALID_PROCESS_DATA: _fields_sentence(facts.get("fields", [])),
    }.get(code, code.value)


def _fields_sentence(fields: list[dict[str, str]]) -> str:
    said = "; ".join(f"{field['name']}: {field['problem']}" for field in fields)
    cut = said.encode()[:DETAIL_MAX_BYTES].decode(errors="ignore")
    return said if cut == said else f"{cut}.."
