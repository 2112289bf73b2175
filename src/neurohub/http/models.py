"""Models: list, add, read, change, deactivate."""

from typing import Final

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from neurohub.contract.master import AddModel, ChangeModel, ModelView
from neurohub.http import master
from neurohub.http.answers import Asked, created, idempotency_key
from neurohub.http.master import checked
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed
from neurohub.http.parts import parts_of
from neurohub.http.who import ADMIN, MANAGER
from neurohub.operations import master_data as verbs
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
    """Add a model, with the standard limits as its first."""
    answer = await verbs.add_model(parts_of(request).database, request.user, data, idempotency_key(request))
    return created(answer)  # type: ignore[return-value]  # encoded inside the transaction


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
