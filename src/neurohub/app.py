"""The composition root: settings in, a running worker out. Everything is made and wired here, nowhere else."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Final

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.types import ASGIApp, ControllerRouterHandler

from neurohub import settings
from neurohub.auth.directory import Directory
from neurohub.cache.read_through import ReadThrough
from neurohub.cache.shared import SharedCache
from neurohub.coalesce.waiting import BATCH_MAX
from neurohub.contract.commands import EVENT_MAX_BYTES
from neurohub.firmware.images import Images
from neurohub.http import (
    alerts,
    auth,
    dashboard,
    dashboard_pages,
    defect_codes,
    docs,
    equipment,
    firmware,
    health,
    labels,
    limits,
    lines,
    lots,
    models,
    openapi,
    print_jobs,
    printers,
    process,
    processes,
    stations,
    units,
    users,
)
from neurohub.http.bodies import JsonRequest, check_parameters
from neurohub.http.edge import Edge
from neurohub.http.express import ExpressTable
from neurohub.http.live import Live
from neurohub.http.parts import Parts
from neurohub.http.problems import HANDLERS
from neurohub.http.who import signed_in
from neurohub.jobs import keep
from neurohub.operations.look_up import make_reader
from neurohub.operations.record_events import make_recorder
from neurohub.settings import Settings
from neurohub.storage.pool import Database
from neurohub.storage.replica import Reports
from neurohub.telemetry import gauges, logs

if TYPE_CHECKING:
    from neurohub.telemetry.tracing import Traces

API: Final[Sequence[ControllerRouterHandler]] = [
    auth.router,
    lots.router,
    units.router,
    units.finders,
    process.router,
    dashboard.router,
    alerts.router,
    lines.router,
    models.router,
    processes.router,
    limits.router,
    defect_codes.router,
    equipment.router,
    firmware.router,
    printers.router,
    labels.router,
    print_jobs.router,
    stations.router,
    users.router,
]
OPEN: Final[Sequence[ControllerRouterHandler]] = [
    health.health,
    health.live,
    docs.docs,
    docs.asset,
    docs.problems,
]


def create() -> ASGIApp:
    """Return the ASGI app of one worker, configured by the environment: what Granian calls."""
    configured = settings.read()
    logs.configure(configured.log_level, as_json=configured.log_json)
    app = build(configured)
    parts: Parts = app.state["parts"]
    edge = Edge(app, ExpressTable(app, parts.directory))
    return edge if parts.traces is None else parts.traces.around(edge)


def build(configured: Settings) -> Litestar:
    """Return the Litestar app for `configured`; connections open when it starts."""
    parts = make_parts(configured)
    return Litestar(
        route_handlers=[
            Router("/api/v1", route_handlers=API, before_request=check_parameters),
            *OPEN,
            *dashboard_pages.routes(dashboard_pages.read_built()),
        ],
        request_class=JsonRequest,
        middleware=[signed_in(parts.directory)],
        exception_handlers=HANDLERS,
        lifespan=[running],
        openapi_config=openapi.config(),
        request_max_body_size=EVENT_MAX_BYTES,
        state=State({"parts": parts}),
        logging_config=None,
    )


def make_parts(configured: Settings) -> Parts:
    """Make the parts of a worker, not yet connected."""
    database = Database(configured.database_url, configured.pool_size)
    traces = _traces(configured)
    return Parts(
        settings=configured,
        database=database,
        reports=Reports(database, configured.database_replica_url),
        cache=ReadThrough(SharedCache(configured.redis_url, configured.secret_key)),
        recorder=make_recorder(
            database,
            configured.database_url,
            configured.lanes,
            batch_max=BATCH_MAX if configured.coalesce else 1,
            tracing=traces,
        ),
        reader=make_reader(database, traces),
        directory=Directory(database, configured.secret_key),
        images=Images(configured),
        live=Live(),
        traces=traces,
    )


def _traces(configured: Settings) -> "Traces | None":
    """Return what traces, where a collector is named; elsewhere its library is not even imported."""
    if configured.otel_exporter_otlp_endpoint is None:
        return None
    from neurohub.telemetry.tracing import Traces  # noqa: PLC0415

    return Traces()


@contextlib.asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """Open what a worker needs, and close it in the reverse order."""
    parts: Parts = app.state["parts"]
    await parts.database.pool.open()
    await parts.reports.open()
    await parts.recorder.lanes.open()
    await parts.reader.open()
    chores = {
        asyncio.create_task(gauges.keep(parts.database.pool, parts.cache), name="gauges"),
        asyncio.create_task(keep.keep(parts.database), name="jobs"),
    }
    _settle_garbage()
    try:
        yield
    finally:
        for chore in chores:
            chore.cancel()
        await asyncio.wait(chores)
        await parts.recorder.lanes.close()
        await parts.reader.close()
        await parts.directory.close()
        await parts.cache.shared.close()
        await parts.reports.close()
        await parts.database.pool.close()
        if parts.traces is not None:
            await asyncio.to_thread(parts.traces.close)


def _settle_garbage() -> None:
    """Keep the collector from walking what lives as long as the worker: about 10 % of the CPU, half the p99."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
