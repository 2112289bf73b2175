"""The outbox: what this station did, on its disk before anybody is told. It numbers and signs each event.

It also keeps what became of each, and a few values over restarts. Not the file (`opening`), not the thread that
owns it (`keeper`), not the sending (`delivery`). All calls come from one thread.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import apsw
import msgspec
from msgspec import UNSET

from neurohub.contract.barcode import InvalidBarcodeError, normalize, parse_unit
from neurohub.contract.commands import StepEvent, UndoStart, sign
from station.flow.effects import ReadHistory, Record
from station.flow.facts import HistoryRow

HISTORY_DAYS: Final = 90
HISTORY_ROWS: Final = 500
NOT_TEXT: Final = "not_text"  # what a reason is when an event cannot be written as JSON

SCHEMA_VERSION: Final = 1
SCHEMA: Final = """
create table event (
  seq integer primary key,
  event_id text not null unique,
  unit text not null,
  occurred_at real not null,
  saved_at real not null,
  body blob not null,
  digest text unique,
  state text not null default 'waiting' check (state in ('waiting', 'accepted', 'refused', 'settled')),
  code text not null default '',
  detail text not null default ''
) strict;
create index waiting_in_order on event (seq) where state = 'waiting';
create index waiting_of_unit on event (unit, seq) where state = 'waiting';
create index refused_in_order on event (seq) where state = 'refused';
create index event_of_unit on event (unit, seq);
create index event_of_day on event (occurred_at);
create table kept (name text primary key, value text not null) strict;
"""

_encode: Final = msgspec.json.Encoder().encode
_decoder: Final = msgspec.json.Decoder(StepEvent)


class Waiting(NamedTuple):
    """An event that is not delivered yet, as it goes over the wire."""

    seq: int
    unit: str
    body: bytes


class Mark(NamedTuple):
    """What became of an event: `accepted`, `refused`, or `waiting` still with the code of a refusal that may pass."""

    seq: int
    state: str
    code: str = ""
    detail: str = ""


class Counts(NamedTuple):
    depth: int
    oldest_at: float | None  # seconds since 1970
    refused: int


def decode(body: bytes) -> StepEvent:
    event: StepEvent = _decoder.decode(body)  # a union is no type to mypy
    return event


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Commit what is done inside, or nothing of it. SQLite may have rolled back already, when the disk is full."""
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    finally:
        if connection.in_transaction:
            connection.execute("rollback")


