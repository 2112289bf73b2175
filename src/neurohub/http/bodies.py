"""What a client sends, held to what JSON and the database can carry before anything reads it.

Refused here: bodies that are not UTF-8, hold NUL (PostgreSQL has no place for it) or are nested without end;
query parameters that a route does not know. Shapes are the business of the commands, not of this file.
Who calls it: every request, as the app's request class and the API's `before_request`.
"""

import re
from functools import cache
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.exceptions import ClientException, InternalServerException
from litestar.handlers.http_handlers import HTTPRouteHandler

from neurohub.contract import forms
from neurohub.contract.problems import Code, ProblemError

MAX_DEPTH: Final = 64
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_STRINGS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NOT_PARAMETERS: Final = frozenset({"request", "data"})


def flaw(text: bytes) -> str | None:
    """Say what makes JSON `text` unacceptable whatever it means; None when nothing does."""
    if b"\\u0000" in text and _NUL.search(text):
        return "Text cannot hold the character NUL (\\u0000)"
    # Nesting needs brackets, so counting them spares nearly every body the walk.
    if text.count(b"[") + text.count(b"{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        return f"The body is nested deeper than {MAX_DEPTH} levels"
    return None


def _depth(text: bytes) -> int:
    deepest = depth = 0
    for byte in _STRINGS.sub(b"", text):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


class JsonRequest(Request[Any, Any, Any]):
    """A request whose body is checked before Litestar decodes it."""

    async def body(self) -> bytes:
        """Return the body; a client that hangs up halfway is not our fault."""
        try:
            return await super().body()
        except InternalServerException:
            raise ClientException("The body ended before it was whole") from None

    async def json(self) -> Any:
        """Return the body as the command its route takes: strict, where Litestar takes "1" for 1."""
        body = await self.body()
        if (reason := flaw(body)) is not None:
            raise ClientException(reason)
        try:
            return _decoder(self.route_handler).decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ClientException(f"The body is not acceptable: {forms.said(error)}") from None


async def check_parameters(request: Request[Any, Any, Any]) -> None:
    """Refuse what a query must not say: a mistyped filter would answer everything instead of nothing.

    That is a parameter the route does not take, one given twice, and `null`, which Litestar reads as absent.
    """
    if not request.scope["query_string"]:
        return
    known, seen = _parameters(request.route_handler), set[str]()
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise ProblemError(Code.INVALID_REQUEST, f"There is no query parameter {name[:64]!r} here")
        if name in seen or str(value).lower() == "null":
            raise ProblemError(Code.INVALID_REQUEST, f"`{name}` takes one value, or is left out")
        seen.add(name)


@cache
def _decoder(handler: HTTPRouteHandler) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(handler.parsed_fn_signature.parameters["data"].annotation)


@cache
def _parameters(handler: HTTPRouteHandler) -> frozenset[str]:
    return frozenset(handler.parsed_fn_signature.parameters) - _NOT_PARAMETERS
