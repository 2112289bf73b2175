"""The board's numbers in the database."""

from typing import Final

from neurohub.contract.views import DashboardSummary
from neurohub.storage.pool import Database
from neurohub.storage.statements import load

_SQL: Final = load("dashboard")


async def summary(database: Database, line: str | None) -> DashboardSummary:
    """Return the board of one line, or of all."""
    found = await database.view(_SQL["summary"], {"line": line}, DashboardSummary)
    if found is None:  # the statement always gives one row
        raise LookupError("dashboard summary without a row")
    return found
