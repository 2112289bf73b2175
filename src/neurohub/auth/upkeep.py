"""Upkeep of sign-ins: what ended long ago is forgotten once an hour. Started by the composition root.

Several workers doing it at once do no harm.
"""

import asyncio
from typing import Final

import structlog

from neurohub.contract.problems import ProblemError
from neurohub.storage import sessions
from neurohub.storage.pool import Database

log = structlog.get_logger()
EVERY_S: Final = 3600.0


async def keep(database: Database) -> None:
    """Sweep for ever; a database that is away is tried again an hour later."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await sessions.sweep(database)
        except ProblemError as error:
            log.warning("sessions.not_swept", code=error.problem.code)
