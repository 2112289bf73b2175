"""Work: units walked through their eight processes, a start and a completion each, every unit by itself.

A completion goes before the next start, so that as many steps are open as requests are on their way.
Who calls it: `raw.generator`, one for all its connections.
"""

import time
from collections import deque
from typing import Final, NamedTuple

from bench.driver import Answer, Request
from bench.ledger import Effect
from bench.raw.record import Notes, Record, Shown, read
from bench.raw.tape import Tape, Walker, new_id

START: Final = "start the due process"
COMPLETE: Final = "complete the open step"


class Job(NamedTuple):
    """One event on its way."""

    walker: Walker
    is_start: bool
    event_id: bytes
    sent_at: float


class Walk(Notes):
    """The units of a generator; `ready` are those that wait for a connection, with a refused job to repeat."""

    def __init__(self, record: Record, tape: Tape, ready: deque[tuple[Walker, bytes]]) -> None:
        super().__init__(record)
        self._tape = tape
        self._ready = ready

    def next(self) -> Request | None:
        if not self._ready:
            return None
        walker, again = self._ready.popleft()
        event_id = again or new_id()
        is_start = not walker.started
        tape, process = self._tape, walker.passed + 1
        if is_start:
            body, path, name = tape.start(walker, process, event_id), "/api/v1/process/start", START
        else:
            body, path, name = tape.complete(walker, event_id), "/api/v1/process/complete", COMPLETE
        wire = tape.post(path, tape.station(walker, process), body)
        return Request(wire, name, Job(walker, is_start, event_id, time.monotonic()))

    def answered(self, request: Request, answer: Answer) -> None:
        walker, is_start, event_id, sent_at = job = request.tag
        if answer.status != (201 if is_start else 200):
            if self.unlike(request, answer, event_id, sent_at):
                self._ready.append((walker, event_id))
            return
        self.note(request.name, request, answer, sent_at)
        shown, expected = read(answer.body), effect_expected(job)
        self.record.acknowledge(event_id, effect_shown(shown, is_start=is_start), expected)
        if shown.event_id.encode() != event_id:
            self.record.error(f"asked for {event_id!r}, answered {shown.event_id}")
        if is_start:
            walker.started = event_id
            self._ready.appendleft((walker, b""))
        else:
            walker.started, walker.passed = b"", walker.passed + 1
            if walker.passed < 8:
                self._ready.append((walker, b""))


def effect_expected(job: Job) -> Effect:
    """Return what a start or a passing completion does to its unit."""
    process = job.walker.passed + 1
    is_last = process == 8 and not job.is_start
    return Effect(
        kind="START" if job.is_start else "COMPLETE",
        unit=job.walker.wip_id.decode(),
        process=process,
        result=None if job.is_start else "PASS",
        status_after="PASSED" if is_last else "IN_PROGRESS",
        passed_after=process - 1 if job.is_start else process,
        open_after=process if job.is_start else None,
    )


def effect_shown(shown: Shown, *, is_start: bool) -> Effect:
    unit = shown.unit
    return Effect(
        kind="START" if is_start else "COMPLETE",
        unit=unit.wip_id,
        process=shown.process,
        result=shown.result,
        status_after=unit.status,
        passed_after=unit.passed_process,
        open_after=unit.open_process,
    )
