"""The dashboard's numbers: at most 1 s old, one computation shared by everybody who looks."""

import asyncio
import re
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from litestar import Response, Router, get
from litestar.types import HTTPScope, Receive, Send

from neurohub.cache.read_through import Body
from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.views import DashboardSummary
from neurohub.http import raw
from neurohub.http.answers import line_filter
from neurohub.http.live import Channel
from neurohub.http.master import LineFilter
from neurohub.http.parts import Parts
from neurohub.http.who import VIEWER
from neurohub.storage import dashboard

MAX_AGE_S: Final = 1.0
LIVE_AGE_S: Final = 0.4
PING_S: Final = 15.0  # also how often a looker's sign-in is looked at again
GAP_S: Final = 1.0  # between two frames of one looker
_LINE: Final = re.compile(r"[A-Z]{2}[0-9]{2}")
_STREAM: Final = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx hands each frame on at once
]
_encode: Final = msgspec.json.Encoder().encode


async def _board(parts: Parts, shown: str | None, max_age_s: float) -> Body:
    async def load() -> tuple[str, bytes]:
        return "", _encode(await parts.reports.read(lambda database: dashboard.summary(database, shown)))

    return await parts.cache.fresh(f"board:{shown or 'all'}", max_age_s, load)


async def _summary(scope: HTTPScope, _: Receive, send: Send) -> None:
    shown = line_filter(raw.caller_in(scope), _line_asked(scope))
    await raw.send_tagged(scope, send, await _board(raw.parts_in(scope), shown, MAX_AGE_S))


async def _live(scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Send frames until the looker goes, or may no longer look."""
    parts = raw.parts_in(scope)
    shown = line_filter(raw.caller_in(scope), _line_asked(scope))
    async with parts.live.watch(shown or "all", lambda: _board(parts, shown, LIVE_AGE_S)) as channel:
        await send({"type": "http.response.start", "status": 200, "headers": [*_STREAM]})
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            await _stream(scope, send, channel, gone)
        finally:
            gone.cancel()


async def _stream(scope: HTTPScope, send: Send, channel: Channel, gone: asyncio.Future[None]) -> None:
    directory, seen = raw.parts_in(scope).directory, raw.header(scope, b"last-event-id").decode("latin-1")
    last = b""
    while not gone.done():
        news = asyncio.ensure_future(channel.next_after(seen))
        waiting: set[asyncio.Future[Any]] = {news, gone}
        await asyncio.wait(waiting, timeout=PING_S, return_when=asyncio.FIRST_COMPLETED)
        if news.done():
            seen, last = news.result()
        else:
            news.cancel()
            last = b": still here\n\n"
        try:
            await directory.identify(raw.header(scope, b"authorization"))
        except ProblemError:
            break  # signed out, or the token is old: whoever may look comes back with another
        await send({"type": "http.response.body", "body": last, "more_body": True})
        await asyncio.wait({gone}, timeout=GAP_S)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@get("/summary", opt={"who": VIEWER, "raw": _summary})
async def summary(line: LineFilter = None) -> Response[DashboardSummary]:
    """The board of one line or of all, at most 1 s old."""
    raise NotImplementedError  # answered by `_summary`


@get("/live", opt={"who": VIEWER, "raw": _live}, media_type="text/event-stream")
async def live_board(line: LineFilter = None) -> Response[str]:
    """Tell of changes of the board as server-sent events.

    `summary` carries the board when it has changed, once a second at most; `stale` says since when it could not be
    read. A comment comes every 15 s. `Last-Event-ID` spares what was seen already.
    """
    raise NotImplementedError  # answered by `_live`


def _line_asked(scope: HTTPScope) -> str | None:
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if not query:
        return None
    if [name for name, _ in query] != ["line"] or not _LINE.fullmatch(query[0][1]):
        raise ProblemError(Code.INVALID_REQUEST, "The one query parameter here is `line`, given once: KR01")
    return query[0][1]


router = Router("/dashboard", route_handlers=[summary, live_board], tags=["Dashboard"])
