"""Work: a station that was cut off hands in what it queued, batch after batch, in the order it happened.

Refused with 503 it waits a second and comes again with the same events. Who calls it: `raw.generator`.
"""

import time
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from bench.driver import Answer, Request
from bench.plan import Queue
from bench.raw.record import Notes, Record, Shown
from bench.raw.tape import Tape, Walker, new_id
from bench.raw.walk import Job, effect_expected, effect_shown
from bench.users.samples import EVENTS_A_BATCH, HAND_IN, PUT_OFF

EVENTS: Final = 200


class Event(NamedTuple):
    """A queued event; `passed` is what its unit had passed before it."""

    job: Job
    passed: int
    body: bytes


class _Result(Struct, frozen=True):
    event_id: str
    status: int
    body: msgspec.Raw


class _Results(Struct, frozen=True):
    results: list[_Result]


_results: Final = msgspec.json.Decoder(_Results).decode
_shown: Final = msgspec.json.Decoder(Shown).decode


class Replay(Notes):
    """One station's queue. `next` ends when it is empty, or when the service asks to come again later."""

    def __init__(self, record: Record, tape: Tape, queue: Queue) -> None:
        super().__init__(record)
        self._tape = tape
        self._station = queue.station.name
        events = [
            event for number, unit in enumerate(queue.units) for event in _life(tape, Walker(unit, number))
        ]
        self._batches = [
            events[at : min(at + EVENTS_A_BATCH, EVENTS)] for at in range(0, EVENTS, EVENTS_A_BATCH)
        ][::-1]
        self._must_wait = False

    @property
    def left(self) -> int:
        """Events that are still queued."""
        return sum(len(batch) for batch in self._batches)

    def next(self) -> Request | None:
        if self._must_wait or not self._batches:
            self._must_wait = False
            return None
        batch = self._batches[-1]
        body = b'{"events":[%b]}' % b",".join(event.body for event in batch)
        wire = self._tape.post("/api/v1/process/events", self._station, body)
        return Request(wire, HAND_IN, time.monotonic())

    def answered(self, request: Request, answer: Answer) -> None:
        batch = self._batches[-1]
        if answer.status != 200:
            first, *rest = (event.job.event_id for event in batch)
            self._must_wait = self.unlike(request, answer, first, request.tag, PUT_OFF)
            for event_id in rest:
                self.record.fates[event_id] = self.record.fates[first]
            if not self._must_wait:
                self._batches.pop()
            return
        self.note(request.name, request, answer, request.tag)
        self._batches.pop()
        for event, result in zip(batch, _results(answer.body).results, strict=True):
            self._take(event, result)

    def _take(self, event: Event, result: _Result) -> None:
        event_id, is_start = event.job.event_id, event.job.is_start
        if result.status != (201 if is_start else 200) or result.event_id.encode() != event_id:
            self.record.refuse(event_id)
            self.record.error(f"a queued event: {result.status} {bytes(result.body)[:200]!r}")
            return
        event.job.walker.passed = event.passed
        seen = effect_shown(_shown(result.body), is_start=is_start)
        self.record.acknowledge(event_id, seen, effect_expected(event.job))


def _life(tape: Tape, walker: Walker) -> list[Event]:
    """Return the sixteen events of one unit, in order."""
    events = []
    for process in range(1, 9):
        walker.passed, walker.started = process - 1, new_id()
        start = Job(walker, is_start=True, event_id=walker.started, sent_at=0.0)
        events.append(Event(start, walker.passed, tape.start(walker, process, walker.started)))
        done = Job(walker, is_start=False, event_id=new_id(), sent_at=0.0)
        events.append(Event(done, walker.passed, tape.complete(walker, done.event_id)))
    return events
