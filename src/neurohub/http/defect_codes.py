"""Defect codes of the eight processes: list, add, read, change, deactivate."""

from typing import Final

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from neurohub.contract.master import AddDefectCode, ChangeDefectCode, DefectCodeView
from neurohub.http import master
from neurohub.http.answers import Asked
from neurohub.http.master import ProcessFilter, checked
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed
from neurohub.http.who import ADMIN, MANAGER
from neurohub.storage.master import DEFECT_CODES


@get("/", opt={"who": MANAGER})
async def list_defect_codes(
    request: Asked,
    process: ProcessFilter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[DefectCodeView]:
    return await master.page(request, DEFECT_CODES, limit, cursor, process=process)


@post("/", opt={"who": ADMIN})
async def add_defect_code(request: Asked, data: JSONBody[AddDefectCode]) -> Response[DefectCodeView]:
    return await master.add(request, DEFECT_CODES, {"process": data.process, "code": data.code}, data)


@get("/{process:int}/{code:str}", opt={"who": MANAGER})
async def read_defect_code(
    request: Asked, process: FromPath[int], code: FromPath[str]
) -> Response[DefectCodeView]:
    return await master.one(request, DEFECT_CODES, checked(DEFECT_CODES, {"process": process, "code": code}))


@patch("/{process:int}/{code:str}", opt={"who": ADMIN})
async def change_defect_code(
    request: Asked, process: FromPath[int], code: FromPath[str], data: JSONBody[ChangeDefectCode]
) -> DefectCodeView:
    return await master.change(request, DEFECT_CODES, {"process": process, "code": code}, data)


@delete("/{process:int}/{code:str}", opt={"who": ADMIN})
async def deactivate_defect_code(request: Asked, process: FromPath[int], code: FromPath[str]) -> None:
    await master.change(
        request, DEFECT_CODES, {"process": process, "code": code}, ChangeDefectCode(active=False)
    )


router: Final = Router(
    "/defect-codes",
    route_handlers=[
        list_defect_codes,
        add_defect_code,
        read_defect_code,
        change_defect_code,
        deactivate_defect_code,
    ],
    tags=["Master data"],
)
