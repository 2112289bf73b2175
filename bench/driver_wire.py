"""The wire of the driver: requests, answers, samples, and connections with one request on their way each.

Answers must carry a Content-Length (chunked ones are refused, loudly). Who calls it: `driver`.
"""

import asyncio
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic  # the loop's own clock stands still in ms steps
from typing import Any, Final, NamedTuple, Protocol

from msgspec import Struct, field

CONNECT_TIMEOUT_S: Final = 10.0
LOOK_EVERY_S: Final = 0.25
WATCH_EVERY_S: Final = 1.0
REDIAL_AFTER_S: Final = 0.05
LOST: Final = 0  # the status of a request whose connection broke or whose answer did not come
_LENGTH: Final = b"content-length:"
_NO_BODY: Final = (b"204", b"304")


class Request(NamedTuple):
    """One request, ready for the wire. `name` groups samples, `tag` is whatever its sender wants back."""

    wire: bytes
    name: str = ""
    tag: Any = None


class Answer(NamedTuple):
    """`status` is `LOST` (0) when it did not come: the outcome is then unknown."""

    status: int
    body: bytes


class Work(Protocol):
    """What is to be sent. Both methods run in the event loop and must not block."""

    def next(self) -> Request | None:
        """Return the next request; None when all is done (the run, or this connection of it, then ends)."""

    def answered(self, request: Request, answer: Answer) -> None:
        """Take the answer to a request of `next`."""


class Samples(Struct):
    """Every answer, exactly: when it came (seconds since the start), how long it took, its status, its request's name.

    Four columns of one length. `backlog_max` and `unsent` are those of an open run: arrivals that waited for
    a connection at the worst moment, and arrivals that were given up because too many waited.
    """

    begun_at: float  # of `time.monotonic`
    answered_s: "array[float]" = field(default_factory=lambda: array("d"))
    latency_s: "array[float]" = field(default_factory=lambda: array("d"))
    status: "array[int]" = field(default_factory=lambda: array("H"))
    name: list[str] = field(default_factory=list)
    backlog_max: int = 0
    unsent: int = 0
    is_exhausted: bool = False  # the work ended before the time

    def add(self, request: Request, status: int, since: float, now: float) -> None:
        self.answered_s.append(now - self.begun_at)
        self.latency_s.append(now - since)
        self.status.append(status)
        self.name.append(request.name)

    def within(self, begin_s: float, end_s: float) -> "Samples":
        """Return the answers that came in this part of the run."""
        chosen = [i for i, at in enumerate(self.answered_s) if begin_s <= at < end_s]
        return Samples(
            begun_at=self.begun_at,
            answered_s=array("d", [self.answered_s[i] for i in chosen]),
            latency_s=array("d", [self.latency_s[i] for i in chosen]),
            status=array("H", [self.status[i] for i in chosen]),
            name=[self.name[i] for i in chosen],
            backlog_max=self.backlog_max,
            unsent=self.unsent,
            is_exhausted=self.is_exhausted,
        )

    def statuses(self) -> Counter[int]:
        return Counter(self.status)


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request on its way."""

    def __init__(self, samples: Samples) -> None:
        self.request: Request | None = None
        self.sent_at = 0.0
        self.is_lost = False
        self.fault: ValueError | None = None
        self.on_answer: Callable[[Request, Answer], None]
        self._samples = samples
        self._since = 0.0
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # of a TCP connection

    def send(self, request: Request, since: float | None = None) -> None:
        """Send a request; its latency counts from `since` (of `time.monotonic`), without it from now."""
        self.request = request
        self.sent_at = monotonic()
        self._since = self.sent_at if since is None else since
        self._transport.write(request.wire)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        head_end = buffer.find(b"\r\n\r\n")
        if head_end >= 0:
            try:
                end = head_end + 4 + _body_size(buffer[:head_end])
            except ValueError as fault:
                self.fault = fault
                self._transport.abort()
                return
            if len(buffer) >= end:
                self._buffer = buffer[end:]
                self._resolve(Answer(int(buffer[9:12]), buffer[head_end + 4 : end]))
                return
        self._buffer = buffer

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio's signature)
        self.is_lost = True
        if self.request is not None:
            self._resolve(Answer(LOST, b""))

    def abort(self) -> None:
        """Give the connection up; a request on its way is `LOST`."""
        self._transport.abort()

    def _resolve(self, answer: Answer) -> None:
        request, self.request = self.request, None
        if request is None:
            self.fault = ValueError(f"An answer ({answer.status}) that nobody asked for")
            self._transport.abort()
            return
        self._samples.add(request, answer.status, self._since, monotonic())
        self.on_answer(request, answer)


def _body_size(head: bytes) -> int:
    """Return the size of the body behind `head`, in bytes."""
    if head[9:12] in _NO_BODY:
        return 0
    lower = head.lower()
    at = lower.find(_LENGTH)
    if not head.startswith(b"HTTP/1.") or at < 0:
        raise ValueError(f"An answer without Content-Length cannot be measured: {head[:200]!r}")
    end = lower.find(b"\r\n", at)
    return int(lower[at + len(_LENGTH) : end if end >= 0 else None])


class Lines:
    """The connections of one run: dialled here, looked after here, closed at its end."""

    def __init__(self, host: str, port: int, samples: Samples, answer_timeout_s: float) -> None:
        self.open: set[Connection] = set()
        self._address = (host, port)
        self._samples = samples
        self._answer_timeout_s = answer_timeout_s

    async def dial(self) -> Connection:
        loop = asyncio.get_running_loop()
        dialling = loop.create_connection(lambda: Connection(self._samples), *self._address)
        _, connection = await asyncio.wait_for(dialling, CONNECT_TIMEOUT_S)
        self.open.add(connection)
        return connection

    async def redial(self, lost: Connection) -> Connection:
        """Return a connection in place of a lost one; raises what was wrong with its answers."""
        self.open.discard(lost)
        if lost.fault is not None:
            raise lost.fault
        await asyncio.sleep(REDIAL_AFTER_S)
        return await self.dial()

    async def look_after(self, watch: Callable[[Samples], None] | None) -> None:
        """Give up what takes too long, and show the samples to `watch` every second."""
        shown_at = monotonic()
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            now = monotonic()
            for connection in list(self.open):
                if connection.request is not None and now - connection.sent_at > self._answer_timeout_s:
                    connection.abort()
            if watch is not None and now - shown_at >= WATCH_EVERY_S:
                shown_at = now
                watch(self._samples)


@asynccontextmanager
async def dialled(
    host: str, port: int, answer_timeout_s: float, watch: Callable[[Samples], None] | None
) -> AsyncIterator[tuple[Lines, Samples]]:
    """Lend the connections of one run, and what they measure; all are closed at its end."""
    samples = Samples(begun_at=monotonic())
    lines = Lines(host, port, samples, answer_timeout_s)
    looking = asyncio.create_task(lines.look_after(watch))
    try:
        yield lines, samples
    except BaseExceptionGroup as group:  # of the tasks of a run: the first cause is the one to be told
        raise group.exceptions[0] from None
    finally:
        looking.cancel()
        for connection in lines.open:
            connection.abort()
