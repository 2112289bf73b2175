"""A manager's decisions on one unit: rework, scrap, reopen. The reason goes into the history."""

from typing import Final
from uuid import UUID

import msgspec
import uuid_utils

from neurohub.auth.caller import Caller
from neurohub.contract.barcode import UnitCode
from neurohub.contract.commands import Decide
from neurohub.contract.enums import EventKind
from neurohub.operations.idempotency import Created, once
from neurohub.storage import units
from neurohub.storage.pool import Connection, Database

_encode: Final = msgspec.json.Encoder().encode


async def decide(
    database: Database, caller: Caller, kind: EventKind, unit: UnitCode, command: Decide, key: str | None
) -> Created:
    """Record `kind` (REWORK, SCRAP or REOPEN) for `unit`, at most once per `key`; return the encoded unit."""

    async def work(connection: Connection) -> bytes:
        event_id = UUID(int=uuid_utils.uuid7().int)
        actor = caller.username or caller.credential
        await units.decide(connection, kind, event_id, unit, actor, command.reason)
        return _encode(await units.view(connection, unit))

    asked = f"POST /units/{unit.wip_id}/{kind}".encode() + _encode(command)
    return await once(database, caller.credential, key, asked, work)
