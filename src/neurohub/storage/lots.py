"""LOTs in the database."""

from typing import Any, Final

import msgspec

from neurohub.contract.commands import GenerateUnits, OpenLot
from neurohub.contract.views import LotView, UnitView
from neurohub.storage.pages import Page, page_of
from neurohub.storage.pool import Connection, Database, rows
from neurohub.storage.statements import load

_SQL: Final = load("lots")
_UNITS: Final = load("units")
_lot: Final = msgspec.json.Decoder(LotView)
_unit: Final = msgspec.json.Decoder(UnitView)


async def open_lot(connection: Connection, command: OpenLot, actor: str) -> str:
    """Open a LOT; return its number."""
    ((number,),) = await rows(
        connection,
        _SQL["open"],
        (command.line, command.model, command.target_quantity, command.shift, command.print_labels, actor),
    )
    return str(number)


async def generate_units(
    connection: Connection, lot_number: str, command: GenerateUnits, actor: str, line: str | None
) -> list[UnitView]:
    """Generate the next units; `line` restricts whose LOT it may be."""
    made = await rows(
        connection, _SQL["generate"], (lot_number, command.quantity, command.print_labels, actor, line)
    )
    sequences = [sequence for (sequence,) in made]
    found = await rows(connection, _UNITS["some"], (lot_number, sequences))
    return [_unit.decode(view) for (view,) in found]


async def close_lot(connection: Connection, lot_number: str, reason: str | None, actor: str) -> None:
    await rows(connection, _SQL["close"], (lot_number, reason, actor))


async def lot(connection: Connection, lot_number: str) -> LotView:
    """Return a LOT that is known to exist."""
    found = await rows(connection, _SQL["one"], (lot_number,))
    return _lot.decode(found[0][0])


async def read(database: Database, lot_number: str) -> LotView | None:
    return await database.view(_SQL["one"], (lot_number,), LotView)


async def page(database: Database, filters: dict[str, Any], limit: int, after: int | None) -> Page[LotView]:
    """Return LOTs, newest first; `filters` are status, line and model or None each."""
    found = await database.rows(_SQL["page"], {**filters, "after": after, "limit": limit + 1})
    return page_of(found, limit, _lot)
