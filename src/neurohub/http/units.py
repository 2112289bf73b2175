"""Units: read, trace, decide; defects; and who holds a component lot."""

import re
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.types import HTTPScope, Receive, Send

from neurohub.cache.read_through import Body
from neurohub.contract.barcode import normalize
from neurohub.contract.commands import Decide
from neurohub.contract.enums import DefectStatus, EventKind
from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.views import ComponentHolder, DefectView, TraceView, UnitView
from neurohub.http import raw
from neurohub.http.answers import (
    Asked,
    check_line,
    created,
    hashed,
    idempotency_key,
    line_filter,
    tagged,
    unit_in,
)
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed, listed, number_after
from neurohub.http.parts import Parts, parts_of
from neurohub.http.who import ANYBODY, MANAGER, VIEWER
from neurohub.operations.decide import decide
from neurohub.operations.look_up import look_up_unit
from neurohub.storage import units
from neurohub.storage.lookups import Found

_encode: Final = msgspec.json.Encoder().encode
_COMPONENT_LOT: Final = re.compile(r"[A-Z0-9\-]{1,40}")


async def _read(scope: HTTPScope, _: Receive, send: Send) -> None:
    raw.refuse_query(scope)
    code: str = scope["path_params"]["code"]
    found = await _find(raw.parts_in(scope), code)
    check_line(raw.caller_in(scope), found.line)
    await raw.send_tagged(scope, send, Body(found.revision, _encode(found.unit), f'"{found.revision}"'))


@get("/{code:str}", opt={"who": ANYBODY, "raw": _read})
async def read_unit(code: FromPath[str]) -> Response[UnitView]:
    """The unit as it was after the last write acknowledged before."""
    raise NotImplementedError  # answered by `_read`


@get("/{code:str}/trace", opt={"who": VIEWER})
async def trace_unit(request: Asked, code: FromPath[str]) -> Response[TraceView]:
    parts, unit = parts_of(request), unit_in(code)
    check_line(request.user, (await _find(parts, code)).line)
    found = await units.trace(parts.database, unit)
    if found is None:
        raise _unknown(code)
    return tagged(request, hashed(_encode(found)))  # type: ignore[return-value]  # encoded for the tag


@post("/{code:str}/rework", opt={"who": MANAGER, "once": True}, status_code=200)
async def approve_rework(request: Asked, code: FromPath[str], data: JSONBody[Decide]) -> Response[UnitView]:
    return await _decide(request, EventKind.REWORK, code, data)


@post("/{code:str}/scrap", opt={"who": MANAGER, "once": True}, status_code=200)
async def scrap(request: Asked, code: FromPath[str], data: JSONBody[Decide]) -> Response[UnitView]:
    return await _decide(request, EventKind.SCRAP, code, data)


@post("/{code:str}/reopen", opt={"who": MANAGER, "once": True}, status_code=200)
async def reopen(request: Asked, code: FromPath[str], data: JSONBody[Decide]) -> Response[UnitView]:
    return await _decide(request, EventKind.REOPEN, code, data)


@get("/defects", opt={"who": VIEWER})
async def list_defects(
    request: Asked,
    status: FromQuery[DefectStatus | None] = None,
    process: Annotated[int | None, QueryParameter(ge=1, le=8)] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[DefectView]:
    filters: dict[str, Any] = {"status": status, "process": process, "line": line_filter(request.user, None)}
    return listed(await units.defects(parts_of(request).database, filters, limit, number_after(cursor)))


@get("/components/{component_lot:str}/units", opt={"who": VIEWER})
async def list_holders(
    request: Asked, component_lot: FromPath[str], limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Listed[ComponentHolder]:
    line = line_filter(request.user, None)
    wanted = normalize(component_lot)
    if _COMPONENT_LOT.fullmatch(wanted) is None:
        raise ProblemError(Code.INVALID_REQUEST, f"{component_lot[:64]!r} is not a component lot")
    return listed(await units.holders(parts_of(request).database, wanted, line, limit, number_after(cursor)))


async def _decide(request: Asked, kind: EventKind, code: str, command: Decide) -> Response[UnitView]:
    database, key = parts_of(request).database, idempotency_key(request)
    answer = await decide(database, request.user, kind, unit_in(code), command, key)
    return created(answer, status_code=200)  # type: ignore[return-value]  # encoded inside the transaction


async def _find(parts: Parts, code: str) -> Found:
    found = await look_up_unit(parts.reader, unit_in(code))
    if found is None:
        raise _unknown(code)
    return found


def _unknown(code: str) -> ProblemError:
    return ProblemError(Code.UNIT_NOT_FOUND, f"There is no unit {code[:64]!r}")


router = Router(
    "/units", route_handlers=[read_unit, trace_unit, approve_rework, scrap, reopen], tags=["Units"]
)
finders = Router("/", route_handlers=[list_defects, list_holders], tags=["Units"])
