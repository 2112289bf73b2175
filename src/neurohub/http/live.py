"""The board as it changes, for any number of lookers: one reading for each line, one frame for everybody.

Readings go through the cache, so the workers share them too. What only grows older is no change: who looks adds
the seconds since the frame came. Who calls it: the stream route of `http.dashboard`.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import Context
from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec
import structlog

from neurohub.cache.read_through import Body
from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.views import DashboardSummary

log = structlog.get_logger()

EVERY_S: Final = 0.5  # a change is seen within this and the age of the reading: below 1 s
LOOKERS_MAX: Final = 1000  # of one worker; each costs a socket and a task
_decode: Final = msgspec.json.Decoder(DashboardSummary).decode
_encode: Final = msgspec.json.Encoder().encode

Read = Callable[[], Awaitable[Body]]


class Frame(NamedTuple):
    """One event of the stream. Equal ids mean: nothing to tell."""

    event_id: str
    content: bytes


class Channel:
    """The board of one line (or of all) for those who look at it; it reads only while somebody does."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._frame: Frame | None = None
        self._is_stale = False
        self._news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reading: asyncio.Task[None] | None = None
        self.lookers = 0

    async def next_after(self, event_id: str) -> Frame:
        """Return the frame that is shown now as soon as it is another one than `event_id`."""
        while self._frame is None or self._frame.event_id == event_id:
            await asyncio.shield(self._news)
        return self._frame

    def open(self) -> None:
        self.lookers += 1
        if self._reading is None:
            of_nobody = Context()  # it outlives the request that was the first to look
            self._reading = asyncio.create_task(self._keep_reading(), name="live board", context=of_nobody)

    def close(self) -> None:
        self.lookers -= 1
        if self.lookers == 0 and self._reading is not None:
            self._reading.cancel()
            self._reading = None

    async def _keep_reading(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY_S
            try:
                self._show(_frame_of((await self._read()).content))
                self._is_stale = False
            except Exception as error:  # noqa: BLE001 (an edge: lookers are told, and it is tried again)
                self._say_stale(error)
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _say_stale(self, error: Exception) -> None:
        if not self._is_stale:
            self._is_stale = True
            since = datetime.now(UTC).isoformat(timespec="seconds")
            log.warning("board.not_read", error=str(error), kind=type(error).__name__)
            self._show(Frame("stale", b'event: stale\ndata: {"since": "%s"}\n\n' % since.encode()))

    def _show(self, frame: Frame) -> None:
        if self._frame is None or self._frame.event_id != frame.event_id:
            self._frame = frame
            self._news.set_result(None)
            self._news = asyncio.get_running_loop().create_future()


class Live:
    """The channels of one worker."""

    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}

    @contextlib.asynccontextmanager
    async def watch(self, key: str, read: Read) -> AsyncIterator[Channel]:
        """Look at the board named `key`, which `read` reads; `OVERLOADED` when too many look already."""
        if sum(channel.lookers for channel in self._channels.values()) >= LOOKERS_MAX:
            raise ProblemError(Code.OVERLOADED, "Too many look at the live board; poll it", retry_after_s=10)
        channel = self._channels.setdefault(key, Channel(read))
        channel.open()
        try:
            yield channel
        finally:
            channel.close()
            if channel.lookers == 0:
                self._channels.pop(key, None)


def _frame_of(content: bytes) -> Frame:
    """Return the event that shows `content`; its id does not depend on what only grows older."""
    summary = _decode(content)
    processes = [msgspec.structs.replace(process, oldest_wait_s=None) for process in summary.processes]
    shown = _encode(msgspec.structs.replace(summary, processes=processes))
    event_id = hashlib.blake2b(shown, digest_size=12).hexdigest()
    return Frame(event_id, b"id: %s\nevent: summary\ndata: %s\n\n" % (event_id.encode(), content))
