"""Answers with an entity tag, and answers to creates: what every resource file shares."""

import hashlib
from typing import Any

from litestar import Request, Response
from litestar.enums import MediaType

from neurohub.auth.caller import Caller
from neurohub.cache.read_through import Body
from neurohub.contract.barcode import InvalidBarcodeError, UnitCode, parse_lot_number, parse_unit
from neurohub.contract.problems import Code, ProblemError
from neurohub.operations.idempotency import Created

Asked = Request[Caller, Any, Any]


def tagged(request: Asked, body: Body, media_type: str = MediaType.JSON) -> Response[bytes]:
    """Return `body` with its ETag, or 304 when the client has it."""
    headers = {"ETag": body.etag, "Cache-Control": "private, no-cache"}
    if is_held(request.headers.get("if-none-match", ""), body.etag):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(body.content, headers=headers, media_type=media_type)


def is_held(if_none_match: str, etag: str) -> bool:
    """Tell whether a client has the body of `etag`: `If-None-Match` is a list, weak or not, or `*`."""
    if not if_none_match:
        return False
    held = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in held or "*" in held


def hashed(content: bytes) -> Body:
    """Return encoded content with a tag of its own, for what no cache keeps."""
    return Body("", content, f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"')


def created(answer: Created, *, status_code: int = 201) -> Response[bytes]:
    """Return the encoded answer, marked when it was given before."""
    headers = {"Idempotent-Replay": "true"} if answer.replayed else {}
    return Response(answer.body, status_code=status_code, headers=headers, media_type=MediaType.JSON)


def idempotency_key(request: Asked) -> str | None:
    key: str | None = request.headers.get("idempotency-key")
    return key


def unit_in(path: str) -> UnitCode:
    """Return the unit a path names; 400 when it is no barcode."""
    try:
        return parse_unit(path)
    except InvalidBarcodeError:
        raise ProblemError(
            Code.INVALID_BARCODE, f"{path[:64]!r} is neither a WIP id nor a serial number"
        ) from None


def lot_in(path: str) -> str:
    """Return the LOT number a path names; 400 when it is none."""
    try:
        return parse_lot_number(path)
    except InvalidBarcodeError:
        raise ProblemError(Code.INVALID_BARCODE, f"{path[:64]!r} is not a LOT number") from None


def check_line(caller: Caller, line: str) -> None:
    """Refuse a worker or a station that asks for another line's LOTs or units."""
    if not caller.may_read_line(line):
        raise ProblemError(Code.FORBIDDEN, f"This is on line {line}; you see line {caller.line or 'none'}")


def line_filter(caller: Caller, asked: str | None) -> str | None:
    """Return the line a list is restricted to: a worker and a station see their own only."""
    if asked is not None:
        check_line(caller, asked)
        return asked
    return None if caller.may_read_line("") else caller.line or ""
