"""The connections of the write lanes: one each, kept open, made anew when lost.

Not the pool: a lane never waits for a connection and never lends its own. Who calls it: the coalescer.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import psycopg
import structlog

from neurohub.storage.dialled import Dialled
from neurohub.storage.errors import LostError, is_lost
from neurohub.storage.events import EventAnswer, EventItem, record_on
from neurohub.storage.pool import adapt, conninfo

log: Final = structlog.get_logger()
FROZEN_AFTER_S: Final = 6.0  # above the statement's own 5 s: by then the server itself is not answering


class Lane:
    """One connection that records events."""

    def __init__(self, url: str) -> None:
        self._conninfo = conninfo(url, application="neurohub lane")
        self._connection: Dialled | None = None

    async def commit(self, items: Sequence[EventItem]) -> list[EventAnswer]:
        """Record `items` in one transaction; return their answers in order. `LostError` when it is not known."""
        recording = asyncio.ensure_future(self._record(items))
        await asyncio.wait({recording}, timeout=FROZEN_AFTER_S)
        if not recording.done():
            # Cancelling would ask the frozen server to cancel and wait for that. Its own time-outs end it.
            recording.add_done_callback(_forget)
            self._connection = None
            raise LostError("the database does not answer")
        return recording.result()

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _record(self, items: Sequence[EventItem]) -> list[EventAnswer]:
        connection = self._connection
        try:
            if connection is None or connection.closed:
                connection = self._connection = await self._connect()
            begun = time.perf_counter()
            answers = await record_on(connection, items)
        except psycopg.Error as error:
            if not is_lost(error):
                raise
            if connection is not None:
                await connection.close()
            raise LostError(str(error)) from error
        log.info(
            "batch.committed",
            duration_ms=round((time.perf_counter() - begun) * 1000, 2),
            pid=connection.info.backend_pid,
            event_ids=[item.event_id for item in items],
        )
        return answers

    async def _connect(self) -> Dialled:
        connection = await Dialled.connect(self._conninfo, autocommit=True)
        adapt(connection)
        await connection.execute("select take_shard()")
        return connection


def _forget(recording: asyncio.Future[list[EventAnswer]]) -> None:
    if not recording.cancelled():
        recording.exception()
