"""What backups ask of a database: the cluster's facts, its clock, the end of a log segment, a restore's progress.

One connection each, as whoever makes backups. Called by `neurohub.backup` alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, LiteralString

import psycopg
from msgspec import Struct
from psycopg.rows import TupleRow, class_row

from neurohub.storage.probe import DatabaseError, sentence
from neurohub.storage.statements import load

_SQL: Final = load("copies")


class Cluster(Struct, frozen=True, kw_only=True):
    """What a backup must know of the cluster it copies."""

    version: int
    system_id: str
    database: str
    superuser: str
    size_bytes: int
    archives: bool
    summarizes: bool
    is_in_recovery: bool


class Recovery(Struct, frozen=True):
    """How far a restore has come: the commit replayed last, if there was one."""

    is_running: bool
    replayed_to: datetime | None


def read_cluster(url: str) -> Cluster:
    with _connected(url) as connection:
        found = connection.cursor(row_factory=class_row(Cluster)).execute(_SQL["cluster"]).fetchone()
    if found is None:
        raise DatabaseError("The database answered nothing")
    return found


def clock(url: str) -> datetime:
    found: datetime = _row(url, _SQL["clock"])[0]
    return found


def end_segment(url: str) -> str:
    """End the segment of the log that is being written; return its name."""
    return str(_row(url, _SQL["end_segment"])[0])


def recovery(url: str) -> Recovery:
    return Recovery(*_row(url, _SQL["recovery"]))


def newest_event(url: str) -> datetime | None:
    """Return when the last event was received; None where there is none, or no plant yet."""
    if not _row(url, _SQL["has_events"])[0]:
        return None
    found: datetime | None = _row(url, _SQL["newest_event"])[0]
    return found


def drop_amcheck(url: str) -> None:
    """Take away the extension that pg_amcheck brought in."""
    with _connected(url) as connection:
        connection.execute("drop extension if exists amcheck")


def _row(url: str, statement: LiteralString) -> TupleRow:
    with _connected(url) as connection:
        found = connection.execute(statement).fetchone()
    if found is None:
        raise DatabaseError("The database answered nothing")
    return found


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[TupleRow]]:
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            yield connection
    except psycopg.Error as error:
        raise DatabaseError(sentence(url, error)) from None
