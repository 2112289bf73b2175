"""Reports are read on a standby that has every commit, and on the primary while it has not or is away."""

import asyncio
import time

import pytest

from neurohub.storage import replica
from neurohub.storage.migrate import migrate
from neurohub.storage.pool import Database
from neurohub.storage.probe import probe
from neurohub.storage.replica import Reports
from support import cluster, service
from support import standby as standbys
from support.floor import Floor
from support.standby import PLANT

BOARD_AGE_S = 1.5  # 1 s, and the way of the request
WHERE = "select pg_is_in_recovery()"
CAUGHT_UP = "select replay_lsn >= pg_current_wal_flush_lsn() from pg_stat_replication"


@pytest.fixture(scope="module")
def pair():
    with standbys.pair() as made:
        yield made


async def is_standby(database: Database) -> bool:
    return (await database.row(WHERE))[0]


def read_each(pair, *between) -> list[bool]:
    """Read a report, do what is between, read again; return whether each came from the standby.

    The first is asked of a standby that is not behind, whatever was written before.
    """
    primary, _, standby, _ = pair
    standbys.wait_for(CAUGHT_UP, primary)

    async def read() -> list[bool]:
        own = Database(primary.url(PLANT), 2)
        await own.pool.open(wait=True)
        reports = Reports(own, standby.url(PLANT))
        await reports.open()
        found = [await reports.read(is_standby)]
        for do in between:
            await do(own)
            found.append(await reports.read(is_standby))
        await reports.close()
        await own.pool.close()
        return found

    return asyncio.run(read())


def test_report_comes_from_the_standby_and_shows_every_commit_before_it(pair):
    assert read_each(pair) == [True]


def test_commands_find_the_primary_behind_a_standby_that_is_named_first(pair):
    primary, _, standby, _ = pair
    url = standbys.two_hosts(standby, primary)
    assert not probe(url).is_in_recovery
    assert migrate(url) == []


@pytest.mark.long
def test_board_counted_on_the_standby_shows_each_scan_within_its_second(pair):
    primary, _, standby, _ = pair
    with service.running(
        primary.url(PLANT), None, workers=1, DATABASE_REPLICA_URL=standby.url(PLANT)
    ) as base:
        floor = Floor(base)
        for number, unit in enumerate([floor.unit() for _ in range(5)], 1):
            assert floor.start(unit, 1).status_code == 201
            acknowledged_at = time.monotonic()
            while floor.get("/dashboard/summary", "viewer").json()["started"] != number:
                assert time.monotonic() < acknowledged_at + BOARD_AGE_S
        floor.close()
        with standby.connect() as connection:
            asked = connection.execute(
                "select count(*) from pg_stat_activity where application_name = 'neurohub reports'"
            ).fetchone()
    assert asked[0] >= 1


def test_standby_that_is_behind_is_passed_over(pair):
    primary, _, standby, _ = pair

    async def fall_behind(own: Database) -> None:
        with standby.connect() as following, primary.connect() as writing:
            following.execute("select pg_wal_replay_pause()")
            writing.execute("create table if not exists behind ()")

    try:
        assert read_each(pair, fall_behind) == [True, False]
    finally:
        with standby.connect() as following:
            following.execute("select pg_wal_replay_resume()")


def test_report_is_read_on_the_primary_soon_when_the_standby_is_gone(pair):
    _, _, _, following = pair
    took: list[float] = []

    async def lose(own: Database) -> None:
        cluster.kill(following)
        took.append(time.monotonic())

    found = read_each(pair, lose)
    took.append(time.monotonic())
    assert found == [True, False]
    assert took[1] - took[0] < replica.POOL_TIMEOUT_S + 2.0
