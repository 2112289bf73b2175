"""An operator at the stations of one line: takes a unit and walks it through its processes, step by step.

Out of eight requests: three starts with their completions, one start that is taken back (undo). So at most
one step per operator is open at any time. Now and then a unit is scanned at the wrong process (409, checked),
repaired on the spot, or fails and waits for a manager.
"""

import random
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from typing import ClassVar, Final, TypeVar
from uuid import UUID

import msgspec
from gevent import GreenletExit  # type: ignore[import-untyped]
from locust import FastHttpUser, task
from locust.exception import StopUser
from locust.user.task import LOCUST_STATE_STOPPING
from uuid_utils.compat import uuid7

from bench.ledger import Effect
from bench.users.call import LostAnswerError, Request, WrongAnswerError, call, expect, spread
from bench.users.floor import Floor, Unit
from bench.users.measurements import DEFECTS, Facts, passing
from neurohub.contract.commands import CompleteStep, DefectReport, StartStep, StepEvent, UndoStart
from neurohub.contract.enums import Result
from neurohub.contract.problems import Code
from neurohub.contract.views import StepView, UndoneView, UnitView

T = TypeVar("T")

WRONG_SCANS: Final = 0.02  # of the starts that lead to no completion
REPAIRS: Final = 0.015  # of completions: the operator repairs on the spot
RIG_ERRORS: Final = 0.005
FAILS: Final = 0.005
REWORKS_MAX: Final = 3

_encode: Final = msgspec.json.Encoder().encode
_step: Final = msgspec.json.Decoder(StepView).decode
_undone: Final = msgspec.json.Decoder(UndoneView).decode


class Refused(msgspec.Struct, frozen=True):
    """The part of a refusal that the operator reads."""

    code: Code
    due_process: int | None = None


_refused: Final = msgspec.json.Decoder(Refused).decode


