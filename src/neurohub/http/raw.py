"""Hot routes past Litestar's request and response objects, which cost more than all the rest of such a request.

A route stays an ordinary handler to Litestar: routed, documented, held to its roles. `opt={"raw": function}`
says that `http.who` hands the exchange to the function instead. Refusals are raised as everywhere.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from litestar.types import HTTPScope, Receive, Send

from neurohub.auth.caller import Caller
from neurohub.cache.read_through import Body
from neurohub.contract.problems import MEDIA_TYPE, Code, Problem, ProblemError
from neurohub.http.answers import is_held
from neurohub.http.bodies import flaw
from neurohub.http.parts import Parts
from neurohub.http.problems import headers_of

Raw = Callable[[HTTPScope, Receive, Send], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]

_JSON: Final = (b"content-type", b"application/json")
_PROBLEM: Final = (b"content-type", MEDIA_TYPE.encode())
_CACHE: Final = (b"cache-control", b"private, no-cache")


def parts_in(scope: HTTPScope) -> Parts:
    """Return the parts of the worker that serves this exchange."""
    parts: Parts = scope["litestar_app"].state["parts"]
    return parts


def caller_in(scope: HTTPScope) -> Caller:
    caller: Caller = scope["user"]
    return caller


def refuse_query(scope: HTTPScope) -> None:
    """Refuse query parameters where a route takes none."""
    if scope["query_string"]:
        raise ProblemError(Code.INVALID_REQUEST, "There are no query parameters here")


async def read_json(scope: HTTPScope, receive: Receive, most_bytes: int) -> bytes:
    """Return the body, checked for what no command may hold; refuse a query and what is too long."""
    refuse_query(scope)
    if announced(scope) > most_bytes:
        raise too_large(most_bytes)
    message: Any = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most_bytes:
            raise too_large(most_bytes)
    if message["type"] == "http.disconnect":
        raise ProblemError(Code.INVALID_REQUEST, "The body ended before it was whole")
    if (reason := flaw(body)) is not None:
        raise ProblemError(Code.INVALID_REQUEST, reason)
    return body


async def send_json(send: Send, status: int, body: bytes, headers: Headers = ()) -> None:
    await send_bytes(send, status, body, [_JSON, *headers])


async def send_problem(send: Send, problem: Problem) -> None:
    """Answer a refusal."""
    headers = [_PROBLEM]
    headers += [(name.lower().encode(), value.encode()) for name, value in headers_of(problem).items()]
    await send_bytes(send, problem.http_status, problem.body(), headers)


async def send_tagged(scope: HTTPScope, send: Send, body: Body) -> None:
    """Answer `body` with its ETag, or 304 when the client has it."""
    headers = [_JSON, _CACHE, (b"etag", body.etag.encode())]
    if is_held(header(scope, b"if-none-match").decode("latin-1"), body.etag):
        await send_bytes(send, 304, b"", headers)
    else:
        await send_bytes(send, 200, body.content, headers)


async def send_bytes(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    """Answer `body` as it is."""
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def announced(scope: HTTPScope) -> int:
    """Return how long the body says it is; 0 where it does not."""
    length = header(scope, b"content-length")
    return int(length) if length.isdigit() else 0


def idempotency_key(scope: HTTPScope) -> str | None:
    """Return the key of a create; None without one. An empty one is a key, and refused as such."""
    return next((key.decode("latin-1") for name, key in scope["headers"] if name == b"idempotency-key"), None)


def header(scope: HTTPScope, name: bytes) -> bytes:
    """Return the header `name`, in small letters; nothing where it is not there."""
    for key, value in scope["headers"]:
        if key == name:
            return value
    return b""


def too_large(most_bytes: int) -> ProblemError:
    return ProblemError(Code.TOO_LARGE, f"The body may have {most_bytes} bytes at most")
