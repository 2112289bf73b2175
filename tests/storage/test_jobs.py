"""Jobs: due once in their period, on one worker at a time, given back when they fail."""

import asyncio

import pytest

from neurohub.jobs.keep import JOBS, Job, run
from neurohub.storage.pool import Database


def story(url, tell):
    async def told():
        database = Database(url, 4)
        await database.pool.open(wait=True)
        try:
            await tell(database)
        finally:
            await database.pool.close()

    asyncio.run(told())


def job(work, every_s=3600.0):
    return Job("alerts", every_s, work)


def test_of_four_workers_who_ask_at_once_one_does_the_job(fresh_database_url):
    done = []

    async def work(connection):
        done.append(connection)
        await asyncio.sleep(0.05)

    async def tell(database):
        assert sorted(await asyncio.gather(*(run(database, job(work)) for _ in range(4)))) == [False] * 3 + [
            True
        ]
        assert not await run(database, job(work))
        assert await run(database, job(work, every_s=0))

    story(fresh_database_url, tell)
    assert len(done) == 2


def test_a_job_that_fails_is_due_at_once(fresh_database_url):
    async def fail(connection):
        raise ZeroDivisionError

    async def work(connection):
        pass

    async def tell(database):
        with pytest.raises(ZeroDivisionError):
            await run(database, job(fail))
        assert await run(database, job(work))

    story(fresh_database_url, tell)


def test_every_job_is_known_to_the_database_and_runs_as_the_service(fresh_database_url):
    async def tell(database):
        known = {name for (name,) in await database.rows("select name from job")}
        assert known == {one.name for one in JOBS}
        assert [await run(database, one) for one in JOBS] == [True] * len(JOBS)

    story(fresh_database_url, tell)
