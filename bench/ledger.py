"""The ledger: what the users sent and what was acknowledged, compared with the database afterwards.

`Ledger` writes, `compare` is pure, `recorded` reads the database. Laws: nothing acknowledged is lost or
altered, no effect happens twice, nothing is there that nobody sent. A request whose answer was lost is in
doubt: its effect may be there or not, but not twice. Who calls it: the users write, `load` compares.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

import msgspec
import psycopg
from msgspec import Struct

EventKind = Literal["START", "COMPLETE", "UNDO"]
Fate = Literal["sent", "acknowledged", "refused"]


class Effect(Struct, frozen=True, kw_only=True):
    """What one event did to one unit, as the answer told it and as the history keeps it."""

    kind: EventKind
    unit: str
    process: int
    result: str | None
    status_after: str
    passed_after: int
    open_after: int | None


class Entry(Struct, frozen=True, kw_only=True):
    """One line of the ledger. `effect` comes with an acknowledgement, nothing else knows it."""

    event_id: UUID
    fate: Fate
    effect: Effect | None = None


class Recorded(Struct, frozen=True, kw_only=True):
    """One event as the database has it: rows of the history, and keys that point to that history."""

    event_id: UUID
    effects: tuple[Effect, ...]
    keys: int


class Findings(Struct, frozen=True, kw_only=True):
    """What the comparison found; each list names event ids, sorted."""

    acknowledged: int
    refused: int
    in_doubt: int
    lost: list[UUID]
    duplicated: list[UUID]
    invented: list[UUID]
    altered: list[UUID]
    double_starts: int = 0

    @property
    def faults(self) -> int:
        listed = len(self.lost) + len(self.duplicated) + len(self.invented) + len(self.altered)
        return listed + self.double_starts


_encode: Final = msgspec.json.Encoder().encode


class Ledger:
    """Append-only file of entries. Each line has left this process before the next request is sent."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def sent(self, event_id: UUID) -> None:
        self._write(Entry(event_id=event_id, fate="sent"))

    def acknowledged(self, event_id: UUID, effect: Effect) -> None:
        self._write(Entry(event_id=event_id, fate="acknowledged", effect=effect))

    def refused(self, event_id: UUID) -> None:
        self._write(Entry(event_id=event_id, fate="refused"))

    def close(self) -> None:
        self._file.close()

    def _write(self, entry: Entry) -> None:
        self._file.write(_encode(entry) + b"\n")


def read(paths: Iterable[Path]) -> Iterator[Entry]:
    """Yield the entries of several ledgers in the order they were written."""
    decoder = msgspec.json.Decoder(Entry)
    for path in paths:
        with path.open("rb") as lines:
            for line in lines:
                yield decoder.decode(line)


def compare(entries: Iterable[Entry], database: Iterable[Recorded]) -> Findings:
    """Return how the database differs from the ledger. The last word on an event is its fate."""
    fates: dict[UUID, Entry] = {}
    for entry in entries:
        known = fates.get(entry.event_id)
        if known is None or known.fate != "acknowledged":
            fates[entry.event_id] = entry
    found = {row.event_id: row for row in database}
    count = Counter(entry.fate for entry in fates.values())
    acknowledged = [entry for entry in fates.values() if entry.fate == "acknowledged"]
    return Findings(
        acknowledged=count["acknowledged"],
        refused=count["refused"],
        in_doubt=count["sent"],
        lost=sorted(e.event_id for e in acknowledged if _is_torn(found.get(e.event_id))),
        duplicated=sorted(i for i, row in found.items() if len(row.effects) > 1 or row.keys > 1),
        invented=sorted(i for i, row in found.items() if _is_invented(row, fates.get(i))),
        altered=sorted(e.event_id for e in acknowledged if _is_other(found.get(e.event_id), e.effect)),
    )


def _is_torn(row: Recorded | None) -> bool:
    return row is None or not row.effects or row.keys == 0


def _is_invented(row: Recorded, entry: Entry | None) -> bool:
    """Nobody sent it, or it was refused and is there all the same, or only half of it is there."""
    if entry is None:
        return True
    if entry.fate == "refused":
        return bool(row.effects) or row.keys > 0
    return entry.fate == "sent" and bool(row.effects) != (row.keys > 0)


def _is_other(row: Recorded | None, effect: Effect | None) -> bool:
    return row is not None and bool(row.effects) and effect not in row.effects


# All that happened to the units of our LOTs, whoever sent it, and every key of ours without a history row.
_RECORDED: Final = """
select h.event_id, h.kind, 'WIP-' || l.lot_number || '-' || lpad(h.sequence::text, 3, '0'), h.process,
       h.result, h.status_after, h.passed_after, h.open_after,
       (select count(*) from neurohub.event_key k
        where k.event_id = h.event_id and k.history_id = h.id and k.received_at = h.received_at)
from neurohub.history h
join neurohub.lot l on l.id = h.lot_id
where l.lot_number = any (%s) and h.kind in ('START', 'COMPLETE', 'UNDO')
union all
select k.event_id, null, null, null, null, null, null, null, 1
from neurohub.event_key k
where k.event_id = any (%s)
  and not exists (select from neurohub.history h where h.id = k.history_id and h.received_at = k.received_at)
"""


def recorded(database_url: str, lots: list[str], event_ids: list[UUID]) -> list[Recorded]:
    """Return what the database has of these LOTs and these events."""
    effects: dict[UUID, list[Effect]] = {}
    keys: Counter[UUID] = Counter()
    with psycopg.connect(database_url, application_name="bench ledger", autocommit=True) as connection:
        cursor = connection.cursor(binary=True)
        for row in cursor.execute(_RECORDED, (lots, event_ids)):
            event_id, kind, unit, process, result, status, passed, opened, key_count = row
            keys[event_id] += key_count
            listed = effects.setdefault(event_id, [])
            if kind is not None:
                listed.append(
                    Effect(
                        kind=kind,
                        unit=unit,
                        process=process,
                        result=result,
                        status_after=status,
                        passed_after=passed,
                        open_after=opened,
                    )
                )
    return [
        Recorded(event_id=event_id, effects=tuple(listed), keys=keys[event_id])
        for event_id, listed in effects.items()
    ]


# A unit whose history has two starts in a row was won twice.
_DOUBLE_STARTS: Final = """
select count(*)
from (select h.kind, lag(h.kind) over (partition by h.lot_id, h.sequence order by h.id) as before
      from neurohub.history h
      join neurohub.lot l on l.id = h.lot_id
      where l.lot_number = any (%s) and h.kind in ('START', 'COMPLETE', 'UNDO')) as steps
where kind = 'START' and before = 'START'
"""


def double_starts(database_url: str, lots: list[str]) -> int:
    """Return how often a start of these LOTs' units follows a start that nothing had ended."""
    with psycopg.connect(database_url, application_name="bench ledger", autocommit=True) as connection:
        found = connection.execute(_DOUBLE_STARTS, (lots,)).fetchone()
    return int(found[0]) if found else 0
