"""Health: whether a load balancer may send requests here; and `live`: that this process answers at all."""

import asyncio
from typing import Any, Final

from litestar import Request, Response, get
from litestar.enums import MediaType

from neurohub import __version__
from neurohub.contract.problems import ProblemError
from neurohub.contract.views import Health
from neurohub.http.parts import parts_of

DATABASE_TIMEOUT_S: Final = 2.0


@get("/health", opt={"public": True}, tags=["Health"])
async def health(request: Request[Any, Any, Any]) -> Response[Health]:
    """200 when this instance can serve: its database answers. Redis is only reported."""
    parts = parts_of(request)
    probe = asyncio.ensure_future(parts.database.rows("select 1"))
    await asyncio.wait({probe}, timeout=DATABASE_TIMEOUT_S)
    database = _database_state(probe)
    redis = {None: "not configured", True: "ok", False: "unreachable"}[
        await parts.cache.shared.is_reachable()
    ]
    serving = database == "ok"
    view = Health(
        status="ok" if serving else "unavailable", database=database, redis=redis, version=__version__
    )
    headers = {} if serving else {"Retry-After": "1"}
    return Response(view, status_code=200 if serving else 503, headers=headers)


def _database_state(probe: asyncio.Future[Any]) -> str:
    if not probe.done():  # left to end by itself: cancelling would wait for the frozen server
        probe.add_done_callback(lambda done: done.exception())
        return "silent"
    return (
        "ok"
        if not isinstance(probe.exception(), ProblemError) and probe.exception() is None
        else "unreachable"
    )


@get("/health/live", opt={"public": True}, media_type=MediaType.JSON, tags=["Health"])
async def live() -> dict[str, str]:
    """No I/O: this process answers."""
    return {"status": "ok"}