class Operator(FastHttpUser):
    """One task run is one request: the next of the working day."""

    floor: ClassVar[Floor]
    rate: ClassVar[float]
    network_timeout = 15.0
    connection_timeout = 5.0
    insecure = False

    def on_start(self) -> None:
        self.number = self.floor.next_number()
        self.dice = random.Random(self.floor.plan.seed * 1000 + self.number)
        self.name = self.floor.plan.workers[self.number % len(self.floor.plan.workers)]
        self.unit: Unit | None = None
        self.started: UUID | None = None
        self.status_before = ""
        self.is_told_to_stop = False
        self.day = self._day()
        spread(self.dice, self.rate)

    @task
    def work(self) -> None:
        next(self.day)
        if self.is_told_to_stop:
            raise StopUser

    def on_stop(self) -> None:
        """Finish the open step, so that a run leaves nothing open behind; who comes next takes the unit."""
        self._state = LOCUST_STATE_STOPPING  # else a second word to stop would cut a request off
        for _ in range(10):
            if self.started is None:
                break
            next(self.day)
        if self.unit is not None and self.unit.open is None and self.unit.passed < 8:
            self.floor.waiting.appendleft(self.unit)
            self.unit = None

    def _day(self) -> Iterator[None]:
        while True:
            for _ in range(3):
                yield from self._start_the_due_process()
                yield from self._complete_it()
            if self.dice.random() < WRONG_SCANS:
                yield from self._scan_at_the_wrong_process()
            else:
                yield from self._start_the_due_process()
                yield from self._take_it_back()

    def _start_the_due_process(self) -> Iterator[None]:
        if self.unit is None or self.unit.passed == 8:
            self.unit = self.floor.take_unit()
        unit = self.unit
        if unit is None:
            self.floor.samples.errors["an operator found no unit to work on"] += 1
            yield
            return
        process = unit.due
        event = StartStep(
            event_id=uuid7(),
            unit=unit.scan(process, starting=True),
            process=process,
            operator=self.name,
            occurred_at=datetime.now(UTC),
        )
        expected = Effect(
            kind="START",
            unit=unit.wip_id,
            process=process,
            result=None,
            status_after="IN_PROGRESS",
            passed_after=unit.passed,
            open_after=process,
        )
        yield from self._send("start", event, expected)

    def _complete_it(self) -> Iterator[None]:
        unit, started = self.unit, self.started
        if unit is None or started is None or unit.open is None:
            return
        process = unit.open
        result = self._verdict(process)
        facts = Facts(unit.lot_number, unit.wip_id, unit.serial, self.floor.plan.firmware, self.dice)
        event = CompleteStep(
            event_id=uuid7(),
            unit=unit.scan(process, starting=False),
            process=process,
            result=result,
            process_data=passing(process, facts) if result is Result.PASS else {},
            defect=DefectReport(code=DEFECTS[process]) if result is Result.FAIL else None,
            start_event_id=started,
            operator=self.name,
            occurred_at=datetime.now(UTC),
        )
        passed = process if result is Result.PASS else unit.passed
        expected = Effect(
            kind="COMPLETE",
            unit=unit.wip_id,
            process=process,
            result=result.value,
            status_after=_STATUS_AFTER.get(result, "PASSED" if passed == 8 else "IN_PROGRESS"),
            passed_after=passed,
            open_after=None,
        )
        yield from self._send("complete", event, expected)

    def _take_it_back(self) -> Iterator[None]:
        unit, started = self.unit, self.started
        if unit is None or started is None or unit.open is None:
            return
        process = unit.open
        event = UndoStart(event_id=uuid7(), undo=started, operator=self.name, occurred_at=datetime.now(UTC))
        expected = Effect(
            kind="UNDO",
            unit=unit.wip_id,
            process=process,
            result="UNDONE",
            status_after=self.status_before,
            passed_after=unit.passed,
            open_after=None,
        )
        yield from self._send("undo", event, expected)

    def _scan_at_the_wrong_process(self) -> Iterator[None]:
        unit = self.unit
        if unit is None or unit.passed == 8:
            return
        process = unit.due + 1 if unit.due < 7 else unit.due - 1
        code = Code.PREVIOUS_PROCESS_NOT_COMPLETED if process > unit.due else Code.PROCESS_ALREADY_PASSED
        event = StartStep(
            event_id=uuid7(),
            unit=unit.wip_id,
            process=process,
            operator=self.name,
            occurred_at=datetime.now(UTC),
        )

        def read(status: int, content: bytes) -> None:
            expect(status == 409, "409", status)
            refused = _refused(content)
            expect(refused.code is code, code, refused.code)
            expect(refused.due_process == unit.due, f"due process {unit.due}", refused.due_process)
            self.floor.samples.refusals[code] += 1
            self.floor.ledger.refused(event.event_id)

        yield from self._until_answered("scan a unit at the wrong process", "start", event, process, read)
        yield

    def _send(self, verb: str, event: StepEvent, expected: Effect) -> Iterator[None]:
        def read(status: int, content: bytes) -> UnitView:
            expect(status == (201 if verb == "start" else 200), "success", status)
            answer: StepView | UndoneView = _undone(content) if verb == "undo" else _step(content)
            effect = _effect_of(expected, answer)
            self.floor.ledger.acknowledged(event.event_id, effect)
            expect(effect == expected, repr(expected), effect)
            expect(answer.event_id == event.event_id, "its own event_id", answer.event_id)
            return answer.unit

        view = yield from self._until_answered(_SENTENCES[verb], verb, event, expected.process, read)
        if view is not None:
            self._take_over(verb, event, view)
        yield

    def _until_answered(
        self, sentence: str, verb: str, event: StepEvent, process: int, read: Callable[[int, bytes], T]
    ) -> Generator[None, None, T | None]:
        """Send the same event until the service says what became of it: what a station does."""
        body = _encode(event)
        line = self.unit.line if self.unit else ""
        station = self.floor.section_of(line, self.number).stations[process - 1]
        headers = self.floor.headers[station.name]
        request = Request(sentence, "POST", f"/api/v1/process/{verb}", headers, body)
        while True:
            self.floor.ledger.sent(event.event_id)
            try:
                return call(self, request, read)
            except LostAnswerError:
                yield
            except GreenletExit:
                # Told to stop with an answer on its way: ask for it once more, and stop then.
                self.is_told_to_stop = True
            except WrongAnswerError:
                # Its state is no longer known: do not go on with it.
                self.unit = self.started = None
                return None

    def _take_over(self, verb: str, event: StepEvent, view: UnitView) -> None:
        unit = self.unit
        if unit is None:
            return
        if verb == "start":
            self.status_before = unit.status
        self.started = event.event_id if verb == "start" else None
        unit.status, unit.passed, unit.open = view.status, view.passed_process, view.open_process
        unit.serial = view.serial_number or ""
        if unit.status == "DEFECTED":
            self.floor.defected.append(unit)
            self.unit = None

    def _verdict(self, process: int) -> Result:
        thrown = self.dice.random()
        if thrown < RIG_ERRORS:
            return Result.ERROR
        if process == 1 or thrown > RIG_ERRORS + REPAIRS + FAILS:
            return Result.PASS
        is_final = self.unit is not None and self.unit.reworks == REWORKS_MAX
        return Result.REWORK if is_final or thrown < RIG_ERRORS + REPAIRS else Result.FAIL


_STATUS_AFTER: Final = {Result.FAIL: "DEFECTED"}
_SENTENCES: Final = {
    "start": "start the due process",
    "complete": "complete the open step",
    "undo": "take the start back",
}


def _effect_of(expected: Effect, answer: StepView | UndoneView) -> Effect:
    """Return what the answer says; an undo's answer names neither process nor result."""
    process, result = expected.process, expected.result
    if isinstance(answer, StepView):
        process = answer.process
        result = None if answer.result is msgspec.UNSET else answer.result.value
    return Effect(
        kind=expected.kind,
        unit=answer.unit.wip_id,
        process=process,
        result=result,
        status_after=answer.unit.status,
        passed_after=answer.unit.passed_process,
        open_after=answer.unit.open_process,
    )
