"""The state machine in SQL: one statement with 1, 8, 32 or 64 starts and completions, committed to disk.

What one event costs falls with the batch; the round trip from this process to the server is in it.
"""

import hashlib
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import psycopg
import pytest
from uuid_utils import uuid7

from neurohub.storage.events import EventItem
from neurohub.storage.statements import load

RECORD = load("events")["record"]
PROCESSES = (1, 2, 3)
ROUNDS = 150
WARM_UP_ROUNDS = 20
encode = msgspec.json.Encoder().encode


@pytest.mark.benchmark(group="one statement of so many events")
@pytest.mark.parametrize("size", [1, 8, 32, 64])
def test_record_events(benchmark, plant: psycopg.Connection, size: int):
    batches = _batches(plant, size)

    def prepared() -> tuple[tuple[psycopg.Connection, str], dict]:
        return (plant, next(batches)), {}

    benchmark.extra_info["events"] = size
    refused = benchmark.pedantic(_record, setup=prepared, rounds=ROUNDS, warmup_rounds=WARM_UP_ROUNDS)
    assert refused == []


def _record(plant: psycopg.Connection, items: str) -> list[str]:
    answers = plant.execute(RECORD, (items,), binary=True).fetchall()
    return [code for _, code, *_ in answers if code is not None]


def _batches(plant: psycopg.Connection, size: int) -> Iterator[str]:
    """Yield batches of the next event of so many units: starts and completions in turn."""
    version = plant.execute("select max(id) from limit_set where model = 'PSA'").fetchone()[0]
    lives: deque[Iterator[EventItem]] = deque()
    while True:
        batch, used = [], []
        while len(batch) < size:
            if not lives:
                lives.extend(_life(lot, number, version) for lot, number in _open_lot(plant))
            life = lives.popleft()
            if (event := next(life, None)) is not None:
                batch.append(msgspec.structs.replace(event, ord=len(batch)))
                used.append(life)
        lives.extend(used)
        yield encode(batch).decode()


def _open_lot(plant: psycopg.Connection) -> list[tuple[str, int]]:
    asked = "select open_lot_v1('KR01', 'PSA', 100, 'D', false, 'bench')"
    (lot,) = plant.execute(asked).fetchone()
    plant.execute("select generate_units_v1(%s, 100, false, 'bench', null)", (lot,))
    return [(lot, number) for number in range(1, 101)]


def _life(lot: str, number: int, version: int) -> Iterator[EventItem]:
    for process in PROCESSES:
        yield _item("START", lot, number, process)
        yield _item("COMPLETE", lot, number, process, result="PASS", limits_version=version)


def _item(kind: str, lot: str, number: int, process: int, **facts: object) -> EventItem:
    event_id = UUID(int=uuid7().int)
    return EventItem(
        ord=0,
        kind=kind,
        event_id=event_id,
        credential=f"station:ST-{process:02d}",
        command_hash=hashlib.sha256(event_id.bytes).hexdigest(),
        role="station",
        operator="worker",
        signed=False,
        lot_number=lot,
        sequence=number,
        process=process,
        station=f"ST-{process:02d}",
        occurred_at=datetime.now(UTC),
        **facts,
    )
