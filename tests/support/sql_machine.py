"""The state machine as the service calls it, without the service: one statement on one connection."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import psycopg
import uuid_utils

from neurohub.demo.reports import DEFECTS
from neurohub.storage.errors import problem_of
from neurohub.storage.events import EventAnswer, EventItem

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def new_id() -> UUID:
    return UUID(int=uuid_utils.uuid7().int)


def open_lot(connection: psycopg.Connection, quantity: int, *, line: str = "KR01", model: str = "PSA") -> str:
    """Open a LOT of `quantity` units; return its number."""
    opened = connection.execute("select open_lot_v1(%s, %s, %s, 'D', false, 'test')", (line, model, quantity))
    number = opened.fetchone()[0]
    connection.execute("select generate_units_v1(%s, %s, false, 'test', null)", (number, quantity))
    return number


def item(kind: str, lot: str, sequence: int = 1, **facts) -> EventItem:
    """Return an event of the right station of its process, unless `facts` say otherwise."""
    process = facts.get("process")
    station = f"ST-{process:02d}" if process else "ST-01"
    given = {"event_id": new_id(), "station": station, "role": "station", "operator": "worker"} | facts
    given |= {"credential": f"station:{given['station']}", "signed": False, "ord": 0, "kind": kind}
    given |= {"occurred_at": facts.get("occurred_at", NOW)}
    if kind != "UNDO":
        given |= {"lot_number": lot, "sequence": sequence}
    meaning = msgspec.json.encode({k: v for k, v in given.items() if k != "limits_version"})
    return EventItem(**given, command_hash=hashlib.sha256(meaning).hexdigest())


def completion(connection: psycopg.Connection, lot: str, process: int, result: str, **facts) -> EventItem:
    """Return a completion with the limits in force and, for a FAIL, the defect of its process."""
    version = connection.execute("select max(id) from limit_set where model = %s", (lot[4:7],)).fetchone()[0]
    defect = {"defect_code": DEFECTS[process]} if result == "FAIL" else {}
    return item("COMPLETE", lot, process=process, result=result, limits_version=version, **defect, **facts)


def undo(start_id: UUID, seconds: float = 5, **facts) -> EventItem:
    return item("UNDO", "", ref=start_id, occurred_at=NOW + timedelta(seconds=seconds), **facts)


def record(connection: psycopg.Connection, *items: EventItem) -> list[EventAnswer]:
    """Send `items` in one statement, again when the database asks for it; return their answers in order."""
    numbered = [msgspec.structs.replace(one, ord=i) for i, one in enumerate(items)]
    text = msgspec.json.encode(numbered).decode()
    statement = "select * from record_events_v1(%s::text::json)"
    try:
        found = connection.execute(statement, (text,)).fetchall()
    except psycopg.errors.SerializationFailure:
        found = connection.execute(statement, (text,)).fetchall()
    return [EventAnswer._make(row) for row in sorted(found, key=lambda row: row[0])]


def decide(connection: psycopg.Connection, kind: str, lot: str, sequence: int = 1) -> str | None:
    """Let a manager decide; return the code of the refusal, None when it was done."""
    facts = (kind, new_id(), lot, sequence, False, "manager", "decided")
    try:
        connection.execute("select decide_unit_v1(%s, %s, %s, %s, %s, %s, %s)", facts)
    except psycopg.Error as error:
        return str(problem_of(error).problem.code)
    return None
