"""The eight processes and the route of each model. They are fixed: changed, never added or removed."""

from typing import Final

import msgspec
from litestar import Response, Router, delete, get, patch
from litestar.params import FromPath, JSONBody

from neurohub.contract.master import ChangeProcess, ProcessView
from neurohub.http.answers import Asked, hashed, tagged
from neurohub.http.master import ModelFilter, checked
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed, listed, number_after
from neurohub.http.parts import parts_of
from neurohub.http.who import ADMIN, MANAGER
from neurohub.operations import master_data as verbs
from neurohub.storage.master import PROCESSES
from neurohub.storage.pages import Page

_encode: Final = msgspec.json.Encoder().encode


@get("/", opt={"who": MANAGER})
async def list_processes(
    request: Asked, model: ModelFilter = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Listed[ProcessView]:
    """The processes as they stand, or with `model` the route of that model."""
    after = number_after(cursor) or 0
    rest = [p for p in await verbs.route(parts_of(request).database, model) if p.process > after]
    shown = rest[:limit]
    return listed(Page(shown, shown[-1].process if len(rest) > limit else None))


@get("/{process:int}", opt={"who": MANAGER})
async def read_process(
    request: Asked, process: FromPath[int], model: ModelFilter = None
) -> Response[ProcessView]:
    checked(PROCESSES, {"process": process})
    found = await verbs.route(parts_of(request).database, model)
    return tagged(request, hashed(_encode(found[process - 1])))  # type: ignore[return-value]


@patch("/{process:int}", opt={"who": ADMIN})
async def change_process(
    request: Asked, process: FromPath[int], data: JSONBody[ChangeProcess]
) -> ProcessView:
    """Change a process, or with `model` its standard time and rework for that model."""
    checked(PROCESSES, {"process": process})
    return await verbs.change_process(parts_of(request).database, request.user, process, data)


@delete("/{process:int}/route/{model:str}", opt={"who": ADMIN})
async def reset_route(request: Asked, process: FromPath[int], model: FromPath[str]) -> None:
    """Let a model follow the process as it stands again."""
    checked(PROCESSES, {"process": process, "model": model})
    await verbs.reset_route(parts_of(request).database, request.user, process, model)


router: Final = Router(
    "/processes",
    route_handlers=[list_processes, read_process, change_process, reset_route],
    tags=["Master data"],
)
