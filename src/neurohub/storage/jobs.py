"""Jobs in the database: whose turn it is, and those that are one statement. Who calls it: `jobs`."""

from typing import Final

from neurohub.storage.pool import Connection, rows
from neurohub.storage.statements import load

_SQL: Final = load("jobs")


async def take(connection: Connection, name: str, every_s: float) -> bool:
    """Take a job for this transaction; False when it is not due, or another worker is at it."""
    return bool(await rows(connection, _SQL["take"], {"name": name, "every_s": every_s}))


async def watch_floor(connection: Connection) -> None:
    await rows(connection, _SQL["watch_floor"])


async def judge_targets(connection: Connection) -> None:
    await rows(connection, _SQL["judge_targets"])


async def make_quarters(connection: Connection) -> None:
    """Make the history's partitions to come."""
    await rows(connection, _SQL["make_quarters"])
