"""The dashboard's numbers: at most 1 s old, one computation shared by everybody who looks."""

from typing import Final

import msgspec
from litestar import Response, Router, get

from neurohub.contract.views import DashboardSummary
from neurohub.http.answers import Asked, line_filter, tagged
from neurohub.http.master import LineFilter
from neurohub.http.parts import parts_of
from neurohub.http.who import VIEWER
from neurohub.storage import dashboard

MAX_AGE_S: Final = 1.0
_encode: Final = msgspec.json.Encoder().encode


@get("/summary", opt={"who": VIEWER})
async def summary(request: Asked, line: LineFilter = None) -> Response[DashboardSummary]:
    parts = parts_of(request)
    shown = line_filter(request.user, line)

    async def load() -> tuple[str, bytes]:
        return "", _encode(await dashboard.summary(parts.database, shown))

    body = await parts.cache.fresh(f"nh:board:{shown or 'all'}", MAX_AGE_S, load)
    return tagged(request, body)  # type: ignore[return-value]


router = Router("/dashboard", route_handlers=[summary], tags=["Dashboard"])
