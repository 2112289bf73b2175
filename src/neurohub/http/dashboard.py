"""The dashboard's numbers: at most 1 s old, one computation shared by everybody who looks."""

import re
from typing import Final
from urllib.parse import parse_qsl

import msgspec
from litestar import Response, Router, get
from litestar.types import HTTPScope, Receive, Send

from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.views import DashboardSummary
from neurohub.http import raw
from neurohub.http.answers import line_filter
from neurohub.http.master import LineFilter
from neurohub.http.who import VIEWER
from neurohub.storage import dashboard

MAX_AGE_S: Final = 1.0
_LINE: Final = re.compile(r"[A-Z]{2}[0-9]{2}")
_encode: Final = msgspec.json.Encoder().encode


async def _summary(scope: HTTPScope, _: Receive, send: Send) -> None:
    parts = raw.parts_in(scope)
    shown = line_filter(raw.caller_in(scope), _line_asked(scope))

    async def load() -> tuple[str, bytes]:
        return "", _encode(await dashboard.summary(parts.database, shown))

    await raw.send_tagged(scope, send, await parts.cache.fresh(f"board:{shown or 'all'}", MAX_AGE_S, load))


@get("/summary", opt={"who": VIEWER, "raw": _summary})
async def summary(line: LineFilter = None) -> Response[DashboardSummary]:
    """The board of one line or of all, at most 1 s old."""
    raise NotImplementedError  # answered by `_summary`


def _line_asked(scope: HTTPScope) -> str | None:
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if not query:
        return None
    if [name for name, _ in query] != ["line"] or not _LINE.fullmatch(query[0][1]):
        raise ProblemError(Code.INVALID_REQUEST, "The one query parameter here is `line`, given once: KR01")
    return query[0][1]


router = Router("/dashboard", route_handlers=[summary], tags=["Dashboard"])
