"""Events of steps on their way into and out of the state machine in SQL. Called by the lanes and `operations`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from neurohub.storage.pool import Connection, Database, rows
from neurohub.storage.statements import load

_SQL: Final = load("events")
_encode: Final = msgspec.json.Encoder().encode


class EventItem(Struct, kw_only=True, omit_defaults=True):
    """One event as `record_events_v1` takes it: the SQL type `event_item`. `ord` is set when it is sent."""

    kind: str
    event_id: UUID
    credential: str
    command_hash: str
    role: str
    operator: str
    signed: bool
    ord: int = -1
    lot_number: str | None = None
    sequence: int | None = None
    is_serial: bool = False
    process: int | None = None
    station: str | None = None
    line: str | None = None
    equipment: str | None = None
    occurred_at: datetime | None = None
    station_seq: int | None = None
    ref: UUID | None = None
    result: str | None = None
    defect_code: str | None = None
    defect_text: str | None = None
    limits_version: int | None = None
    problems: list[Any] | None = None
    process_data: dict[str, Any] | None = None
    judged: list[Any] | None = None
    firmware_version: str | None = None
    board_serial: str | None = None
    components: dict[str, str] | None = None


class EventAnswer(NamedTuple):
    """One answer of `record_events_v1`: the SQL type `event_answer`, column by column."""

    ord: int
    code: str | None
    facts: bytes | None
    replayed: bool
    lot_number: str | None
    sequence: int | None
    serial_issued: bool | None
    status: str | None
    passed_process: int | None
    open_process: int | None
    due_process: int | None
    rework_count: int | None
    unit_attempt: int | None
    updated_at: datetime | None
    process: int | None
    step_id: int | None
    attempt: int | None
    started_at: datetime | None
    result: str | None
    completed_at: datetime | None
    judged: bytes | None


async def record_on(connection: Connection, items: Sequence[EventItem]) -> list[EventAnswer]:
    """Commit what is allowed of `items` in one round trip; return their answers in order."""
    for ord_, item in enumerate(items):
        item.ord = ord_
    found = await rows(connection, _SQL["record"], (_encode(items).decode(),))
    answers = {row[0]: EventAnswer._make(row) for row in found}
    return [answers[ord_] for ord_ in range(len(items))]


async def station_key(database: Database, station: str) -> bytes | None:
    """Return the key under which a station signs its events."""
    found = await database.row(_SQL["station_key"], (station,))
    return None if found is None else found[0]
