"""Start, complete, undo and batches of events: what stations live on."""

from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, Router, post
from litestar.params import JSONBody
from litestar.types import HTTPScope, Receive, Send

from neurohub.contract.commands import (
    BATCH_MAX_BYTES,
    BATCH_MAX_EVENTS,
    EVENT_MAX_BYTES,
    CompleteStep,
    EventBatch,
    StartStep,
    StepEvent,
    UndoStart,
)
from neurohub.contract.forms import said
from neurohub.contract.problems import Code, Problem, ProblemError
from neurohub.contract.views import EventResult, EventResults, StepView, UndoneView
from neurohub.http import raw
from neurohub.http.answers import Asked
from neurohub.http.bodies import flaw
from neurohub.http.parts import parts_of
from neurohub.http.who import STATION, WORKER
from neurohub.operations.answers import Answer, refuse
from neurohub.operations.record_events import FULL, record_event, record_events
from neurohub.telemetry import tally


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    """`EventBatch` with its events still encoded: what is wrong with one stays its own affair."""

    events: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=BATCH_MAX_EVENTS)]


class _Named(msgspec.Struct):
    event_id: UUID


_batch: Final = msgspec.json.Decoder(_Batch)
_event: Final = msgspec.json.Decoder(StepEvent)
_start_step: Final = msgspec.json.Decoder(StartStep).decode
_complete_step: Final = msgspec.json.Decoder(CompleteStep).decode
_undo_start: Final = msgspec.json.Decoder(UndoStart).decode
_named: Final = msgspec.json.Decoder(_Named)
_REPLAYED: Final = ((b"idempotent-replay", b"true"),)
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


async def _record(
    scope: HTTPScope, receive: Receive, send: Send, decode: Callable[[bytes], StepEvent]
) -> None:
    """Answer one event: decode, record, encode. Too many are refused before anything is done for them."""
    recorder = raw.parts_in(scope).recorder
    if recorder.lanes.waiting.is_full:
        await raw.send_problem(send, FULL)
        return
    body = await raw.read_json(scope, receive, EVENT_MAX_BYTES)
    try:
        event = decode(body)
    except _UNREADABLE as error:
        raise ProblemError(Code.INVALID_REQUEST, f"The body is not acceptable: {said(error)}") from None
    scope["state"]["event_ids"] = (event.event_id,)
    answer = await record_event(recorder, raw.caller_in(scope), event)
    _count(event, answer)
    if answer.problem is not None:
        await raw.send_problem(send, answer.problem)
    else:
        await raw.send_json(send, answer.status, answer.body, _REPLAYED if answer.replayed else ())


async def _start(scope: HTTPScope, receive: Receive, send: Send) -> None:
    await _record(scope, receive, send, _start_step)


async def _complete(scope: HTTPScope, receive: Receive, send: Send) -> None:
    await _record(scope, receive, send, _complete_step)


async def _undo(scope: HTTPScope, receive: Receive, send: Send) -> None:
    await _record(scope, receive, send, _undo_start)


@post("/start", opt={"who": WORKER | STATION, "raw": _start})
async def start(data: JSONBody[StartStep]) -> Response[StepView]:
    """Scan a unit into a process (착공)."""
    raise NotImplementedError  # answered by `_start`, as are the other two by theirs


@post("/complete", opt={"who": WORKER | STATION, "raw": _complete}, status_code=200)
async def complete(data: JSONBody[CompleteStep]) -> Response[StepView]:
    """Report the result of the open step of a unit (완공)."""
    raise NotImplementedError


@post("/undo", opt={"who": WORKER | STATION, "raw": _undo}, status_code=200)
async def undo(data: JSONBody[UndoStart]) -> Response[UndoneView]:
    """Take back a start within 10 s."""
    raise NotImplementedError


@post(
    "/events",
    opt={"who": STATION, "body": EventBatch},
    status_code=200,
    request_max_body_size=BATCH_MAX_BYTES,
)
async def events(request: Asked) -> EventResults:
    """Record 1..500 events in order; each gets the status and body its own route would have given."""
    decoded = [_decode(bytes(event)) for event in _split(await request.body())]
    good = [event for event in decoded if not isinstance(event, Answer)]
    request.scope["state"]["event_ids"] = [event.event_id for event in good]
    recorded = await record_events(parts_of(request).recorder, request.user, good)
    for event, answer in zip(good, recorded, strict=True):
        _count(event, answer)
    rest = iter(recorded)
    answers = [event if isinstance(event, Answer) else next(rest) for event in decoded]
    return EventResults(
        results=[EventResult(event_id=a.event_id, status=a.status, body=msgspec.Raw(a.body)) for a in answers]
    )


def _count(event: StepEvent, answer: Answer) -> None:
    outcome = answer.problem.code if answer.problem else "replayed" if answer.replayed else "accepted"
    process = "" if isinstance(event, UndoStart) else str(event.process)
    tally.event_answered(str(event.__struct_config__.tag), process, outcome)
    if outcome == "accepted" and isinstance(event, CompleteStep):
        tally.step_judged(process, event.result)


def _split(body: bytes) -> list[msgspec.Raw]:
    try:
        return _batch.decode(body).events
    except _UNREADABLE as error:
        raise ProblemError(Code.INVALID_REQUEST, f"This is not a batch of events: {said(error)}") from None


def _decode(event: bytes) -> StepEvent | Answer:
    """Return the event, or the refusal it alone gets when it is malformed."""
    if len(event) > EVENT_MAX_BYTES:
        return refuse(_id_of(event), raw.too_large(EVENT_MAX_BYTES).problem)
    if (reason := flaw(event)) is None:
        try:
            decoded: StepEvent = _event.decode(event)  # a union is no type to mypy
        except _UNREADABLE as error:
            reason = said(error)
        else:
            return decoded
    return refuse(_id_of(event), Problem(Code.INVALID_REQUEST, reason))


def _id_of(event: bytes) -> UUID | None:
    try:
        return _named.decode(event).event_id
    except _UNREADABLE:
        return None


router = Router("/process", route_handlers=[start, complete, undo, events], tags=["Process"])
