"""Whether the database could be reached when it was last called: what a time-out of the pool means.

With it reachable all connections are busy (`OVERLOADED`); with it away nothing is (`DATABASE_UNAVAILABLE`).
Who calls it: the pool.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import PoolTimeout


class Dialled(AsyncConnection[TupleRow]):
    """A connection whose class knows how the last attempt of this worker to connect ended."""

    is_away: ClassVar[bool] = False

    @classmethod
    async def connect(cls, *args: Any, **kwargs: Any) -> Self:
        """Connect, and remember whether that worked."""
        try:
            connection = await super().connect(*args, **kwargs)
        except psycopg.OperationalError:
            cls.is_away = True
            raise
        cls.is_away = False
        return connection


@contextmanager
def away_when_unreachable() -> Iterator[None]:
    """Turn a time-out of the pool into a lost connection where the database was not reached at all."""
    try:
        yield
    except PoolTimeout as error:
        if Dialled.is_away:
            raise psycopg.OperationalError("the database is not reachable") from error
        raise
