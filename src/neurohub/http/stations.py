"""Stations: list, add, read, change, deactivate. A secret is answered once, when it is made."""

from typing import Final

from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from neurohub.contract.master import AddStation, ChangeStation, StationView, StationWithSecret
from neurohub.http import master
from neurohub.http.answers import Asked, created, idempotency_key
from neurohub.http.master import LineFilter, checked
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed
from neurohub.http.parts import parts_of
from neurohub.http.who import ADMIN, MANAGER
from neurohub.operations import people as verbs
from neurohub.storage.master import STATIONS


@get("/", opt={"who": MANAGER})
async def list_stations(
    request: Asked, line: LineFilter = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Listed[StationView]:
    return await master.page(request, STATIONS, limit, cursor, line=line)


@post("/", opt={"who": ADMIN})
async def add_station(request: Asked, data: JSONBody[AddStation]) -> Response[StationWithSecret]:
    """Add a station; `secret` is in this answer and nowhere else."""
    parts = parts_of(request)
    key = idempotency_key(request)
    answer = await verbs.add_station(parts.database, parts.directory, request.user, data, key)
    return created(answer)  # type: ignore[return-value]  # encoded with the secret


@get("/{code:str}", opt={"who": MANAGER})
async def read_station(request: Asked, code: FromPath[str]) -> Response[StationView]:
    return await master.one(request, STATIONS, checked(STATIONS, {"code": code}))


@patch("/{code:str}", opt={"who": ADMIN})
async def change_station(
    request: Asked, code: FromPath[str], data: JSONBody[ChangeStation]
) -> StationWithSecret:
    """Change a station; `secret` is in the answer when it was rotated."""
    return await _change(request, code, data)


@delete("/{code:str}", opt={"who": ADMIN})
async def deactivate_station(request: Asked, code: FromPath[str]) -> None:
    """Deactivate a station and end its sign-ins."""
    await _change(request, code, ChangeStation(active=False))


async def _change(request: Asked, code: str, command: ChangeStation) -> StationWithSecret:
    parts = parts_of(request)
    checked(STATIONS, {"code": code})
    return await verbs.change_station(parts.database, parts.directory, request.user, code, command)


router: Final = Router(
    "/stations",
    route_handlers=[list_stations, add_station, read_station, change_station, deactivate_station],
    tags=["Master data"],
)
