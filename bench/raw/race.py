"""Work: everybody starts the same unit. One wins, takes the start back, and the next round begins.

Losing is a refusal (409) that says who has the unit; it is the right answer. Who calls it: `raw.generator`.
"""

import time
from collections import deque
from typing import Final, NamedTuple

from bench.driver import Answer, Request
from bench.ledger import Effect
from bench.raw.record import Notes, Record, Shown, code_of, read
from bench.raw.tape import Tape, Walker, new_id

WIN: Final = "win the race"
LOSE: Final = "lose the race (409)"
BACK: Final = "take the start back"
PROCESS: Final = 1


class Run(NamedTuple):
    """One start or undo on its way."""

    walker: Walker
    is_start: bool
    event_id: bytes
    sent_at: float


class Race(Notes):
    """One unit and its racers, each with a station and an operator of its own as far as there are."""

    def __init__(self, record: Record, tape: Tape, racers: list[Walker]) -> None:
        super().__init__(record)
        self._tape = tape
        self._racers = deque(racers)
        self._winners: deque[tuple[Walker, bytes]] = deque()

    def next(self) -> Request | None:
        is_start = not self._winners
        if is_start:
            self._racers.rotate(1)
            walker, event_id = self._racers[0], new_id()
            body, path = self._tape.start(walker, PROCESS, event_id), "/api/v1/process/start"
        else:
            walker, again = self._winners.popleft()
            event_id = again or new_id()
            body, path = self._tape.undo(walker, event_id), "/api/v1/process/undo"
        wire = self._tape.post(path, self._tape.station(walker, PROCESS), body)
        return Request(wire, WIN if is_start else BACK, Run(walker, is_start, event_id, time.monotonic()))

    def answered(self, request: Request, answer: Answer) -> None:
        walker, is_start, event_id, sent_at = run = request.tag
        if is_start and answer.status == 409 and code_of(answer) == "ALREADY_STARTED":
            self.note(LOSE, request, answer, sent_at)
            self.record.refuse(event_id)
        elif answer.status == (201 if is_start else 200):
            self.note(request.name, request, answer, sent_at)
            self._acknowledge(run, read(answer.body))
        elif self.unlike(request, answer, event_id, sent_at) and not is_start:
            self._winners.append((walker, event_id))

    def _acknowledge(self, run: Run, shown: Shown) -> None:
        expected = _effect(run, run.walker.wip_id.decode(), PROCESS if run.is_start else None)
        unit = shown.unit
        seen = _effect(run, unit.wip_id, unit.open_process, unit.status, unit.passed_process)
        self.record.acknowledge(run.event_id, seen, expected)
        if run.is_start:
            run.walker.started = run.event_id
            self._winners.append((run.walker, b""))


def _effect(run: Run, wip_id: str, opened: int | None, status: str = "", passed: int = 0) -> Effect:
    return Effect(
        kind="START" if run.is_start else "UNDO",
        unit=wip_id,
        process=PROCESS,
        result=None if run.is_start else "UNDONE",
        status_after=status or ("IN_PROGRESS" if run.is_start else "CREATED"),
        passed_after=passed,
        open_after=opened,
    )
