"""The server: Granian's workers, started from this process, and the merged metrics beside them.

Not the application: that is `neurohub.app`, made once in each worker. Who calls it: `neurohub up`, `serve`.
"""

import multiprocessing
import os
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Final

import psutil
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from msgspec import Struct

from neurohub.settings import Settings
from neurohub.telemetry import logs

# Of one worker. Well above what its lanes let wait: who comes too many is told so, not kept hanging.
CONNECTIONS_MAX: Final = 4096
WORKERS_KILL_TIMEOUT_S: Final = 20
METRICS_PREFIX: Final = "neurohub-metrics-"
METRICS_FOLDER_KEY: Final = "PROMETHEUS_MULTIPROC_DIR"
# glibc keeps freed blocks of the size it has seen freed: 19 MB of the first password, for ever (115 MB a worker
# instead of 95). With a threshold set it gives back what is larger; a sign-in then takes 26 ms, not 21.
MALLOC_KEY: Final = "MALLOC_MMAP_THRESHOLD_"
MALLOC_MMAP_BYTES: Final = 1024 * 1024
# What Granian says goes to the root logger, which says it in our form.
_LOGGED_AS_OURS: Final = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"handlers": [], "propagate": True}},
}


class PortError(Exception):
    """The address is taken or not ours; the text says what to do."""


class Address(Struct, frozen=True):
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def check_free(address: Address, key: str) -> None:
    """Refuse an address somebody listens on: Granian shares ports, so two services would mix unnoticed."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            raise PortError(
                f"{address} cannot be used ({error.strerror}); set {key} to a free port, or stop what uses it"
            ) from None


def check_ports(settings: Settings) -> None:
    """Refuse settings whose addresses are taken."""
    check_free(Address(settings.api_host, settings.api_port), "API_PORT")
    if settings.metrics_port:
        check_free(Address(settings.metrics_host, settings.metrics_port), "METRICS_PORT")


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. The workers read the settings from the environment, as this did."""
    check_ports(settings)
    logs.configure(settings.log_level, as_json=settings.log_json)
    os.environ.setdefault(MALLOC_KEY, str(MALLOC_MMAP_BYTES))  # read by a worker as it starts
    own_page = _free_port() if settings.metrics_port else 0
    with _metrics(settings, own_page), _tracker_ended():
        multiprocessing.set_start_method("spawn", force=True)  # workers inherit neither locks nor modules
        Granian(
            "neurohub.server:worker",
            factory=True,
            address=settings.api_host,
            port=settings.api_port,
            interface=Interfaces.ASGI,
            loop=Loops.auto,
            http=HTTPModes.http1,
            websockets=False,
            workers=settings.workers,
            runtime_threads=1,
            backlog=CONNECTIONS_MAX,
            backpressure=CONNECTIONS_MAX,
            respawn_failed_workers=True,
            workers_kill_timeout=WORKERS_KILL_TIMEOUT_S,
            log_level=LogLevels.warning,
            log_dictconfig=_LOGGED_AS_OURS,
            metrics_enabled=own_page != 0,
            metrics_port=own_page,
            metrics_scrape_interval=5,
        ).serve()


def worker() -> Any:
    """Return the application of one worker, which ends with its parent (even one killed by -9)."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True, name="follow parent").start()
    from neurohub.app import create  # noqa: PLC0415 (only a worker needs it: the parent stays small)

    return create()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _tracker_ended() -> Iterator[None]:
    """Leave no process behind: Python's own that looks after its children ends by itself, but only after us."""
    try:
        yield
    finally:
        if os.name != "nt":
            from multiprocessing import resource_tracker  # noqa: PLC0415 (Windows has none)

            resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]  # noqa: SLF001 (no public way)


@contextmanager
def _metrics(settings: Settings, granian_port: int) -> Iterator[None]:
    """Serve the merged numbers of all workers and Granian's own; merging in a worker would stall it for 100 ms."""
    if settings.metrics_port == 0:
        yield
        return
    _sweep_metrics()
    with tempfile.TemporaryDirectory(prefix=f"{METRICS_PREFIX}{os.getpid()}-") as folder:
        os.environ[METRICS_FOLDER_KEY] = folder
        # Imported only now: the library reads the folder when it is imported.
        from prometheus_client import CollectorRegistry, start_http_server  # noqa: PLC0415

        from neurohub.telemetry.granian_page import GranianCollector  # noqa: PLC0415
        from neurohub.telemetry.merged import MergedCollector  # noqa: PLC0415

        registry = CollectorRegistry()
        registry.register(MergedCollector(Path(folder)))
        registry.register(GranianCollector(granian_port))
        floor = _floor(settings)
        registry.register(floor)
        httpd, thread = start_http_server(settings.metrics_port, settings.metrics_host, registry)
        floor.begin()
        try:
            yield
        finally:
            floor.end()
            httpd.shutdown()
            httpd.server_close()
            thread.join()
            del os.environ[METRICS_FOLDER_KEY]


def _floor(settings: Settings) -> Any:
    """Return what tells of stations, units and labels; their numbers come from the database, not from workers."""
    from neurohub.storage.floor import read_floor  # noqa: PLC0415 (as above)
    from neurohub.telemetry.floor import FloorCollector  # noqa: PLC0415

    return FloorCollector(lambda: read_floor(settings.database_url))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _sweep_metrics() -> None:
    """Delete what servers that were killed have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{METRICS_PREFIX}*"):
        pid = folder.name.removeprefix(METRICS_PREFIX).partition("-")[0]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
