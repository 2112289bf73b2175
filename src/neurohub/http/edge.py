"""The outermost ASGI layer: request id, metrics and one log line per request, refusals and 404 included.

Also what must hold before Litestar looks: the right content type where there is a body, no NUL in the query;
HEAD is a GET without its body, OPTIONS is not served (there is no CORS).
"""

import asyncio
import contextlib
import re
import time
from typing import Any, Final

import structlog
import uuid_utils
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from neurohub.contract.problems import Code, Problem, ProblemError
from neurohub.http import firmware
from neurohub.http.express import ExpressTable
from neurohub.http.problems import bug
from neurohub.http.raw import send_problem
from neurohub.telemetry import logs, tally

log = structlog.get_logger()

_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9_.\-]{1,64}")
_FORM: Final = b"multipart/form-data"
_FORM_PATHS: Final = frozenset({firmware.PATH})
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_KNOWN_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SERVED_AS: Final[dict[str, Any]] = {"HEAD": "GET", "OPTIONS": "NONE"}
_DRAIN_MAX_BYTES: Final = 4 * 1024 * 1024
_DRAIN_MAX_S: Final = 0.5
_QUIET: Final = frozenset({"/health", "/health/live"})


class Edge:
    """Wraps the Litestar app; everything but HTTP passes through, and hot routes do not get that far."""

    def __init__(self, app: ASGIApp, express: ExpressTable) -> None:
        self._app = app
        self._express = express

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == ScopeType.HTTP:
            await self._serve(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()
        method = scope["method"]
        request_id, content_type = _headers(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        logs.request_id.set(request_id)
        exchange = _Exchange(method, request_id, receive, send)
        scope["method"] = _SERVED_AS.get(method, method)
        tally.request_begun()
        try:
            if (problem := _refusal(scope, content_type)) is not None:
                await send_problem(exchange.send, problem)
            elif not await self._served_express(scope, exchange):
                await self._app(scope, exchange.receive, exchange.send)
        finally:
            _account(scope, method, exchange.status, time.perf_counter() - begun)

    async def _served_express(self, scope: HTTPScope, exchange: "_Exchange") -> bool:
        try:
            return await self._express.serve(scope, exchange.receive, exchange.send)
        except ProblemError as error:
            await send_problem(exchange.send, error.problem)
        except Exception as error:  # noqa: BLE001 (the edge of express routes: a bug is logged and answered)
            await send_problem(exchange.send, bug(scope, error))
        return True


class _Exchange:
    """One request and its answer: which status it got, and whether the body was read to its end."""

    __slots__ = ("_head", "_receive", "_request_id", "_send", "_unread", "status")

    def __init__(self, method: str, request_id: str, receive: Receive, send: Send) -> None:
        self.status = 500
        self._head = method == "HEAD"
        self._unread = method in _WITH_BODY
        self._request_id = request_id
        self._receive = receive
        self._send = send

    async def receive(self) -> Any:
        """Hand the next part of the body over."""
        message = await self._receive()
        self._unread = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer; it starts with the request id."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: list[Any] = [*message["headers"], (b"x-request-id", self._request_id.encode())]
            message["headers"] = headers
            if self._unread and self.status >= 400:
                await self._drain()
        elif self._head and message["type"] == "http.response.body":
            message["body"] = b""
        await self._send(message)

    async def _drain(self) -> None:
        """Read on a while: who is still sending would lose the refusal to a reset of the connection."""
        left = _DRAIN_MAX_BYTES
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_MAX_S):
                while self._unread and left > 0:
                    left -= len((await self.receive()).get("body", b""))


def _headers(scope: Scope) -> tuple[str, bytes]:
    """Return the request id (the client's when it is a decent one) and the content type."""
    request_id, content_type = b"", b""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            request_id = value
        elif name == b"content-type":
            content_type = value
    if _REQUEST_ID.fullmatch(request_id):
        return request_id.decode("ascii"), content_type
    return uuid_utils.uuid7().hex, content_type


def _is_taken(path: str, content_type: bytes) -> bool:
    """Tell whether a route takes this type of body: JSON, or a form where a file is uploaded."""
    given = content_type.split(b";", 1)[0].strip().lower()
    return given == _FORM if path in _FORM_PATHS else given in {b"", b"application/json"}


def _refusal(scope: HTTPScope, content_type: bytes) -> Problem | None:
    if scope["method"] in _WITH_BODY and not _is_taken(scope["path"], content_type):
        wanted = _FORM.decode() if scope["path"] in _FORM_PATHS else "application/json"
        return Problem(Code.INVALID_REQUEST, f"Send the body as {wanted}", {"accept": wanted}, status=415)
    if b"%00" in scope["query_string"]:
        return Problem(Code.INVALID_REQUEST, "A query parameter cannot hold the character NUL")
    return None


def _account(scope: Any, asked: str, status: int, seconds: float) -> None:
    method = asked if asked in _KNOWN_METHODS else "OTHER"
    route = scope.get("path_template") or "unmatched"
    tally.request_answered(method, route, status, seconds)
    if route in _QUIET and status < 400:
        return
    caller, events = scope.get("user"), scope["state"].get("event_ids")
    log.info(
        "request.answered",
        method=method,
        route=route,
        status=status,
        duration_ms=round(seconds * 1000, 2),
        who=getattr(caller, "credential", None),
        **({"event_ids": events} if events else {}),
    )
