"""Lines: list, add, read, change, deactivate."""

from typing import Final

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from neurohub.contract.master import AddLine, ChangeLine, LineView
from neurohub.http import master
from neurohub.http.answers import Asked
from neurohub.http.master import checked
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed
from neurohub.http.who import ADMIN, MANAGER
from neurohub.storage.master import LINES


@get("/", opt={"who": MANAGER})
async def list_lines(
    request: Asked,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[LineView]:
    return await master.page(request, LINES, limit, cursor)


@post("/", opt={"who": ADMIN})
async def add_line(request: Asked, data: JSONBody[AddLine]) -> Response[LineView]:
    return await master.add(request, LINES, {"code": data.code}, data)


@get("/{code:str}", opt={"who": MANAGER})
async def read_line(request: Asked, code: FromPath[str]) -> Response[LineView]:
    return await master.one(request, LINES, checked(LINES, {"code": code}))


@patch("/{code:str}", opt={"who": ADMIN})
async def change_line(request: Asked, code: FromPath[str], data: JSONBody[ChangeLine]) -> LineView:
    return await master.change(request, LINES, {"code": code}, data)


@delete("/{code:str}", opt={"who": ADMIN})
async def deactivate_line(request: Asked, code: FromPath[str]) -> None:
    await master.change(request, LINES, {"code": code}, ChangeLine(active=False))


router: Final = Router(
    "/lines",
    route_handlers=[list_lines, add_line, read_line, change_line, deactivate_line],
    tags=["Master data"],
)
