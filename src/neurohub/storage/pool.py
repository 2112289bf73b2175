"""The pool of database connections: one per worker, bounded, self-healing, in the role of the app.

Who calls it: the composition root opens it; each noun's file borrows from it through `Database`.
"""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, LiteralString, TypeVar

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Format
from psycopg.rows import TupleRow, tuple_row
from psycopg_pool import AsyncConnectionPool

from neurohub.storage.dialled import Dialled, away_when_unreachable
from neurohub.storage.errors import as_problems, is_lost
from neurohub.storage.statements import name_of

Params = Sequence[Any] | Mapping[str, Any]
T = TypeVar("T")
Connection = AsyncConnection[TupleRow]
log: Final = structlog.get_logger()

STATEMENT_TIMEOUT_S: Final = 5
LOCK_TIMEOUT_S: Final = 2
SLOW_S: Final = 0.2  # PostgreSQL logs the same ones: observability/postgresql/slow.conf
POOL_TIMEOUT_S: Final = 3.0
POOL_MAX_WAITING: Final = 256

_TRANSPORT: Final = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "6000",
}


class RawJson(Loader):
    """Hands `json` columns over as the bytes they are; Structs decode them, no dict in between."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


class RawJsonBinary(RawJson):
    format = Format.BINARY


def conninfo(
    url: str, *, role: str = "neurohub_app", application: str = "neurohub", session: str = "read-write"
) -> str:
    """Return `url` with our time-outs, role, search path and UTC; what the URL itself names wins."""
    options = (
        f"-c role={role} -c search_path=neurohub -c timezone=UTC"
        f" -c statement_timeout={STATEMENT_TIMEOUT_S}s -c lock_timeout={LOCK_TIMEOUT_S}s"
        " -c idle_in_transaction_session_timeout=10s"
    )
    given = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    given["options"] = f"{options} {given.get('options', '')}".strip()
    return make_conninfo(
        "", **{"application_name": application, "target_session_attrs": session, **_TRANSPORT, **given}
    )


def adapt(connection: AsyncConnection[Any] | psycopg.Connection[Any]) -> None:
    """Prepare every statement at once and hand JSON over as bytes."""
    connection.prepare_threshold = 0
    connection.adapters.register_loader("json", RawJson)
    connection.adapters.register_loader("json", RawJsonBinary)


async def _configure(connection: Connection) -> None:
    adapt(connection)


class Database:
    """Borrowed connections and the ways a statement is run. Errors leave it as problems."""

    def __init__(
        self,
        url: str,
        size: int,
        *,
        application: str = "neurohub",
        session: str = "read-write",
        timeout_s: float = POOL_TIMEOUT_S,
        connection_class: type[Dialled] = Dialled,
    ) -> None:
        self.pool = AsyncConnectionPool(
            conninfo(url, application=application, session=session),
            connection_class=connection_class,
            kwargs={"autocommit": True},
            min_size=min(2, size),
            max_size=size,
            timeout=timeout_s,
            max_waiting=POOL_MAX_WAITING,
            max_lifetime=300,
            max_idle=120,
            reconnect_timeout=30,
            configure=_configure,
            open=False,
        )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend one connection in autocommit, tried before it is lent."""
        with as_problems(), away_when_unreachable():
            async with AsyncExitStack() as borrowed:
                connection = await borrowed.enter_async_context(self.pool.connection())
                if not await _answers(connection):
                    await borrowed.aclose()
                    await self.pool.check()
                    connection = await borrowed.enter_async_context(self.pool.connection())
                yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Lend one connection inside a transaction, for work of more than one statement."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def rows(self, statement: LiteralString, params: Params = ()) -> list[TupleRow]:
        """Run one statement that may be repeated: a read, or a write that knows it has been done.

        The connection is not tried first (that costs as much as the statement). When it is lost, whether
        before or after the commit, the statement runs once more on another one.
        """
        with as_problems(), away_when_unreachable():
            try:
                return await self._rows(statement, params)
            except psycopg.OperationalError as error:
                if not is_lost(error):
                    raise
            await self.pool.check()
            return await self._rows(statement, params)

    async def _rows(self, statement: LiteralString, params: Params) -> list[TupleRow]:
        async with self.pool.connection() as connection:
            return await rows(connection, statement, params)

    async def row(self, statement: LiteralString, params: Params = ()) -> TupleRow | None:
        found = await self.rows(statement, params)
        return found[0] if found else None

    async def view(self, statement: LiteralString, params: Params, kind: type[T]) -> T | None:
        """Return the one JSON column of the first row as a `kind`, or None without a row."""
        found = await self.row(statement, params)
        return None if found is None or found[0] is None else msgspec.json.decode(found[0], type=kind)


async def _answers(connection: Connection) -> bool:
    try:
        await AsyncConnectionPool.check_connection(connection)
    except psycopg.OperationalError:
        return False
    return True


async def rows(connection: Connection, statement: LiteralString, params: Params = ()) -> list[TupleRow]:
    """Run one prepared statement on a borrowed connection; results travel in binary. A slow one is logged."""
    begun = time.perf_counter()
    cursor = connection.cursor(row_factory=tuple_row, binary=True)
    try:
        await cursor.execute(statement, params)
        return await cursor.fetchall() if cursor.description else []
    finally:
        if (seconds := time.perf_counter() - begun) > SLOW_S:
            _log_slow(connection, statement, seconds)


def _log_slow(connection: Connection, statement: str, seconds: float) -> None:
    """Say which statement was slow; `pid` and time find the same one in PostgreSQL's log, with its plan."""
    log.warning(
        "statement.slow",
        statement=name_of(statement),
        duration_ms=round(seconds * 1000, 1),
        pid=connection.info.backend_pid if not connection.closed else None,
    )
