"""Printers: list, add, read, change, deactivate."""

from typing import Final

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from neurohub.contract.master import AddPrinter, ChangePrinter, PrinterView
from neurohub.http import master
from neurohub.http.answers import Asked
from neurohub.http.master import LineFilter, checked
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed
from neurohub.http.who import ADMIN, MANAGER
from neurohub.storage.master import PRINTERS


@get("/", opt={"who": MANAGER})
async def list_printers(
    request: Asked,
    line: LineFilter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[PrinterView]:
    return await master.page(request, PRINTERS, limit, cursor, line=line)


@post("/", opt={"who": ADMIN})
async def add_printer(request: Asked, data: JSONBody[AddPrinter]) -> Response[PrinterView]:
    return await master.add(request, PRINTERS, {"code": data.code}, data)


@get("/{code:str}", opt={"who": MANAGER})
async def read_printer(request: Asked, code: FromPath[str]) -> Response[PrinterView]:
    return await master.one(request, PRINTERS, checked(PRINTERS, {"code": code}))


@patch("/{code:str}", opt={"who": ADMIN})
async def change_printer(request: Asked, code: FromPath[str], data: JSONBody[ChangePrinter]) -> PrinterView:
    return await master.change(request, PRINTERS, {"code": code}, data)


@delete("/{code:str}", opt={"who": ADMIN})
async def deactivate_printer(request: Asked, code: FromPath[str]) -> None:
    await master.change(request, PRINTERS, {"code": code}, ChangePrinter(active=False))


router: Final = Router(
    "/printers",
    route_handlers=[list_printers, add_printer, read_printer, change_printer, deactivate_printer],
    tags=["Master data"],
)
