"""Equipment with its maintenance dates: list, add, read, change, deactivate."""

from typing import Final

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from neurohub.contract.master import AddEquipment, ChangeEquipment, EquipmentView
from neurohub.http import master
from neurohub.http.answers import Asked
from neurohub.http.master import LineFilter, checked
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed
from neurohub.http.who import ADMIN, MANAGER
from neurohub.storage.master import EQUIPMENT


@get("/", opt={"who": MANAGER})
async def list_equipment(
    request: Asked,
    *,
    line: LineFilter = None,
    maintenance_due: FromQuery[bool] = False,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[EquipmentView]:
    return await master.page(request, EQUIPMENT, limit, cursor, line=line, maintenance_due=maintenance_due)


@post("/", opt={"who": ADMIN})
async def add_equipment(request: Asked, data: JSONBody[AddEquipment]) -> Response[EquipmentView]:
    return await master.add(request, EQUIPMENT, {"code": data.code}, data)


@get("/{code:str}", opt={"who": MANAGER})
async def read_equipment(request: Asked, code: FromPath[str]) -> Response[EquipmentView]:
    return await master.one(request, EQUIPMENT, checked(EQUIPMENT, {"code": code}))


@patch("/{code:str}", opt={"who": ADMIN})
async def change_equipment(
    request: Asked, code: FromPath[str], data: JSONBody[ChangeEquipment]
) -> EquipmentView:
    return await master.change(request, EQUIPMENT, {"code": code}, data)


@delete("/{code:str}", opt={"who": ADMIN})
async def deactivate_equipment(request: Asked, code: FromPath[str]) -> None:
    await master.change(request, EQUIPMENT, {"code": code}, ChangeEquipment(active=False))


router: Final = Router(
    "/equipment",
    route_handlers=[list_equipment, add_equipment, read_equipment, change_equipment, deactivate_equipment],
    tags=["Master data"],
)
