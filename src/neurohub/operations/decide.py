"""A manager's decisions on one unit: rework, scrap, reopen. The reason goes into the history."""

from uuid import UUID

import uuid_utils

from neurohub.auth.caller import Caller
from neurohub.contract.barcode import UnitCode
from neurohub.contract.enums import EventKind
from neurohub.storage import events
from neurohub.storage.pool import Database


async def decide(database: Database, caller: Caller, kind: EventKind, unit: UnitCode, reason: str) -> None:
    """Record `kind` (REWORK, SCRAP or REOPEN) for `unit`; raises the problem that refuses it."""
    event_id = UUID(int=uuid_utils.uuid7().int)
    actor = caller.username or caller.credential
    await events.decide(database, events.Decision(kind, event_id, unit, actor, reason))
