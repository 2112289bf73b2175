"""Units, their traces, defects and components in the database."""

from typing import Any, Final
from uuid import UUID

import msgspec

from neurohub.contract.barcode import UnitCode
from neurohub.contract.views import ComponentHolder, DefectView, TraceView, UnitView
from neurohub.storage.pages import Page, page_of
from neurohub.storage.pool import Connection, Database, rows
from neurohub.storage.statements import load

_SQL: Final = load("units")
_EVENTS: Final = load("events")
_unit: Final = msgspec.json.Decoder(UnitView)
_defect: Final = msgspec.json.Decoder(DefectView)
_holder: Final = msgspec.json.Decoder(ComponentHolder)


async def view(connection: Connection, code: UnitCode) -> UnitView:
    """Return a unit that is known to exist, as this transaction sees it."""
    found = await rows(connection, _SQL["one"], (code.lot_number, code.sequence))
    return _unit.decode(found[0][0])


async def decide(
    connection: Connection, kind: str, event_id: UUID, unit: UnitCode, actor: str, reason: str
) -> None:
    """Record a manager's decision; raises the problem that refuses it."""
    params = (kind, event_id, unit.lot_number, unit.sequence, unit.is_serial, actor, reason)
    await rows(connection, _EVENTS["decide"], params)


async def page(database: Database, lot_number: str, limit: int, after: int | None) -> Page[UnitView]:
    found = await database.rows(_SQL["page"], {"lot_number": lot_number, "after": after, "limit": limit + 1})
    return page_of(found, limit, _unit)


async def trace(database: Database, code: UnitCode) -> TraceView | None:
    return await database.view(_SQL["trace"], (code.lot_number, code.sequence), TraceView)


async def defects(
    database: Database, filters: dict[str, Any], limit: int, after: int | None
) -> Page[DefectView]:
    """Return defects, newest first; `filters` are status, process and line or None each."""
    found = await database.rows(_SQL["defects"], {**filters, "after": after, "limit": limit + 1})
    return page_of(found, limit, _defect)


async def holders(
    database: Database, component_lot: str, line: str | None, limit: int, after: int | None
) -> Page[ComponentHolder]:
    """Return the units that hold a component lot."""
    params = {"component_lot": component_lot, "line": line, "after": after, "limit": limit + 1}
    return page_of(await database.rows(_SQL["holders"], params), limit, _holder)
