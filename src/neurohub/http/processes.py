"""The eight processes and the route of each model. They are fixed: changed, never added or removed."""

from typing import Final

from litestar import Router, delete, get, patch
from litestar.params import FromPath, JSONBody

from neurohub.contract.master import ChangeProcess, ProcessView
from neurohub.http.answers import Asked
from neurohub.http.master import ModelFilter, checked
from neurohub.http.pages import Listed
from neurohub.http.parts import parts_of
from neurohub.http.who import ADMIN, MANAGER
from neurohub.operations import master_data as verbs
from neurohub.storage.master import PROCESSES


@get("/", opt={"who": MANAGER})
async def list_processes(request: Asked, model: ModelFilter = None) -> Listed[ProcessView]:
    """The processes as they stand, or with `model` the route of that model."""
    return Listed(await verbs.route(parts_of(request).database, model), None)


@get("/{process:int}", opt={"who": MANAGER})
async def read_process(request: Asked, process: FromPath[int], model: ModelFilter = None) -> ProcessView:
    checked(PROCESSES, {"process": process})
    found = await verbs.route(parts_of(request).database, model)
    return found[process - 1]


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
