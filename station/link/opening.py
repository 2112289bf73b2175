"""The outbox's file: opened safely, checked, and moved aside (never deleted) when it is damaged.

What can still be read of a damaged one goes into the new one. Who calls it: the keeper, at its start.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, cast

import apsw
import msgspec

from neurohub.contract.commands import sign
from station.link.outbox import SCHEMA, SCHEMA_VERSION, Outbox, decode, transaction

SQLITE_MIN: Final = (3, 51, 3)  # older ones can corrupt a database in WAL mode
DAMAGED: Final = (apsw.CorruptError, apsw.NotADBError)
_COLUMNS: Final = "seq, event_id, unit, occurred_at, saved_at, body, digest, state, code, detail"
_BODY: Final = 5  # among them
_KEY_NAME: Final = "key"  # of the kept value that tells by which key events are signed, by its hash


def open_outbox(path: Path, key: bytes) -> tuple[Outbox, Path | None]:
    """Return the outbox in `path` and, when it was damaged, where what was there is now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = None
    try:
        connection = connect(str(path))
    except DAMAGED:
        aside = _move_aside(path)
        connection = connect(str(path))
        _salvage(aside, connection)
    _sign_anew(connection, key)
    return Outbox(connection, key), aside


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
        _migrate(connection)
        _check(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def undelivered(path: Path) -> int:
    """Return how many events in `path` the service does not have yet; nobody else may have it open."""
    if not path.exists():
        return 0
    with suppress(apsw.Error), closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)) as found:
        ((count,),) = found.execute(
            "select count(*) from event where state in ('waiting', 'refused')"
        ).fetchall()
        return cast("int", count)
    return 0  # damaged: the keeper will say so


def _check(connection: apsw.Connection) -> None:
    """Raise when the file is damaged, or holds something to deliver that is no event."""
    if (flaw := connection.pragma("quick_check", 1)) != "ok":
        raise apsw.CorruptError(str(flaw))
    for (body,) in connection.execute("select body from event where state = 'waiting'"):
        if not _is_event(body):
            raise apsw.CorruptError("what waits is not an event")


def _is_event(body: bytes) -> bool:
    try:
        decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True


def _migrate(connection: apsw.Connection) -> None:
    version = connection.pragma("user_version")
    if version > SCHEMA_VERSION:
        raise RuntimeError(f"The outbox is of a newer program (schema {version}); install that one")
    if version == SCHEMA_VERSION:
        return
    with transaction(connection):
        connection.execute(SCHEMA)
        connection.pragma("user_version", SCHEMA_VERSION)


def _sign_anew(connection: apsw.Connection, key: bytes) -> None:
    """Sign what is not delivered by `key`, when the station has another secret since it was signed."""
    name = hashlib.sha256(key).hexdigest()
    known = connection.execute("select value from kept where name = ?", (_KEY_NAME,)).fetchone()
    if known == (name,):
        return
    with transaction(connection):
        if known is not None:
            undelivered = "select seq, body from event where state in ('waiting', 'refused')"
            for seq, body in connection.execute(undelivered).fetchall():
                event = decode(cast("bytes", body))
                signed = msgspec.structs.replace(event, mac=sign(event, key))
                anew = (msgspec.json.encode(signed), seq)
                connection.execute("update event set body = ? where seq = ?", anew)
        connection.execute("insert or replace into kept (name, value) values (?, ?)", (_KEY_NAME, name))


def _move_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
    for end in ("", "-wal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    return aside


def _salvage(aside: Path, into: apsw.Connection) -> None:
    """Copy what can be read and is whole: from the front up to the damage, and from the end back to it."""
    marks = ", ".join("?" * len(_COLUMNS.split(",")))
    events, event = f"select {_COLUMNS} from event order by seq", f"insert into event values ({marks})"
    with suppress(apsw.Error), closing(apsw.Connection(str(aside), flags=apsw.SQLITE_OPEN_READWRITE)) as old:
        for sql, insert in (
            ("select name, value from kept", "insert into kept values (?, ?)"),
            (events, event),
            (f"{events} desc", event),
        ):
            with transaction(into):
                for row in _readable(old, sql):
                    with suppress(apsw.ConstraintError):  # it is there already, or not whole
                        into.execute(insert, row)


def _readable(old: apsw.Connection, sql: str) -> Iterator[tuple[Any, ...]]:
    with suppress(apsw.Error):
        yield from (row for row in old.execute(sql) if len(row) == 2 or _is_event(row[_BODY]))
