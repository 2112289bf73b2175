"""Start, complete, undo and batches of events: what stations live on."""

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, Router, post
from litestar.enums import MediaType
from litestar.params import JSONBody

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
from neurohub.contract.problems import Code, Problem, ProblemError
from neurohub.contract.views import EventResult, EventResults, StepView, UndoneView
from neurohub.http.answers import Asked
from neurohub.http.bodies import flaw
from neurohub.http.parts import parts_of
from neurohub.http.problems import respond
from neurohub.http.who import STATION, WORKER
from neurohub.operations.answers import Answer, refuse
from neurohub.operations.record_events import record_event, record_events
from neurohub.telemetry import metrics


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    """`EventBatch` with its events still encoded: what is wrong with one stays its own affair."""

    events: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=BATCH_MAX_EVENTS)]


class _Named(msgspec.Struct):
    event_id: UUID


_batch: Final = msgspec.json.Decoder(_Batch)
_event: Final = msgspec.json.Decoder(StepEvent)
_named: Final = msgspec.json.Decoder(_Named)
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


@post("/start", opt={"who": WORKER | STATION}, request_max_body_size=EVENT_MAX_BYTES)
async def start(request: Asked, data: JSONBody[StartStep]) -> Response[StepView]:
    return await _record(request, data)  # type: ignore[return-value]  # already encoded


@post("/complete", opt={"who": WORKER | STATION}, status_code=200, request_max_body_size=EVENT_MAX_BYTES)
async def complete(request: Asked, data: JSONBody[CompleteStep]) -> Response[StepView]:
    return await _record(request, data)  # type: ignore[return-value]


@post("/undo", opt={"who": WORKER | STATION}, status_code=200, request_max_body_size=EVENT_MAX_BYTES)
async def undo(request: Asked, data: JSONBody[UndoStart]) -> Response[UndoneView]:
    return await _record(request, data)  # type: ignore[return-value]


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
    recorded = await record_events(parts_of(request).recorder, request.user, good)
    for event, answer in zip(good, recorded, strict=True):
        _count(event, answer)
    rest = iter(recorded)
    answers = [event if isinstance(event, Answer) else next(rest) for event in decoded]
    return EventResults(
        results=[EventResult(event_id=a.event_id, status=a.status, body=msgspec.Raw(a.body)) for a in answers]
    )


async def _record(request: Asked, event: StepEvent) -> Response[bytes]:
    answer = await record_event(parts_of(request).recorder, request.user, event)
    _count(event, answer)
    if answer.problem is not None:
        return respond(answer.problem)
    headers = {"Idempotent-Replay": "true"} if answer.replayed else {}
    return Response(answer.body, status_code=answer.status, headers=headers, media_type=MediaType.JSON)


def _count(event: StepEvent, answer: Answer) -> None:
    outcome = "replayed" if answer.replayed else "accepted"
    kind = event.__struct_config__.tag
    metrics.event_child(str(kind), answer.problem.code if answer.problem else outcome).inc()


def _split(body: bytes) -> list[msgspec.Raw]:
    try:
        return _batch.decode(body).events
    except _UNREADABLE as error:
        raise ProblemError(Code.INVALID_REQUEST, f"This is not a batch of events: {error}") from None


def _decode(event: bytes) -> StepEvent | Answer:
    """Return the event, or the refusal it alone gets when it is malformed."""
    if (reason := flaw(event)) is None:
        try:
            decoded: StepEvent = _event.decode(event)  # a union is no type to mypy
        except _UNREADABLE as error:
            reason = str(error)
        else:
            return decoded
    return refuse(_id_of(event), Problem(Code.INVALID_REQUEST, reason))


def _id_of(event: bytes) -> UUID | None:
    try:
        return _named.decode(event).event_id
    except _UNREADABLE:
        return None


router = Router("/process", route_handlers=[start, complete, undo, events], tags=["Process"])
