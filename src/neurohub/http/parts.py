"""The parts of a running worker that handlers need, put into the app's state by the composition root."""

from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.connection import ASGIConnection
from msgspec import Struct

from neurohub.auth.directory import Directory
from neurohub.cache.read_through import ReadThrough
from neurohub.firmware.images import Images
from neurohub.http.live import Live
from neurohub.operations.look_up import Reader
from neurohub.operations.record_events import Recorder
from neurohub.settings import Settings
from neurohub.storage.pool import Database
from neurohub.storage.replica import Reports

if TYPE_CHECKING:
    from neurohub.telemetry.tracing import Traces


class Parts(Struct, frozen=True):
    settings: Settings
    database: Database
    reports: Reports
    cache: ReadThrough
    recorder: Recorder
    reader: Reader
    directory: Directory
    images: Images
    live: Live
    traces: "Traces | None" = None  # where a collector is named


def parts_of(connection: Request[Any, Any, Any] | ASGIConnection[Any, Any, Any, Any]) -> Parts:
    """Return the parts of the worker that serves `connection`."""
    parts: Parts = connection.app.state["parts"]
    return parts
