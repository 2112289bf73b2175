"""Models: list, add, read, change, deactivate."""

from typing import Final

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from neurohub.contract.master import AddModel, ChangeModel, ModelView
from neurohub.http import master
from neurohub.http.answers import Asked
from neurohub.http.master import checked
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed
from neurohub.http.who import ADMIN, MANAGER
from neurohub.storage.master import MODELS


@get("/", opt={"who": MANAGER})
async def list_models(
    request: Asked,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[ModelView]:
    return await master.page(request, MODELS, limit, cursor)


@post("/", opt={"who": ADMIN})
async def add_model(request: Asked, data: JSONBody[AddModel]) -> Response[ModelView]:
    return await master.add(request, MODELS, {"code": data.code}, data)


@get("/{code:str}", opt={"who": MANAGER})
async def read_model(request: Asked, code: FromPath[str]) -> Response[ModelView]:
    return await master.one(request, MODELS, checked(MODELS, {"code": code}))


@patch("/{code:str}", opt={"who": ADMIN})
async def change_model(request: Asked, code: FromPath[str], data: JSONBody[ChangeModel]) -> ModelView:
    return await master.change(request, MODELS, {"code": code}, data)


@delete("/{code:str}", opt={"who": ADMIN})
async def deactivate_model(request: Asked, code: FromPath[str]) -> None:
    await master.change(request, MODELS, {"code": code}, ChangeModel(active=False))


router: Final = Router(
    "/models",
    route_handlers=[list_models, add_model, read_model, change_model, deactivate_model],
    tags=["Master data"],
)
