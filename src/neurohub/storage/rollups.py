"""The board's roll-ups, counted anew from the history, a plant day at a time.

Scans of that moment wait for the day that is being counted. Who calls it: `neurohub rollups`, and a migration that
changes the plant's time zone.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from neurohub.storage.owner import as_owner
from neurohub.storage.statements import load

_SQL: Final = load("rollups")


def days(url: str) -> list[date]:
    """Return the days that are counted or should be, oldest first."""
    with as_owner(url) as connection:
        return [day for (day,) in connection.execute(_SQL["days"]).fetchall()]


def rebuild(url: str, wanted: list[date]) -> Iterator[tuple[date, int]]:
    """Count each of `wanted` anew, each in a transaction of its own; yield it with its number of events."""
    for day in wanted:
        with as_owner(url) as connection:
            found = connection.execute(_SQL["rebuild"], (day,)).fetchone()
        yield day, 0 if found is None else int(found[0])
