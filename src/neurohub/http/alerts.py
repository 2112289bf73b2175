"""Alerts: the list, raised last first, and that one was read."""

from typing import Final

from litestar import Router, get, put
from litestar.params import FromPath, FromQuery

from neurohub.contract.alerts import AlertKind, AlertView
from neurohub.contract.problems import Code, ProblemError
from neurohub.http.answers import Asked
from neurohub.http.master import LineFilter
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed, listed, number_after
from neurohub.http.parts import parts_of
from neurohub.http.who import MANAGER
from neurohub.storage import alerts

_MAX_NUMBER: Final = 2**62


@get("/", opt={"who": MANAGER})
async def list_alerts(
    request: Asked,
    kind: FromQuery[AlertKind | None] = None,
    line: LineFilter = None,
    unread: FromQuery[bool] = False,  # noqa: FBT002 (a query parameter)
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[AlertView]:
    """Alerts of one line or of all, those of the whole plant among them; `unread` leaves out what was read."""
    filters = {"kind": kind, "line": line, "unread": unread}
    return listed(await alerts.page(parts_of(request).database, filters, limit, number_after(cursor)))


@put("/{number:int}/read", opt={"who": MANAGER})
async def read_alert(request: Asked, number: FromPath[int]) -> AlertView:
    """Mark an alert as read. A cause that comes back makes it unread again."""
    within = 0 < number < _MAX_NUMBER
    by = request.user.credential
    found = await alerts.read(parts_of(request).database, number, by) if within else None
    if found is None:
        raise ProblemError(Code.NOT_FOUND, f"There is no alert {number}")
    return found


router: Final = Router("/alerts", route_handlers=[list_alerts, read_alert], tags=["Alerts"])
