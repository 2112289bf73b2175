"""Limits: versions of what a completion is judged against. A change is a new version; none is removed."""

from typing import Annotated, Final

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from neurohub.contract.master import LimitSetView, SetLimits
from neurohub.http import master
from neurohub.http.answers import Asked, created, idempotency_key
from neurohub.http.master import ModelFilter
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed, listed, number_after
from neurohub.http.parts import parts_of
from neurohub.http.who import ADMIN, MANAGER
from neurohub.operations import master_data as verbs
from neurohub.storage.master import LIMITS
from neurohub.storage.master import page as page_of_limits

OnlyCurrent = Annotated[bool, QueryParameter(description="Only what is in force")]


@get("/", opt={"who": MANAGER})
async def list_limits(
    request: Asked,
    *,
    model: ModelFilter = None,
    current: OnlyCurrent = False,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Listed[LimitSetView]:
    """Versions, newest first."""
    filters = {"model": model, "current": current}
    after = number_after(cursor)
    return listed(await page_of_limits(parts_of(request).database, LIMITS, filters, limit, after))


@post("/", opt={"who": ADMIN})
async def set_limits(request: Asked, data: JSONBody[SetLimits]) -> Response[LimitSetView]:
    """Add a version; it judges every completion that arrives from now on."""
    answer = await verbs.set_limits(parts_of(request).database, request.user, data, idempotency_key(request))
    return created(answer)  # type: ignore[return-value]  # encoded inside the transaction


@get("/{version:int}", opt={"who": MANAGER})
async def read_limits(request: Asked, version: FromPath[int]) -> Response[LimitSetView]:
    return await master.one(request, LIMITS, {"version": version})


router: Final = Router("/limits", route_handlers=[list_limits, set_limits, read_limits], tags=["Master data"])
