"""Programs and databases of a comparison: each measurement gets a copy of a prepared database and a program of its own.

Ends only what it started, by its process. Who calls it: `compare` and its parts.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psutil
import psycopg
from msgspec import Struct
from psycopg import sql

ROOT: Final = Path(__file__).resolve().parents[2]
READY_TIMEOUT_S: Final = 120.0
STOP_TIMEOUT_S: Final = 60.0
POLL_S: Final = 0.1
PEERS_LOCK: Final = ROOT / "requirements-peers.txt"
PEERS_VENV: Final = ROOT / ".venv-peers"
PEER_LIBRARIES: Final = ("asyncpg", "fastapi", "pydantic", "sqlalchemy", "uvicorn", "uvloop")
DURABLE: Final = ("fsync", "synchronous_commit", "full_page_writes")


class Served(Struct, frozen=True):
    """A service that answers, and the topmost of its processes."""

    port: int
    pid: int

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Databases:
    """Databases on one PostgreSQL server, made from prepared ones and dropped after use."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._mark = f"compare_{secrets.token_hex(3)}"
        self._made: list[str] = []
        self._server = psycopg.connect(url, autocommit=True, application_name="bench compare")
        with suppress(psutil.Error):
            parent = psutil.Process(self._server.info.backend_pid).parent()
            self.postmaster = parent if parent and "postgres" in parent.name() else None

    def settings(self) -> dict[str, str]:
        """Return what of the server's settings decides; leaves the program when commits are not durable."""
        names = [*DURABLE, "server_version", "shared_buffers", "max_wal_size", "max_connections"]
        found = {name: str(self._server.execute(f"show {name}").fetchone()[0]) for name in names}  # type: ignore[index]
        if loose := [name for name in DURABLE if found[name] != "on"]:
            raise SystemExit(f"Set {', '.join(loose)} = on in PostgreSQL: only durable commits are compared")
        return found

    def url(self, name: str) -> str:
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{name}"))

    @contextmanager
    def fresh(self, template: str | None = None) -> Iterator[str]:
        """Lend the name of a new database: empty, or a copy of `template`; begins right after a checkpoint."""
        name = f"{self._mark}_{len(self._made)}"
        self._made.append(name)
        copy = sql.SQL("template {}").format(sql.Identifier(template)) if template else sql.SQL("")
        self._server.execute(sql.SQL("create database {} {}").format(sql.Identifier(name), copy))
        self._server.execute("checkpoint")
        try:
            yield name
        finally:
            self._server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def settle(self, name: str) -> None:
        """Leave a prepared database as it would be found after a night: cleaned and analysed."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute("vacuum (analyze)")

    def has_function(self, name: str) -> bool:
        found = self._server.execute("select to_regproc(%s) is not null", (name,)).fetchone()
        return bool(found and found[0])

    def connections(self, name: str) -> int:
        """Return how many client connections a database has now."""
        asked = "select count(*) from pg_stat_activity where datname = %s and backend_type = 'client backend'"
        found = self._server.execute(asked, (name,)).fetchone()
        return int(found[0]) if found else 0

    def close(self) -> None:
        self._server.close()


@contextmanager
def service(folder: Path, database_url: str, environment: dict[str, str], *, demo: bool) -> Iterator[Served]:
    """Run the service as a user does, with `neurohub up`, on an existing database."""
    port, metrics_port = free_port(), free_port()
    folder.mkdir(parents=True)
    own = {"DATABASE_URL": database_url, "NEUROHUB_DATA_DIR": str(folder), "METRICS_PORT": str(metrics_port)}
    command = [sys.executable, "-m", "neurohub", "up", "--port", str(port), "--demo" if demo else "--no-demo"]
    with _program(command, own | environment, folder / "up.log", port) as served:
        yield served


@contextmanager
def peer(folder: Path, database_url: str, workers: int) -> Iterator[Served]:
    """Run the FastAPI peer on a prepared database."""
    port = free_port()
    folder.mkdir(parents=True)
    own = {"DATABASE_URL": database_url, "SECRET_KEY": secrets.token_urlsafe(32)}
    command = [str(peers_python()), "-m", "uvicorn", "bench.peers.app:app", "--workers", str(workers)]
    command += ["--port", str(port), "--log-level", "warning", "--no-access-log"]
    with _program(command, own, folder / "peer.log", port) as served:
        yield served


def prepare_peer(database_url: str, plant: Path) -> None:
    """Fill an empty database with the peer's tables and `plant`."""
    own = {"DATABASE_URL": database_url, "SECRET_KEY": "-"}
    command = [str(peers_python()), "-m", "bench.peers.prepare", str(plant)]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | own)


def peers_python() -> Path:
    return PEERS_VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install_peers() -> None:
    """Make the peers' own environment from their lock, the first time and when the lock has changed."""
    stamp = PEERS_VENV / "made-for.txt"
    made_for = sys.version + PEERS_LOCK.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == made_for:
        return
    print(f"Installing {PEERS_LOCK.name} into {PEERS_VENV.name} ...", file=sys.stderr, flush=True)
    pip = [str(peers_python()), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(PEERS_VENV)], check=True)
        subprocess.run([*pip, "--require-hashes", "-r", str(PEERS_LOCK)], check=True)
    except subprocess.CalledProcessError:
        raise SystemExit(
            "The peer's packages could not be installed (what pip said is above). It needs a package index "
            "once; without one, leave the peer out: just bench-compare --only a,b,c"
        ) from None
    stamp.write_text(made_for, encoding="utf-8")


def peer_versions() -> dict[str, str]:
    """Return the versions of the peer's libraries by its lock."""
    pinned = (line.split()[0].partition("==") for line in PEERS_LOCK.read_text().splitlines() if "==" in line)
    return {name: version for name, _, version in pinned if name in PEER_LIBRARIES}


@contextmanager
def _program(command: Sequence[str], own: dict[str, str], log: Path, port: int) -> Iterator[Served]:
    """Run a server until the end of the block; leaves the program with its log when it does not answer."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | own, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_ready(process, port, log)
        yield Served(port, process.pid)
    finally:
        _stop(process)


def _wait_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
            return
        time.sleep(POLL_S)
    tail = log.read_text(encoding="utf-8", errors="replace")[-3000:]
    raise SystemExit(f"A server of the comparison did not come up; it said:\n{tail}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
