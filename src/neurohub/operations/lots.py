"""Verbs of LOTs: open, generate units, close. Each one is a transaction and returns the encoded answer."""

from typing import Final

import msgspec

from neurohub.auth.caller import Caller
from neurohub.contract.commands import CloseLot, GenerateUnits, OpenLot
from neurohub.contract.enums import Role
from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.views import LotView, UnitsMade
from neurohub.operations.idempotency import Created, once
from neurohub.storage import lots as storage
from neurohub.storage.pool import Connection, Database

_encode: Final = msgspec.json.Encoder().encode
_canonical: Final = msgspec.json.Encoder(order="deterministic").encode


async def open_lot(database: Database, caller: Caller, command: OpenLot, key: str | None) -> Created:
    """Open a LOT: its number is the next of line, model and month."""

    async def work(connection: Connection) -> bytes:
        number = await storage.open_lot(connection, command, caller.credential)
        return _encode(await storage.lot(connection, number))

    return await once(database, caller.credential, key, b"POST /lots" + _canonical(command), work)


async def generate_units(
    database: Database, caller: Caller, lot_number: str, command: GenerateUnits, key: str | None
) -> Created:
    """Generate the next units of a LOT; a station may at process 1 of its own line."""
    if caller.role is Role.STATION and 1 not in caller.processes:
        raise ProblemError(Code.FORBIDDEN, "Only a station of process 1 generates units")
    line = caller.line if caller.role is Role.STATION else None

    async def work(connection: Connection) -> bytes:
        units = await storage.generate_units(connection, lot_number, command, caller.credential, line)
        return _encode(UnitsMade(items=units))

    command_bytes = b"POST /lots/" + lot_number.encode() + b"/units" + _canonical(command)
    return await once(database, caller.credential, key, command_bytes, work)


async def close_lot(database: Database, caller: Caller, lot_number: str, command: CloseLot) -> LotView:
    """Close a LOT whose units have all ended; short of its target only with a reason."""
    async with database.transaction() as connection:
        await storage.close_lot(connection, lot_number, command.reason, caller.credential)
        return await storage.lot(connection, lot_number)
