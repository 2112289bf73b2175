"""The lanes: tasks of the worker, each with a store of its own, that commit what waits and answer it.

No request owns a batch: who goes away leaves a future nobody reads. Who calls it: operations, through `submit`
and `submit_all`; the composition root opens and closes it.
"""

import asyncio
import enum
import random
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from typing import Final, Generic, Protocol, TypeVar

import structlog

from neurohub.coalesce.waiting import BATCH_MAX, Answer, Item, QueueFullError, Ticket, Waiting
from neurohub.telemetry.metrics import LaneMetrics

log = structlog.get_logger()

REPEATS_MAX: Final = 2
REPEAT_AFTER_S: Final = 0.02
HELP_AFTER_S: Final = 0.025  # a lane that takes longer is stuck behind somebody's lock, or the disk is slow
ANSWER_WITHIN_S: Final = 7.5  # below the 8 s in which every request is answered
LOOK_EVERY_S: Final = 0.5

Item_contra = TypeVar("Item_contra", contravariant=True)
Answer_co = TypeVar("Answer_co", covariant=True)


class Store(Protocol[Item_contra, Answer_co]):
    """Where one lane commits. An answer means: durable."""

    async def commit(self, items: Sequence[Item_contra]) -> Sequence[Answer_co]:
        """Commit what is allowed of `items`; return their answers in the same order, or fail as a whole."""

    async def close(self) -> None: ...


class Tracing(Protocol):
    """Where batches are traced: who asked for an item, and a span around the batch with those who did."""

    def cause(self) -> object: ...

    def batch(self, name: str, causes: Sequence[object]) -> AbstractContextManager[None]: ...


class Fate(enum.Enum):
    """What to do with a batch whose commit failed."""

    REPEAT = "it met another transaction: the same batch again"
    RESUBMIT = (
        "the connection was lost and the outcome is unknown: once more, the store knows what it has done"
    )
    FAIL = "the store cannot do it now: everybody is told"
    ISOLATE = "something in it is wrong: each item by itself, so that only the culprit fails"


class TooLateError(Exception):
    """No answer in time; whether it was committed is not known."""