class Outbox:
    """Events in the order they happened here, numbered 1, 2, 3 .. without a gap."""

    def __init__(
        self,
        connection: apsw.Connection,
        key: bytes,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._connection = connection
        self._key = key
        self._clock = clock

    def close(self) -> None:
        self._connection.close()

    def commit(self, records: Sequence[Record]) -> list[StepEvent | str]:
        """Write `records` in one transaction; return each event as it is on disk now, or why it cannot be.

        An event or a rig's file that is there already is not written again: its event of then comes back.
        """
        written: list[StepEvent | str] = []
        with transaction(self._connection):
            written += [self._known(record) or self._add(record) for record in records]
        return written

    def waiting(self, unit: str | None = None) -> Iterator[Waiting]:
        """Yield what is not delivered, in order: of all units, or of one."""
        chosen = "" if unit is None else "and unit = :unit"
        sql = f"select seq, unit, body from event where state = 'waiting' {chosen} order by seq"
        return (Waiting(*row) for row in self._rows(sql, unit=unit))

    def mark(self, marks: Iterable[Mark]) -> None:
        """Write down what the service said. Acceptance is final; a refusal leaves alone what was settled."""
        with transaction(self._connection):
            for mark in marks:
                self._rows(
                    "update event set state = :state, code = :code, detail = :detail where seq = :seq"
                    " and (:state = 'accepted' or state = 'waiting')",
                    **mark._asdict(),
                )

    def retry(self, event_id: UUID) -> str | None:
        """Let a refused event wait again; return its unit."""
        sql = (
            "update event set state = 'waiting', code = '', detail = ''"
            " where event_id = :id and state = 'refused' returning unit"
        )
        unit: str | None = self._value(sql, id=str(event_id))
        return unit

    def settle(self, event_id: UUID) -> None:
        """Take a refused event, or one whose refusal may pass, off the list. It stays in the history."""
        sql = (
            "update event set state = 'settled' where event_id = :id"
            " and (state = 'refused' or (state = 'waiting' and code <> ''))"
        )
        self._rows(sql, id=str(event_id))

    def counts(self) -> Counts:
        depth = self._value("select count(*) from event where state = 'waiting'")
        sql = "select saved_at from event where state = 'waiting' order by seq limit 1"
        return Counts(
            depth, self._value(sql), self._value("select count(*) from event where state = 'refused'")
        )

    def history(self, asked: ReadHistory) -> tuple[HistoryRow, ...]:
        """Return up to 500 events, the newest first; what was settled reads as refused."""
        terms, values = ["true"], dict[str, Any]()
        if asked.day is not None:
            start = datetime.combine(asked.day, time.min).astimezone()
            end = datetime.combine(asked.day + timedelta(days=1), time.min).astimezone()
            terms.append("occurred_at >= :start and occurred_at < :end")
            values |= {"start": start.timestamp(), "end": end.timestamp()}
        if asked.refused:
            terms.append("state = 'refused'")
        if asked.unit:
            terms.append("unit = :unit")
            values["unit"] = unit_key(asked.unit)
        sql = (
            "select body, iif(state = 'settled', 'refused', state), code, detail from event"
            f" where {' and '.join(terms)} order by seq desc limit {HISTORY_ROWS}"
        )
        return tuple(
            HistoryRow(event=decode(body), state=state, code=code, detail=detail)
            for body, state, code, detail in self._rows(sql, **values)
        )

    def prune(self, rows: int = 1000) -> int:
        """Delete up to `rows` events that are done with and older than 90 days; return how many went."""
        before = self._clock().timestamp() - HISTORY_DAYS * 86_400
        sql = (
            "delete from event where seq in (select seq from event where state in ('accepted', 'settled')"
            " and saved_at < :before and seq < (select max(seq) from event) limit :rows)"
        )
        self._rows(sql, before=before, rows=rows)
        return self._connection.changes()

    def keep(self, name: str, value: str) -> None:
        self._rows("insert or replace into kept (name, value) values (:name, :value)", name=name, value=value)

    def kept(self) -> dict[str, str]:
        return dict(self._rows("select name, value from kept"))

    def _known(self, record: Record) -> StepEvent | None:
        sql = "select body from event where event_id = :id or digest = :digest"
        body = self._value(sql, id=str(record.event.event_id), digest=record.digest or None)
        return None if body is None else decode(body)

    def _add(self, record: Record) -> StepEvent | str:
        now = self._clock()
        event = record.event
        occurred_at = now if event.occurred_at is UNSET else event.occurred_at
        seq = self._value("select coalesce(max(seq), 0) + 1 from event")
        event = msgspec.structs.replace(event, station_seq=seq, occurred_at=occurred_at, mac=UNSET)
        try:
            event = msgspec.structs.replace(event, mac=sign(event, self._key))
            body = _encode(event)
        except (UnicodeError, OverflowError, msgspec.MsgspecError):  # half a character, the year 0 ..
            return NOT_TEXT
        self._rows(
            "insert into event (seq, event_id, unit, occurred_at, saved_at, body, digest)"
            " values (:seq, :id, :unit, :occurred_at, :saved_at, :body, :digest)",
            seq=seq,
            id=str(event.event_id),
            unit=self._unit_of(event),
            occurred_at=occurred_at.timestamp(),
            saved_at=now.timestamp(),
            body=body,
            digest=record.digest or None,
        )
        return event

    def _unit_of(self, event: StepEvent) -> str:
        """Return what `event` keeps its order in; an undo keeps it with its start."""
        if not isinstance(event, UndoStart):
            return unit_key(event.unit)
        unit = self._value("select unit from event where event_id = :id", id=str(event.undo))
        return str(event.undo) if unit is None else unit

    def _rows(self, sql: str, **values: Any) -> apsw.Cursor:
        return self._connection.execute(sql, values)

    def _value(self, sql: str, **values: Any) -> Any:
        row = self._rows(sql, **values).fetchone()
        return None if row is None else row[0]


def unit_key(code: str) -> str:
    """Return one name for a unit, whichever of its two codes was scanned."""
    try:
        return parse_unit(code).wip_id
    except InvalidBarcodeError:
        return normalize(code)
