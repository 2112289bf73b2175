"""The outbox's file: opened safely, checked, and moved aside (never deleted) when it is damaged.

What can still be read of a damaged one goes into the new one. Who calls it: the keeper, at its start.
"""

import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import apsw

from station.link.outbox import SCHEMA, SCHEMA_VERSION, Outbox

SQLITE_MIN: Final = (3, 51, 3)  # older ones can corrupt a database in WAL mode
DAMAGED: Final = (apsw.CorruptError, apsw.NotADBError)
_COLUMNS: Final = "seq, event_id, unit, occurred_at, saved_at, body, digest, state, code, detail"


def open_outbox(path: Path, key: bytes) -> tuple[Outbox, Path | None]:
    """Return the outbox in `path` and, when it was damaged, where what was there is now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = connect(str(path))
    except DAMAGED:
        aside = _move_aside(path)
        connection = connect(str(path))
        _salvage(aside, connection)
        return Outbox(connection, key), aside
    return Outbox(connection, key), None


def connect(file: str, *, vfs: str | None = None, synchronous: str = "FULL") -> apsw.Connection:
    """Return the only connection to an outbox, of the newest schema. Raises when the file is damaged."""
    if tuple(map(int, apsw.sqlite_lib_version().split("."))) < SQLITE_MIN:
        raise RuntimeError(
            f"SQLite {apsw.sqlite_lib_version()} may damage the outbox; it must be {SQLITE_MIN}"
        )
    connection = apsw.Connection(file, vfs=vfs)
    try:
        connection.pragma("locking_mode", "EXCLUSIVE")  # nobody else opens it, and no shared memory is needed
        connection.pragma("journal_mode", "WAL")
        connection.pragma("synchronous", synchronous)
        _check(connection)
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: apsw.Connection) -> None:
    if (flaw := connection.pragma("quick_check", 1)) != "ok":
        raise apsw.CorruptError(str(flaw))


def _migrate(connection: apsw.Connection) -> None:
    version = connection.pragma("user_version")
    if version > SCHEMA_VERSION:
        raise RuntimeError(f"The outbox is of a newer program (schema {version}); install that one")
    if version == SCHEMA_VERSION:
        return
    with connection:
        connection.execute(SCHEMA)
        connection.pragma("user_version", SCHEMA_VERSION)


def _move_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
    for end in ("", "-wal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    return aside


def _salvage(aside: Path, into: apsw.Connection) -> None:
    """Copy what can be read: from the front up to the damage, and from the end back to it."""
    marks = ", ".join("?" * len(_COLUMNS.split(",")))
    with suppress(apsw.Error), closing(apsw.Connection(str(aside), flags=apsw.SQLITE_OPEN_READWRITE)) as old:
        for sql, insert in (
            ("select name, value from kept", "insert or ignore into kept values (?, ?)"),
            (f"select {_COLUMNS} from event order by seq", f"insert or ignore into event values ({marks})"),
            (
                f"select {_COLUMNS} from event order by seq desc",
                f"insert or ignore into event values ({marks})",
            ),
        ):
            with into:
                into.executemany(insert, _readable(old, sql))


def _readable(old: apsw.Connection, sql: str) -> Iterator[tuple[Any, ...]]:
    with suppress(apsw.Error):
        yield from old.execute(sql)
