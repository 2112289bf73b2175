"""Alerts in the database: the list, and that one was read. Who calls it: `http.alerts`."""

from typing import Any, Final

import msgspec

from neurohub.contract.alerts import AlertView
from neurohub.storage.pages import Page, page_of
from neurohub.storage.pool import Database
from neurohub.storage.statements import load

_SQL: Final = load("alerts")
_decoder: Final = msgspec.json.Decoder(AlertView)


async def page(database: Database, filters: dict[str, Any], limit: int, after: int | None) -> Page[AlertView]:
    """Return one page of alerts, raised last first; `filters` are `kind`, `line` and `unread`."""
    params = {**filters, "after": after, "limit": limit + 1}
    return page_of(await database.rows(_SQL["page"], params), limit, _decoder)


async def read(database: Database, number: int, by: str) -> AlertView | None:
    """Note that `by` has read an alert, unless somebody has before; None when there is no such alert."""
    return await database.view(_SQL["read"], {"id": number, "by": by}, AlertView)
