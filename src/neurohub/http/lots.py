"""LOTs: open, list, read, generate units, close."""

from typing import Any, Final

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from neurohub.contract.commands import CloseLot, GenerateUnits, OpenLot
from neurohub.contract.enums import LotStatus
from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.views import LotView, UnitView
from neurohub.http.answers import Asked, check_line, created, idempotency_key, line_filter, lot_in, tagged
from neurohub.http.master import LineFilter, ModelFilter
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed, listed, number_after
from neurohub.http.parts import Parts, parts_of
from neurohub.http.who import ANYBODY, MANAGER, STATION
from neurohub.operations import lots as verbs
from neurohub.storage import lots, units

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


@get("/{lot_number:str}", opt={"who": ANYBODY})
async def read_lot(request: Asked, lot_number: FromPath[str]) -> Response[LotView]:
    parts = parts_of(request)
    number = lot_in(lot_number)
    line, revision = await _revision(parts, number)
    check_line(request.user, line)

    async def load() -> tuple[str, bytes]:
        _, newest = await _revision(parts, number)
        view = await lots.read(parts.database, number)
        return newest, _encode(view)

    return tagged(request, await parts.cache.validated(f"nh:lot:{number}", revision, load))  # type: ignore[return-value]


@post("/{lot_number:str}/units", opt={"who": MANAGER | STATION})
async def generate_units(
    request: Asked, lot_number: FromPath[str], data: JSONBody[GenerateUnits]
) -> Response[Listed[UnitView]]:
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
    line, _ = await _revision(parts_of(request), number)
    check_line(request.user, line)
    return listed(await units.page(database, number, limit, number_after(cursor)))


@post("/{lot_number:str}/close", opt={"who": MANAGER}, status_code=200)
async def close_lot(
    request: Asked, lot_number: FromPath[str], data: JSONBody[CloseLot | None] = None
) -> LotView:
    command = data or CloseLot()
    return await verbs.close_lot(parts_of(request).database, request.user, lot_in(lot_number), command)


async def _revision(parts: Parts, lot_number: str) -> tuple[str, str]:
    found = await lots.revision(parts.database, lot_number)
    if found is None:
        raise ProblemError(Code.LOT_NOT_FOUND, f"There is no LOT {lot_number}")
    return found


router = Router(
    "/lots",
    route_handlers=[open_lot, list_lots, read_lot, generate_units, list_units, close_lot],
    tags=["LOTs"],
)
