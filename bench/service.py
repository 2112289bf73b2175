"""The service under load: one that is there already, or one that `--up` starts and ends by its pid.

Knows of the service what an operator knows: its command, its address, its data directory.
Who calls it: `load`.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
import platformdirs
from msgspec import Struct

from bench.api import Api, RefusedError
from bench.plan import Key

DEFAULT_METRICS: Final = f"http://127.0.0.1:{os.environ.get('METRICS_PORT', '9464')}/metrics"
DEFAULT_HOST: Final = "http://127.0.0.1:8000"
UP_TIMEOUT_S: Final = 180
DOWN_TIMEOUT_S: Final = 60


class Target(Struct, frozen=True, kw_only=True):
    """What a run needs to know of the service."""

    host: str
    database_url: str
    admin: Key
    metrics_url: str


class _Running(Struct, frozen=True):
    """What `up` leaves in its data directory."""

    database_url: str


def is_healthy(host: str) -> bool:
    """Return whether a service answers at `host` and can serve."""
    try:
        with Api(host) as api:
            api.call("GET", "/health", None, dict)
    except (OSError, RefusedError, msgspec.MsgspecError):
        return False
    return True


def existing(
    host: str | None, database_url: str | None, admin: Key | None, metrics_url: str | None
) -> Target:
    """Return the service at `host`; leaves the program with what to do when something is missing."""
    address = host or DEFAULT_HOST
    if not is_healthy(address):
        raise SystemExit(
            f"Nothing healthy answers at {address}: run `just up` first, pass --host, or pass --up"
        )
    folder = data_folder()
    url = database_url or os.environ.get("DATABASE_URL") or _kept_url(folder)
    if url is None:
        raise SystemExit(
            "The ledger needs the database: pass --database-url or set DATABASE_URL "
            f"(there is no run.json in {folder})"
        )
    return Target(
        host=address,
        database_url=url,
        admin=admin or _kept_admin(folder),
        metrics_url=metrics_url or DEFAULT_METRICS,
    )


@contextmanager
def started() -> Iterator[Target]:
    """Run a service of our own on a free port in a temporary data directory."""
    password = os.environ.get("NEUROHUB_DEMO_PASSWORD") or f"Load-{secrets.token_urlsafe(18)}"
    with tempfile.TemporaryDirectory(prefix="neurohub-load-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's own account has to reach its data
        host = f"http://127.0.0.1:{(port := _free_port())}"
        metrics_port = _free_port()
        own = {
            "NEUROHUB_DATA_DIR": str(folder / "data"),
            "NEUROHUB_DEMO_PASSWORD": password,
            "METRICS_PORT": str(metrics_port),
        }
        log = folder / "up.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "neurohub", "up", "--port", str(port)],
                env=os.environ | own,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C ends the run first, and then this
            )
        try:
            _wait_healthy(process, host, log)
            url = os.environ.get("DATABASE_URL") or _kept_url(folder / "data")
            if url is None:
                raise SystemExit("`up` runs, but left no run.json with its database")
            yield Target(
                host=host,
                database_url=url,
                admin=Key("admin", password),
                metrics_url=f"http://127.0.0.1:{metrics_port}/metrics",
            )
        finally:
            _end(process)


def data_folder() -> Path:
    """Return the data directory that `up` uses."""
    if given := os.environ.get("NEUROHUB_DATA_DIR"):
        return Path(given)
    if sys.platform != "win32" and os.geteuid() == 0:
        return Path("/var/lib/neurohub")
    return Path(platformdirs.user_data_dir("neurohub", appauthor=False))


def _kept_url(folder: Path) -> str | None:
    try:
        return msgspec.json.decode((folder / "run.json").read_bytes(), type=_Running).database_url
    except FileNotFoundError:
        return None


def _kept_admin(folder: Path) -> Key:
    """Return the demo admin: the password is in the environment, or kept by `up`."""
    password = os.environ.get("NEUROHUB_DEMO_PASSWORD")
    if password is None:
        try:
            password = (folder / "secrets" / "demo_password").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise SystemExit(
                "The admin's password is not known: set NEUROHUB_DEMO_PASSWORD, or NEUROHUB_DATA_DIR to the "
                "data directory of the service"
            ) from None
    return Key("admin", password)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_healthy(process: subprocess.Popen[bytes], host: str, log: Path) -> None:
    deadline = time.monotonic() + UP_TIMEOUT_S
    while not is_healthy(host):
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise SystemExit(f"`neurohub up` did not become healthy:\n{tail}")
        time.sleep(0.2)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(DOWN_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
