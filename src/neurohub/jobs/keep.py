"""The jobs and their rhythm. Every worker asks; the database gives each job to one of them, once in its period.

A job that fails gives its turn back and is tried again at the next tick. Started by the composition root.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from msgspec import Struct

from neurohub.contract.problems import ProblemError
from neurohub.storage import jobs, sessions
from neurohub.storage.pool import Connection, Database

log = structlog.get_logger()
TICK_S: Final = 5.0

Work = Callable[[Connection], Awaitable[None]]


class Job(Struct, frozen=True):
    """What is done, at most once in `every_s`, in one transaction."""

    name: str
    every_s: float
    work: Work


JOBS: Final = (
    Job("alerts", 15, jobs.watch_floor),
    Job("targets", 300, jobs.judge_targets),
    Job("quarters", 86_400, jobs.make_quarters),
    Job("sign_ins", 3600, sessions.sweep),
)


async def keep(database: Database) -> None:
    """Do what is due for ever; a database that is away is asked again at the next tick."""
    while True:
        for job in JOBS:
            await _try(database, job)
        await asyncio.sleep(TICK_S)


async def run(database: Database, job: Job) -> bool:
    """Do `job` if it is due and nobody else is at it; tell whether it was done."""
    async with database.transaction() as connection:
        if not await jobs.take(connection, job.name, job.every_s):
            return False
        await job.work(connection)
        return True


async def _try(database: Database, job: Job) -> None:
    try:
        await run(database, job)
    except ProblemError as error:
        log.warning("job.not_done", job=job.name, code=error.problem.code)
    except Exception:  # the edge of a job: a bug in one must not end the others
        log.exception("job.failed", job=job.name)
