"""Fills a database with the past: LOTs of 100 finished units, each with its history, keys, parts and counts.

`python -m bench.grow --steps 1000000` on what `up` started. A step is a start and its completion; each fiftieth unit
was repaired once. Leaves closed LOTs of the months before today behind, never to be deleted: for test plants only.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
from msgspec import Struct
from psycopg.rows import namedtuple_row

from bench import grow_sql, service
from bench.plan import Key

LINES: Final = ("KR01", "KR02", "KR03", "KR04", "VN01", "VN02", "VN03", "VN04")
MODELS: Final = ("PSA", "WFO")
MONTHS: Final = 24
STEPS_PER_UNIT: Final = 8
LOTS_PER_CHUNK: Final = 20  # 16,000 steps a transaction
Connection = psycopg.Connection[Any]


class Grown(Struct, frozen=True, kw_only=True):
    """What was added, and how long it took with `vacuum analyze` (`settle_s` of it)."""

    lots: int
    units: int
    steps: int
    seconds: float
    settle_s: float


class NoPilotError(Exception):
    """There is no finished unit that others could be made like."""


def grow(database_url: str, steps: int) -> Grown:
    """Add at least `steps` steps to the database at `database_url`, and bring its statistics up to date.

    The login must be a member of `neurohub_owner`. Interrupted, it leaves whole LOTs and some without units.
    """
    began_at = time.monotonic()
    with _owner(database_url) as connection:
        pilot = _prepare(connection)
        units = -(-steps // STEPS_PER_UNIT)
        end = datetime.now(UTC) - timedelta(days=1)
        begin = end - timedelta(days=MONTHS * 365 / 12)
        named = {"lines": list(LINES), "models": list(MODELS), "begin": begin, "end": end, "units": units}
        connection.execute(grow_sql.PLANT, named)
        connection.execute(grow_sql.QUARTERS, named)
        first, last, lots = _one(connection, grow_sql.LOTS, named)
        done = 0
        for done in _fill(connection, pilot, first, last):
            _tell(done, units * STEPS_PER_UNIT, time.monotonic() - began_at)
        settled_from = time.monotonic()
        settle(connection)
        now = time.monotonic()
    return Grown(lots=lots, units=units, steps=done, seconds=now - began_at, settle_s=now - settled_from)


def settle(connection: Connection) -> None:
    """Do now what autovacuum would do some minutes later, in the middle of a measurement."""
    for (statement,) in connection.execute(grow_sql.SETTLE).fetchall():
        connection.execute(statement.encode())


@contextmanager
def _owner(url: str) -> Iterator[Connection]:
    # Its commits need not be on disk one by one: what a crash takes is grown again.
    options = (
        "-c role=neurohub_owner -c search_path=neurohub -c synchronous_commit=off -c jit=off -c work_mem=64MB"
    )
    with psycopg.connect(
        url, autocommit=True, options=options, application_name="bench grow", row_factory=namedtuple_row
    ) as connection:
        yield connection


def _prepare(connection: Connection) -> Any:
    """Make the pattern of a unit in this session; return the unit it is made like."""
    pilot = connection.execute(grow_sql.PILOT).fetchone()
    if pilot is None:
        raise NoPilotError("No unit has passed all eight processes: run `neurohub seed`, or let one pass")
    connection.execute(grow_sql.COMPONENT_NAME)
    connection.execute(grow_sql.PATTERN, {"lot_id": pilot.lot_id, "sequence": pilot.sequence})
    for step, text in connection.execute("select step, data from pattern where data is not null").fetchall():
        connection.execute(
            "update pattern set data = %s where step = %s and data is not null",
            (patterned(text, pilot), step),
        )
    connection.execute(grow_sql.REPAIRED)
    connection.execute("analyze pattern")
    return pilot


def patterned(text: str, pilot: Any) -> str:
    """Return process data as a pattern for PostgreSQL's `format`: what is the unit's own becomes a place."""
    text = text.replace("%", "%%").replace(pilot.board_serial, "GR-%1$s-%2$s")
    for kind, component_lot in pilot.components:
        text = text.replace(component_lot, f"GR-{kind.upper().replace('_', '-')}-%4$s")
    text = text.replace(f"{pilot.lot_number}-{pilot.sequence:03d}", "%1$s-%2$s")
    text = text.replace(f"{pilot.lot_number}{pilot.sequence:04d}", "%1$s%3$s")
    return text.replace(pilot.lot_number, "%1$s")


def _fill(connection: Connection, pilot: Any, first: int, last: int) -> Iterator[int]:
    """Fill the LOTs `first` to `last`, a transaction for each chunk; yield the steps that are done."""
    done = 0
    for begin in range(first, last + 1, LOTS_PER_CHUNK):
        named = {
            "first": begin,
            "last": min(begin + LOTS_PER_CHUNK - 1, last),
            "base": first,
            "pilot": pilot.lot_id,
            "pilot_sequence": pilot.sequence,
        }
        with connection.transaction():
            connection.execute(grow_sql.UNITS, named)
            done += _one(connection, grow_sql.EVENTS, named)[0]
            connection.execute(grow_sql.ALERTS, named)
        yield done


def _one(connection: Connection, statement: str, named: dict[str, Any]) -> Any:
    found = connection.execute(statement.encode(), named).fetchone()
    assert found is not None
    return found


def _tell(done: int, wanted: int, seconds: float) -> None:
    rate = done / seconds
    left_s = max(0.0, wanted - done) / rate
    text = f"grow: {done:,} of {wanted:,} steps, {rate:,.0f}/s, {left_s:.0f} s left"
    if sys.stderr.isatty():
        print(f"\r{text:70}", end="\n" if done >= wanted else "", file=sys.stderr, flush=True)
    elif done >= wanted or done * 10 // wanted != max(0, done - 16_000) * 10 // wanted:
        print(text, file=sys.stderr, flush=True)


def _running_url() -> str:
    """Return the database of what `up` started; leaves the program when there is nothing."""
    return service.existing(None, None, Key("admin", ""), None).database_url


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.grow", description=__doc__)
    parser.add_argument(
        "--steps", type=int, default=1_000_000, help="how many to add; 1,000,000 when not said"
    )
    parser.add_argument("--database-url", help="without it DATABASE_URL, else what `up` left")
    given = parser.parse_args()
    url = given.database_url or os.environ.get("DATABASE_URL") or _running_url()
    try:
        grown = grow(url, given.steps)
    except NoPilotError as error:
        raise SystemExit(str(error)) from None
    print(
        f"{grown.steps:,} steps of {grown.units:,} units in {grown.lots:,} LOTs, {grown.seconds:.1f} s "
        f"({grown.steps / grown.seconds:,.0f}/s), {grown.settle_s:.1f} s of it vacuum and analyze"
    )


if __name__ == "__main__":
    main()
