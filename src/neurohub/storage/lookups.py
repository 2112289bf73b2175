"""Reads that many requests want at the same moment, in one statement: units, and the revisions of LOTs.

The store of the read lanes: what it answers was committed before it was asked. Who calls it: the coalescer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from psycopg.rows import TupleRow

from neurohub.contract.barcode import serial_number, wip_id
from neurohub.contract.enums import UnitStatus
from neurohub.contract.views import UnitView
from neurohub.storage.pool import Database
from neurohub.storage.statements import load

_UNITS: Final = load("units")
_LOTS: Final = load("lots")
WHOLE_LOT: Final = 0


class Wanted(NamedTuple):
    """A unit, or with `sequence` 0 the LOT itself."""

    lot_number: str
    sequence: int


class Found(NamedTuple):
    """Line and revision of what was wanted; of a unit also how it is."""

    line: str
    revision: str
    unit: UnitView | None = None


class Lookups:
    """Looks many units and LOTs up at once, on connections of the pool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def commit(self, items: Sequence[Wanted]) -> list[Found | None]:
        """Return what was found, in order; None where there is nothing."""
        found: dict[Wanted, Found] = {}
        units = list({item for item in items if item.sequence != WHOLE_LOT})
        lots = list({item for item in items if item.sequence == WHOLE_LOT})
        if units:
            params = ([unit.lot_number for unit in units], [unit.sequence for unit in units])
            for row in await self._database.rows(_UNITS["look_up"], params):
                found[units[row[0] - 1]] = _unit(units[row[0] - 1], row)
        if lots:
            for n, line, revision in await self._database.rows(
                _LOTS["look_up"], ([lot.lot_number for lot in lots],)
            ):
                found[lots[n - 1]] = Found(line, revision)
        return [found.get(item) for item in items]

    async def close(self) -> None:
        """The pool closes its connections itself."""


def _unit(wanted: Wanted, row: TupleRow) -> Found:
    _, line, serial_issued, status, passed, open_, due, reworks, attempt, updated_at, revision = row
    view = UnitView(
        wip_id=wip_id(*wanted),
        serial_number=serial_number(*wanted) if serial_issued else None,
        lot_number=wanted.lot_number,
        sequence=wanted.sequence,
        status=UnitStatus(status),
        passed_process=passed,
        open_process=open_,
        due_process=due,
        rework_count=reworks,
        attempt=attempt,
        updated_at=updated_at,
    )
    return Found(line, _revision(wanted, revision, updated_at), view)


def _revision(wanted: Wanted, revision: int, updated_at: datetime) -> str:
    """The counter alone would come again after the restore of a backup."""
    return f"{wanted.lot_number}{wanted.sequence:03}-{revision}-{int(updated_at.timestamp() * 1e6)}"
