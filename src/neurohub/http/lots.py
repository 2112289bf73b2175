"""LOTs: open, list, read, generate units, close."""

from typing import Any, Final

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.types import HTTPScope, Receive, Send

from neurohub.contract.commands import CloseLot, GenerateUnits, OpenLot
from neurohub.contract.enums import LotStatus
from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.views import LotView, UnitsMade, UnitView
from neurohub.http import raw
from neurohub.http.answers import Asked, check_line, created, idempotency_key, line_filter, lot_in
from neurohub.http.master import LineFilter, ModelFilter
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed, listed, number_after
from neurohub.http.parts import Parts, parts_of
from neurohub.http.who import ANYBODY, MANAGER, STATION
from neurohub.operations import lots as verbs
from neurohub.operations.look_up import look_up_lot
from neurohub.storage import lots, units
from neurohub.storage.lookups import Found

_encode: Final = msgspec.json.Encoder().encode


@post("/", opt={"who": MANAGER})
async def open_lot(request: Asked, data: JSONBody[OpenLot]) -> Response[LotView]:
    answer = await verbs.open_lot(parts_of(request).database, request.user, data, idempotency_key(request))
    return created(answer)  # type: ignore[return-value]  # encoded inside the transaction


@get("/", opt={"who": ANYBODY})
async def list_lots(
    request: Asked,
    status: FromQuery[LotStatus | None] = None,
    line: LineFilter = None,
    model: ModelFilter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[LotView]:
    filters: dict[str, Any] = {"status": status, "line": line_filter(request.user, line), "model": model}
    return listed(await lots.page(parts_of(request).database, filters, limit, number_after(cursor)))


async def _read(scope: HTTPScope, _: Receive, send: Send) -> None:
    raw.refuse_query(scope)
    parts, number = raw.parts_in(scope), lot_in(scope["path_params"]["lot_number"])
    known = await _find(parts, number)
    check_line(raw.caller_in(scope), known.line)

    async def load() -> tuple[str, bytes]:
        newest = (await _find(parts, number)).revision
        return newest, _encode(await lots.read(parts.database, number))

    await raw.send_tagged(scope, send, await parts.cache.validated(f"lot:{number}", known.revision, load))


@get("/{lot_number:str}", opt={"who": ANYBODY, "raw": _read})
async def read_lot(lot_number: FromPath[str]) -> Response[LotView]:
    """The LOT as it was after the last write acknowledged before."""
    raise NotImplementedError  # answered by `_read`


@post("/{lot_number:str}/units", opt={"who": MANAGER | STATION})
async def generate_units(
    request: Asked, lot_number: FromPath[str], data: JSONBody[GenerateUnits]
) -> Response[UnitsMade]:
    answer = await verbs.generate_units(
        parts_of(request).database, request.user, lot_in(lot_number), data, idempotency_key(request)
    )
    return created(answer)  # type: ignore[return-value]


@get("/{lot_number:str}/units", opt={"who": ANYBODY})
async def list_units(
    request: Asked, lot_number: FromPath[str], limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Listed[UnitView]:
    number = lot_in(lot_number)
    database = parts_of(request).database
    check_line(request.user, (await _find(parts_of(request), number)).line)
    return listed(await units.page(database, number, limit, number_after(cursor)))


@post("/{lot_number:str}/close", opt={"who": MANAGER}, status_code=200)
async def close_lot(
    request: Asked, lot_number: FromPath[str], data: JSONBody[CloseLot | None] = None
) -> LotView:
    command = data or CloseLot()
    return await verbs.close_lot(parts_of(request).database, request.user, lot_in(lot_number), command)


async def _find(parts: Parts, lot_number: str) -> Found:
    found = await look_up_lot(parts.reader, lot_number)
    if found is None:
        raise ProblemError(Code.LOT_NOT_FOUND, f"There is no LOT {lot_number}")
    return found


router = Router(
    "/lots",
    route_handlers=[open_lot, list_lots, read_lot, generate_units, list_units, close_lot],
    tags=["LOTs"],
)