class Coalescer(Generic[Item, Answer]):
    """Commits the items of many requests together, each with an answer or an error of its own."""

    def __init__(
        self,
        stores: Sequence[Store[Item, Answer]],
        fate_of: Callable[[Exception], Fate],
        metrics: LaneMetrics,
        *,
        waiting: Waiting[Item, Answer] | None = None,
        batch_max: int = BATCH_MAX,
        tracing: Tracing | None = None,
        answer_within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        self.waiting: Waiting[Item, Answer] = Waiting() if waiting is None else waiting
        self._stores = stores
        self._fate_of = fate_of
        self._metrics = metrics
        self._batch_max = batch_max
        self._tracing = tracing
        self._answer_within_s = answer_within_s
        self._under_way: dict[int, list[Ticket[Item, Answer]]] = {}
        self._idle: deque[asyncio.Future[None]] = deque()
        self._lanes: list[asyncio.Task[None]] = []
        self._watch: asyncio.Task[None] | None = None
        self._helper: asyncio.TimerHandle | None = None
        self._is_closing = False

    async def open(self) -> None:
        """Start the lanes."""
        self._lanes = [asyncio.create_task(self._run(n, store)) for n, store in enumerate(self._stores)]
        self._watch = asyncio.create_task(self._watch_time())

    async def close(self) -> None:
        """Let the lanes finish what waits, then end them."""
        self._is_closing = True
        for idle in self._idle:
            if not idle.done():
                idle.set_result(None)
        if self._lanes and self._watch is not None:
            await asyncio.wait(self._lanes, timeout=self._answer_within_s)
            for task in (*self._lanes, self._watch):
                task.cancel()
            await asyncio.wait((*self._lanes, self._watch))
        for store in self._stores:
            await store.close()

    def submit(self, item: Item, holds: Sequence[Hashable]) -> asyncio.Future[Answer]:
        """Queue one item; return the future of its answer. `QueueFullError` when there is no place to wait."""
        ticket = self._ticket(item, holds)
        self.waiting.add_scan(ticket)
        self._wake()
        return ticket.answer

    def submit_all(self, items: Iterable[tuple[Item, Sequence[Hashable]]]) -> list[asyncio.Future[Answer]]:
        """Queue what happened earlier, behind the scans; all of it or, with `QueueFullError`, nothing."""
        tickets = [self._ticket(item, holds) for item, holds in items]
        self.waiting.add_replays(tickets)
        self._wake()
        return [ticket.answer for ticket in tickets]

    def _ticket(self, item: Item, holds: Sequence[Hashable]) -> Ticket[Item, Answer]:
        if self._is_closing:
            raise QueueFullError
        answer = asyncio.get_running_loop().create_future()
        ticket: Ticket[Item, Answer] = Ticket(item, holds, answer, time.monotonic())
        if self._tracing is not None:
            ticket.cause = self._tracing.cause()
        return ticket

    def _wake(self) -> None:
        """Wake a lane, unless one is at work that will soon take what waits: fewer, fuller batches cost less."""
        if self._under_way and len(self.waiting) < self._batch_max:
            if self._helper is None:
                self._helper = asyncio.get_running_loop().call_later(HELP_AFTER_S, self._help)
        else:
            self._wake_one()

    def _help(self) -> None:
        self._helper = None
        if self.waiting:
            self._wake_one()

    def _wake_one(self) -> None:
        while self._idle:
            idle = self._idle.popleft()
            if not idle.done():
                idle.set_result(None)
                return

    async def _run(self, number: int, store: Store[Item, Answer]) -> None:
        """Take and commit until closed."""
        loop = asyncio.get_running_loop()
        while True:
            batch = self.waiting.take(self._busy(), self._batch_max)
            if batch:
                self._under_way[number] = batch
                try:
                    if self._tracing is None:
                        await self._commit(store, batch)
                    else:
                        with self._tracing.batch(self._metrics.name, [ticket.cause for ticket in batch]):
                            await self._commit(store, batch)
                finally:
                    del self._under_way[number]
                    if self.waiting:
                        self._wake()  # what this batch held back may go on in another lane
            elif self._is_closing:
                return
            else:
                idle: asyncio.Future[None] = loop.create_future()
                self._idle.append(idle)
                await idle

    def _busy(self) -> set[Hashable]:
        return {hold for batch in self._under_way.values() for ticket in batch for hold in ticket.holds}

    async def _commit(self, store: Store[Item, Answer], batch: list[Ticket[Item, Answer]]) -> None:
        """Commit `batch`, however often it takes, and answer each of its tickets."""
        tries = dict.fromkeys(Fate, 0)
        while True:
            begun = time.monotonic()
            try:
                answers = await store.commit([ticket.item for ticket in batch])
                answered = list(zip(batch, answers, strict=True))
            except Exception as error:  # noqa: BLE001 (an edge: whatever it is, those who wait are told)
                fate = self._fate_of(error)
                tries[fate] += 1
                self._metrics.failures.labels(fate.name).inc()
                if fate is Fate.REPEAT and tries[fate] <= REPEATS_MAX:
                    await asyncio.sleep(REPEAT_AFTER_S * tries[fate] * random.random())  # noqa: S311
                elif fate is not Fate.RESUBMIT or tries[fate] > 1:
                    return await self._give_up(store, batch, fate, error)
            else:
                self._observe(batch, begun)
                for ticket, answer in answered:
                    if not ticket.answer.done():
                        ticket.answer.set_result(answer)
                return None

    async def _give_up(
        self, store: Store[Item, Answer], batch: list[Ticket[Item, Answer]], fate: Fate, error: Exception
    ) -> None:
        """Find the culprit by committing each item alone; where there is none to find, tell everybody."""
        if len(batch) > 1 and fate in {Fate.ISOLATE, Fate.REPEAT}:
            log.warning("batch.isolated", items=len(batch), error=str(error), kind=type(error).__name__)
            for ticket in batch:
                await self._commit(store, [ticket])
            return
        for ticket in batch:
            if not ticket.answer.done():
                ticket.answer.set_exception(error)

    def _observe(self, batch: Sequence[Ticket[Item, Answer]], begun: float) -> None:
        self._metrics.batch.observe(len(batch))
        self._metrics.commit.observe(time.monotonic() - begun)
        self._metrics.wait.observe(max(0.0, begun - batch[0].queued_at))

    async def _watch_time(self) -> None:
        """Answer those who have waited too long: a frozen store must not keep a request for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            self._metrics.queue.set(len(self.waiting))
            oldest = time.monotonic() - self._answer_within_s
            waiting = chain(self.waiting.scans, self.waiting.replays, *self._under_way.values())
            for ticket in waiting:
                if ticket.queued_at <= oldest and not ticket.answer.done():
                    ticket.answer.set_exception(TooLateError())
