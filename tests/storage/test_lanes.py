"""The lanes on PostgreSQL: many at once, a connection that is cut, an item that cannot be stored."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from neurohub.coalesce.coalescer import Coalescer
from neurohub.operations.record_events import fate_of
from neurohub.storage import errors
from neurohub.storage.lanes import Lane
from neurohub.telemetry import metrics
from support import sql_machine as machine


@asynccontextmanager
async def lanes(url, count=2):
    coalescer = Coalescer([Lane(url) for _ in range(count)], fate_of, metrics.lanes)
    await coalescer.open()
    try:
        yield coalescer
    finally:
        await coalescer.close()


def submitted(coalescer, items):
    return [coalescer.submit(item, ((item.lot_number, item.sequence),)) for item in items]


def test_hundred_scans_at_once_share_few_commits(app, owner, module_database_url):
    lot = machine.open_lot(app, 100)
    items = [machine.item("START", lot, n, process=1) for n in range(1, 101)]

    async def story():
        async with lanes(module_database_url) as coalescer:
            return await asyncio.gather(*submitted(coalescer, items))

    answers = asyncio.run(story())
    assert [(a.code, a.sequence) for a in answers] == [(None, n) for n in range(1, 101)]
    commits = owner.execute(
        "select count(distinct h.xmin::text) from history h join lot l on l.id = h.lot_id where l.lot_number = %s",
        (lot,),
    )
    assert commits.fetchone()[0] <= 10


def test_cut_connection_costs_nobody_an_answer(app, owner, module_database_url):
    lot = machine.open_lot(app, 20)
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'neurohub lane'"

    async def story():
        async with lanes(module_database_url) as coalescer:
            answers = []
            for n in range(1, 21):
                if n % 5 == 0:
                    owner.execute(cut)
                (waiting,) = submitted(coalescer, [machine.item("START", lot, n, process=1)])
                answers.append(await waiting)
            return answers

    assert [a.code for a in asyncio.run(story())] == [None] * 20


def test_connection_to_what_has_become_a_standby_is_dialled_anew(app, module_database_url):
    lot = machine.open_lot(app, 2)

    async def story():
        lane = Lane(module_database_url)
        await lane.commit([machine.item("START", lot, 1, process=1)])
        await lane._connection.execute("set default_transaction_read_only = on")
        with pytest.raises(errors.LostError):
            await lane.commit([machine.item("START", lot, 2, process=1)])
        (answer,) = await lane.commit([machine.item("START", lot, 2, process=1)])
        await lane.close()
        return answer

    assert asyncio.run(story()).code is None


def test_item_that_cannot_be_stored_fails_alone(app, module_database_url):
    lot = machine.open_lot(app, 10)
    items = [machine.item("START", lot, n, process=1) for n in range(1, 11)]
    items[4].station_seq = 2**70  # no bigint

    async def story():
        async with lanes(module_database_url, 1) as coalescer:
            return await asyncio.gather(*submitted(coalescer, items), return_exceptions=True)

    answers = asyncio.run(story())
    assert isinstance(answers.pop(4), errors.DatabaseError)
    assert [a.code for a in answers] == [None] * 9


@pytest.mark.parametrize("attempt", range(5))
def test_one_id_for_many_units_has_one_effect(app, module_database_url, attempt):
    """Two lanes claim the same id for different units: the one that comes second is told so."""
    lot, event_id = machine.open_lot(app, 12), machine.new_id()
    items = [machine.item("START", lot, n, process=1, event_id=event_id) for n in range(1, 13)]

    async def story():
        async with lanes(module_database_url, 4) as coalescer:
            return await asyncio.gather(*submitted(coalescer, items))

    codes = [answer.code for answer in asyncio.run(story())]
    assert sorted(codes, key=str) == ["EVENT_ID_REUSED"] * 11 + [None]
