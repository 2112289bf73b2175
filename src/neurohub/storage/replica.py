"""Reads for reports: from a standby that has all the primary had when they were asked, else from the primary.

Not for what a station decides on, nor for units and LOTs. A standby that is away, behind or refuses costs a report
some tenths of a second, then it is left alone for a while. Who calls it: the board.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from neurohub.contract.problems import ProblemError
from neurohub.storage.dialled import Dialled
from neurohub.storage.errors import DatabaseError
from neurohub.storage.pool import Database
from neurohub.storage.statements import load

T = TypeVar("T")
log: Final = structlog.get_logger()

_SQL: Final = load("replica")
POOL_SIZE: Final = 2
POOL_TIMEOUT_S: Final = 0.5
CATCH_UP_S: Final = 0.3  # a standby on the same network is milliseconds behind
POLL_S: Final = 0.01
LEFT_ALONE_S: Final = 5.0


class _DialledReplica(Dialled):
    """Its being away says nothing of the primary."""


class Reports:
    """The primary, and beside it perhaps a standby to spare it."""

    def __init__(self, primary: Database, replica_url: str | None) -> None:
        self._primary = primary
        self.replica = None if replica_url is None else _open_to_reads(replica_url)
        self._left_alone_until = 0.0

    async def read(self, ask: Callable[[Database], Awaitable[T]]) -> T:
        """Return what `ask` reads, never older than what was committed when this was called."""
        if self.replica is not None and time.monotonic() >= self._left_alone_until:
            committed = await self._primary.row(_SQL["committed"])
            try:
                if committed is not None and await _has_caught_up(self.replica, str(committed[0])):
                    return await ask(self.replica)
                reason = "behind"
            except (ProblemError, DatabaseError) as error:
                reason = str(error)
            self._left_alone_until = time.monotonic() + LEFT_ALONE_S
            log.warning("replica.passed_over", reason=reason, for_s=LEFT_ALONE_S)
        return await ask(self._primary)

    async def open(self) -> None:
        if self.replica is not None:
            await self.replica.pool.open()

    async def close(self) -> None:
        if self.replica is not None:
            await self.replica.pool.close()


def _open_to_reads(url: str) -> Database:
    return Database(
        url,
        POOL_SIZE,
        application="neurohub reports",
        session="any",
        timeout_s=POOL_TIMEOUT_S,
        connection_class=_DialledReplica,
    )


async def _has_caught_up(replica: Database, committed: str) -> bool:
    """Wait a moment until the standby has replayed what the primary had committed."""
    end = time.monotonic() + CATCH_UP_S
    while True:
        found = await replica.row(_SQL["replayed"], (committed,))
        if found is not None and found[0]:
            return True
        if time.monotonic() > end:
            return False
        await asyncio.sleep(POLL_S)
