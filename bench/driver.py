"""A cheap HTTP/1.1 driver for finding limits: requests encoded beforehand, keep-alive, one raw protocol per connection.

`drive` is a closed loop (each connection sends its next request when the last is answered), `drive_at` an open
one (arrivals on a clock, latency counted from the intended time). It decodes no body; who hands it `Work`
decides what is sent and sees every answer. Who calls it: `compare.work`, `raw`. A request
costs some 14 us of CPU; where one core is not enough, start more processes, each with its share of the work.
"""

import asyncio
import contextlib
import gc
import random
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from time import monotonic
from typing import Any, Final, TypeVar

from bench.driver_wire import LOST, Answer, Connection, Lines, Request, Samples, Work, dialled

try:
    from uvloop import new_event_loop
except ImportError:  # Windows
    from asyncio import new_event_loop  # type: ignore[assignment]

__all__ = [
    "LOST",
    "Answer",
    "Fixed",
    "Request",
    "Samples",
    "Work",
    "by_chance",
    "drive",
    "drive_at",
    "every",
    "run",
]

T = TypeVar("T")
ANSWER_TIMEOUT_S: Final = 35.0
TICK_S: Final = 0.001
UNBROKEN: Final = 64  # arrivals that are late are sent in bursts of so many before answers are looked at


class Fixed:
    """Work that is known beforehand; answers are only counted."""

    def __init__(self, requests: Iterable[Request]) -> None:
        self._requests = iter(requests)

    def next(self) -> Request | None:
        return next(self._requests, None)

    def answered(self, request: Request, answer: Answer) -> None:
        pass


async def drive(
    host: str,
    port: int,
    work: Sequence[Work],
    *,
    duration_s: float,
    answer_timeout_s: float = ANSWER_TIMEOUT_S,
    watch: Callable[[Samples], None] | None = None,
) -> Samples:
    """Drive a connection per element of `work` in a closed loop for `duration_s`; the last answers are awaited.

    A lost connection is dialled anew. Raises OSError when nothing answers at `host`:`port`.
    """
    async with dialled(host, port, answer_timeout_s, watch) as (lines, samples):
        connections = [await lines.dial() for _ in work]
        samples.begun_at = monotonic()
        until = samples.begun_at + duration_s
        async with asyncio.TaskGroup() as group:
            for connection, own in zip(connections, work, strict=True):
                group.create_task(_close_the_loop(lines, connection, own, until, samples))
    return samples


async def _close_the_loop(
    lines: Lines, connection: Connection, work: Work, until: float, samples: Samples
) -> None:
    while not await _talk(connection, work, until):
        connection = await lines.redial(connection)
    samples.is_exhausted |= monotonic() < until


def _talk(connection: Connection, work: Work, until: float) -> asyncio.Future[bool]:
    """Send and take answers until the time is over (True), the work is done (True) or the connection lost."""
    over: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def go_on() -> None:
        request = work.next() if monotonic() < until else None
        if request is None:
            over.set_result(True)
        else:
            connection.send(request)

    def on_answer(request: Request, answer: Answer) -> None:
        work.answered(request, answer)
        if over.done():  # cancelled, because another connection failed for good
            return
        if connection.is_lost:
            over.set_result(False)
        else:
            go_on()

    connection.on_answer = on_answer
    go_on()
    return over


async def drive_at(
    host: str,
    port: int,
    work: Work,
    arrivals: Iterable[float],
    *,
    connections: int,
    backlog_max: int = 10_000,
    answer_timeout_s: float = ANSWER_TIMEOUT_S,
    watch: Callable[[Samples], None] | None = None,
) -> Samples:
    """Send a request of `work` at each of `arrivals` (ascending, seconds since the start, e.g. `every(5000, 10)`).

    At most `connections` are on their way; later arrivals wait, and their latency counts from the intended
    time. When `backlog_max` wait already, an arrival is given up and counted as `unsent`.
    """
    async with dialled(host, port, answer_timeout_s, watch) as (lines, samples):
        for _ in range(connections):
            await lines.dial()
        async with asyncio.TaskGroup() as group:
            queue = _Open(lines, work, samples, group)
            await queue.serve(arrivals, backlog_max)
            await queue.drain(answer_timeout_s)
    return samples


class _Open:
    """Arrivals that wait for a connection, and connections that wait for an arrival."""

    def __init__(self, lines: Lines, work: Work, samples: Samples, group: asyncio.TaskGroup) -> None:
        self._lines = lines
        self._work = work
        self._samples = samples
        self._group = group
        self._waiting: deque[float] = deque()
        self._idle: deque[Connection] = deque()
        self._on_their_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        for connection in lines.open:
            self._take(connection)

    async def serve(self, arrivals: Iterable[float], backlog_max: int) -> None:
        begun_at = self._samples.begun_at = monotonic()
        for number, at in enumerate(arrivals):
            if (early_s := begun_at + at - monotonic()) > 0:
                await asyncio.sleep(max(early_s, TICK_S))
            if number % UNBROKEN == 0:
                await asyncio.sleep(0)
            if len(self._waiting) < backlog_max:
                self._waiting.append(begun_at + at)
            else:
                self._samples.unsent += 1
            self._pump()
            if self._samples.is_exhausted:
                return

    async def drain(self, timeout_s: float) -> None:
        """Wait for what is on its way or waiting; what is not sent until then is `unsent`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._quiet.wait()
        self._samples.unsent += len(self._waiting)
        self._waiting.clear()
        for connection in self._lines.open:
            if connection.request is not None:
                connection.abort()
        await self._quiet.wait()

    def _take(self, connection: Connection) -> None:
        connection.on_answer = lambda request, answer: self._answered(connection, request, answer)
        self._idle.append(connection)

    def _answered(self, connection: Connection, request: Request, answer: Answer) -> None:
        self._work.answered(request, answer)
        self._on_their_way -= 1
        self._idle.append(connection)
        self._pump()

    def _pump(self) -> None:
        while self._waiting and self._idle:
            connection = self._idle.popleft()
            if connection.is_lost:
                self._group.create_task(self._replace(connection))
            elif (request := self._work.next()) is None:
                self._samples.is_exhausted = True
                self._waiting.clear()
            else:
                self._on_their_way += 1
                connection.send(request, self._waiting.popleft())
        if self._on_their_way or self._waiting:
            self._quiet.clear()
        else:
            self._quiet.set()
        self._samples.backlog_max = max(self._samples.backlog_max, len(self._waiting))

    async def _replace(self, lost: Connection) -> None:
        self._take(await self._lines.redial(lost))
        self._pump()


def every(rate: float, duration_s: float) -> Iterator[float]:
    """Return arrival times at an even pace, in seconds since the start."""
    return (k / rate for k in range(round(rate * duration_s)))


def by_chance(rate: float, duration_s: float, seed: int) -> Iterator[float]:
    """Return arrival times of a Poisson process: as many people arrive who do not know of each other."""
    draw, at = random.Random(seed), 0.0
    while (at := at + draw.expovariate(rate)) < duration_s:
        yield at


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` on the fast event loop, with the garbage collector kept from walking what lives for the whole run."""
    gc.collect()
    gc.freeze()
    threshold = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            return runner.run(main)
    finally:
        gc.set_threshold(*threshold)
        gc.unfreeze()
