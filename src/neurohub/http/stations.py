"""Stations: list, add, read, change, deactivate; and for stations themselves their heartbeat and briefing.

A secret is answered once, when it is made.
"""

from typing import Final

import msgspec
from litestar import Response, Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from neurohub import __version__
from neurohub.contract.stations import (
    AddStation,
    Briefing,
    ChangeStation,
    Heartbeat,
    HeartbeatView,
    StationView,
    StationWithSecret,
)
from neurohub.http import master
from neurohub.http.answers import Asked, created, hashed, idempotency_key, tagged
from neurohub.http.master import LineFilter, checked
from neurohub.http.pages import DEFAULT_LIMIT, Cursor, Limit, Listed
from neurohub.http.parts import parts_of
from neurohub.http.who import ADMIN, MANAGER, STATION
from neurohub.operations import people as verbs
from neurohub.operations.master_data import nothing
from neurohub.storage import stations
from neurohub.storage.master import STATIONS

_encode: Final = msgspec.json.Encoder().encode


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


@post("/heartbeat", opt={"who": STATION}, status_code=200)
async def heartbeat(request: Asked, data: JSONBody[Heartbeat]) -> HeartbeatView:
    """Say how the calling station is, every 30 s; after 2 minutes without, it counts as silent."""
    station = request.user.station or ""
    at = await stations.keep_beat(parts_of(request).database, station, data)
    return HeartbeatView(server_time=at, newest_version=__version__)


@get("/briefing", opt={"who": STATION})
async def briefing(request: Asked) -> Response[Briefing]:
    """All that the calling station must know to work on its own; ask with the ETag, as often as you like."""
    station = request.user.station or ""
    found = await stations.briefing(parts_of(request).database, station, __version__)
    if found is None:
        raise nothing(STATIONS, {"code": station})
    return tagged(request, hashed(_encode(found)))  # type: ignore[return-value]  # encoded for the tag


async def _change(request: Asked, code: str, command: ChangeStation) -> StationWithSecret:
    parts = parts_of(request)
    checked(STATIONS, {"code": code})
    return await verbs.change_station(parts.database, parts.directory, request.user, code, command)


router: Final = Router(
    "/stations",
    route_handlers=[
        *(list_stations, add_station, read_station, change_station, deactivate_station),
        *(heartbeat, briefing),
    ],
    tags=["Master data"],
)
