"""Delivery: what waits in the outbox goes to the service, for ever, until each event has its answer.

Two lanes: what was scanned just now goes at once; the rest goes in lists that grow while all is well and shrink
when a request fails, so that no single event can hold up the others. Who calls it: `Link`.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from neurohub.contract.commands import BATCH_MAX_EVENTS, CompleteStep, StartStep, StepEvent
from station.flow.facts import Post, Refused
from station.link.answers import Again, Verdict, hold_back, judge, judge_list
from station.link.keeper import Keeper, KeeperClosedError
from station.link.outbox import Outbox, Waiting, decode
from station.link.service import Answer, Service, UnreachableError
from station.link.turns import Claim, Turns, pause_s

GROWTH: Final = 4
CLOSE_MAX_S: Final = 1.0
_ROUTES: Final = {StartStep: "/process/start", CompleteStep: "/process/complete"}
_log = logging.getLogger(__name__)


class _FailedError(Exception):
    """The request as a whole has no verdict. `blame`: what was in it may be the reason."""

    def __init__(self, reason: str, *, blame: bool, retry_after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.blame, self.retry_after_s = blame, retry_after_s


class Delivery:
    """Needs a keeper that tells it of commits. `close` does not wait long: what has no answer yet is sent again."""

    def __init__(
        self,
        keeper: Keeper,
        service: Service,
        post: Post,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._keeper, self._service, self._post = keeper, service, post
        self._clock, self._draw = clock, draw
        self._turns = Turns(draw)
        self._size = BATCH_MAX_EVENTS  # of the next list
        self._failures = 0  # of the rest lane, in a row
        self._not_before = 0.0  # the service asked for peace until then
        self._closing = False
        self._scans, self._rest = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(self._deliver_scans, self._scans), name="scans"),
            threading.Thread(target=self._run, args=(self._deliver_rest, self._rest), name="rest"),
        ]

    def start(self) -> None:
        self._rest.set()
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def close(self) -> None:
        self._closing = True
        self._scans.set()
        self._rest.set()
        for thread in self._threads:
            thread.join(CLOSE_MAX_S)

    def committed(self, units: Sequence[str]) -> None:
        """Take notice of events of `units`, in the keeper's thread."""
        self._turns.scanned(units)
        self._scans.set()

    def retry(self, outbox: Outbox, event_id: UUID) -> None:
        """Let a refused event go again, at once; in the keeper's thread."""
        if (unit := outbox.retry(event_id)) is not None:
            self.committed([unit])

    def _run(self, deliver: Callable[[], float | None], wake: threading.Event) -> None:
        """Deliver, then wait until woken or for as long as `deliver` says, over and over."""
        wait_s: float | None = None
        while not self._closing:
            wake.wait(wait_s)
            wake.clear()
            try:
                wait_s = deliver()
            except KeeperClosedError:
                return
            except Exception:  # noqa: BLE001  (delivery goes on, whatever it was)
                _log.exception("delivery.failed")
                wait_s = 1.0

    def _deliver_scans(self) -> float | None:
        while not self._closing:
            if (peace_s := self._not_before - self._clock()) > 0:
                return peace_s
            claim = self._keeper.ask(self._turns.claim_scans)
            if not claim.events:
                return None
            is_well = self._send(claim) is None
            if is_well or not self._failures:
                self._rest.set()  # the service answers again, or this failed event is now the rest's
        return None

    def _deliver_rest(self) -> float | None:
        while not self._closing:
            if (peace_s := self._not_before - self._clock()) > 0:
                return peace_s
            claim = self._keeper.ask(self._claim_rest)
            if not claim.events:
                return claim.wait_s
            if self._send(claim) is None:
                self._failures = 0
                self._size = min(BATCH_MAX_EVENTS, self._size * GROWTH)
            else:
                self._failures += 1
                self._size = max(1, min(self._size, len(claim.events)) // GROWTH)
                return pause_s(self._failures - 1, self._draw)
        return None

    def _claim_rest(self, outbox: Outbox) -> Claim:
        return self._turns.claim_rest(outbox, self._size, self._clock())

    def _send(self, claim: Claim) -> _FailedError | None:
        """Send one request and write down what came of it; return why nothing did."""
        events = claim.events
        decoded = [decode(one.body) for one in events]
        try:
            verdicts = self._ask(events, decoded)
        except _FailedError as error:
            self._failed(events, error)
            return error
        verdicts = hold_back([one.unit for one in events], verdicts)
        for verdict in verdicts:
            if not isinstance(verdict, Again | Refused):
                self._post(verdict)
        now = self._clock()
        refusals = self._keeper.ask(lambda outbox: self._turns.landed(outbox, events, verdicts, now))
        for refusal in refusals:
            self._post(refusal)
        return None

    def _failed(self, events: Sequence[Waiting], error: _FailedError) -> None:
        now = self._clock()
        if error.retry_after_s:
            self._not_before = now + error.retry_after_s * (1 + self._draw())
        self._keeper.ask(lambda _: self._turns.failed(events, now, hold=error.blame))

    def _ask(self, events: Sequence[Waiting], decoded: Sequence[StepEvent]) -> list[Verdict]:
        """Return a verdict for each event; one alone takes the short way, its own route."""
        alone = len(events) == 1
        path = _ROUTES.get(type(decoded[0]), "/process/undo") if alone else "/process/events"
        body = events[0].body if alone else b'{"events":[' + b",".join(one.body for one in events) + b"]}"
        try:
            answer = self._service.request("POST", path, body)
        except UnreachableError as error:
            raise _FailedError(
                error.reason, blame=error.connected, retry_after_s=error.retry_after_s
            ) from error
        verdicts = _verdicts(decoded, answer)
        if verdicts is None:
            raise _FailedError(f"status {answer.status}", blame=True, retry_after_s=answer.retry_after_s)
        return verdicts


def _verdicts(events: Sequence[StepEvent], answer: Answer) -> list[Verdict] | None:
    """Return the verdict of each event; None when the answer as a whole is none."""
    if len(events) > 1:
        return judge_list(events, answer.body) if answer.status == 200 else None
    verdict = judge(events[0], answer.status, answer.body)
    return None if isinstance(verdict, Again) and verdict.refusal is None else [verdict]
