"""The embedded PostgreSQL: made once, started as our child, stopped fast and always.

Listens on a Unix socket in a short folder (on Windows: loopback with a free port), with a password. Not a
place for tuning production: that is `deploy/`. Who calls it: `neurohub up`, the tests.
"""

import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psutil
import psycopg
from msgspec import Struct
from psycopg import sql

from neurohub.embedded import account as accounts
from neurohub.embedded import binaries, child, home
from neurohub.embedded.account import Account
from neurohub.embedded.problem import EmbeddedError
from neurohub.embedded.sockets import socket_folder

USER: Final = "neurohub"
DATABASE: Final = "neurohub"
SOCKET_PORT: Final = 5432
START_TIMEOUT_S: Final = 60.0
STOP_TIMEOUT_S: Final = 30.0
DONE_MARK: Final = "NEUROHUB"
FAST: Final = signal.SIGINT if sys.platform != "win32" else signal.SIGTERM

# Durable, and right for 2..8 cores; given at every start, so that an old data directory gets new values.
SERVER_SETTINGS: Final = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "wal_buffers": "16MB",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_lock_waits": "on",
}


class Place(Struct, frozen=True):
    """Where one embedded PostgreSQL lives and who runs it."""

    data: Path
    sockets: Path
    log: Path
    programs: Path
    account: Account | None
    port: int

    def url(self, password: str, database: str = DATABASE) -> str:
        """Return the libpq URL of `database` for the superuser."""
        login = f"postgresql://{USER}:{quote(password, safe='')}@"
        if sys.platform == "win32":
            return f"{login}127.0.0.1:{self.port}/{database}"
        return f"{login}/{database}?host={quote(str(self.sockets), safe='')}&port={self.port}"


@contextmanager
def running(folder: Path, password: str | None = None, *, is_vital: bool = False) -> Iterator[str]:
    """Run PostgreSQL with all its files below `folder`; yield the URL of its superuser, stop it at the end.

    Without `password` one is made; then `folder` must be new. Should it end too soon, we end with it where it
    `is_vital`. Raises `EmbeddedError`.
    """
    password = password or secrets.token_urlsafe(24)
    place = prepare(folder, password)
    stop_stale(place.data)
    process = _start(place)
    try:
        _ensure_database(place, password)
        with child.watched(process, "PostgreSQL", place.log) if is_vital else nullcontext():
            yield place.url(password)
    finally:
        child.stop(process, FAST, STOP_TIMEOUT_S)


def prepare(folder: Path, password: str) -> Place:
    """Make the folders, the programs and, the first time, the database cluster."""
    folder.mkdir(parents=True, exist_ok=True)
    account = accounts.choose(home.existing(folder) / "postgres")
    files = home.choose(folder, account)
    accounts.let_pass(files, account)
    data, logs = files / "postgres", folder / "logs"
    programs = binaries.postgres(files / "programs", account)
    sockets = socket_folder(files)
    accounts.give(sockets, account)
    logs.mkdir(exist_ok=True)
    port = _free_port() if sys.platform == "win32" else SOCKET_PORT
    place = Place(data, sockets, logs / "postgres.log", programs, account, port)
    if not (data / DONE_MARK).exists():
        _initialise(place, password)
    return place


def exists(folder: Path) -> bool:
    """Tell whether a database cluster was made below `folder` before."""
    return (home.existing(folder) / "postgres" / DONE_MARK).exists()


def _initialise(place: Place, password: str) -> None:
    """Make the cluster beside its place and move it there when whole, so a broken one is never used."""
    if place.data.exists() and any(place.data.iterdir()):
        raise EmbeddedError(
            f"{place.data} holds something that `neurohub up` did not finish; "
            "move it away, or delete all local data with `neurohub reset`"
        )
    part = place.data.with_name("postgres.new")
    if part.exists():
        shutil.rmtree(part)
    accounts.give(part, place.account)
    _initdb(place, part, password)
    (part / DONE_MARK).write_text("made by neurohub up\n", encoding="utf-8")
    if place.data.exists():
        place.data.rmdir()
    part.rename(place.data)


def _initdb(place: Place, folder: Path, password: str) -> None:
    with tempfile.TemporaryDirectory(dir=place.sockets) as secret_folder:
        accounts.give(Path(secret_folder), place.account)
        secret = Path(secret_folder, "password")
        secret.touch(0o600)
        secret.write_text(password, encoding="utf-8")
        if place.account is not None:
            shutil.chown(secret, place.account.uid, place.account.gid)
        command: list[str | Path] = [
            *(place.programs / "initdb", "-D", folder, "-U", USER, f"--pwfile={secret}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            cwd="/" if sys.platform != "win32" else None,
            env=child.clean_environment(),
            check=False,
            **accounts.popen(place.account),
        )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise EmbeddedError(f"PostgreSQL's initdb failed in {folder}:\n{said}")


def _start(place: Place) -> subprocess.Popen[bytes]:
    settings = SERVER_SETTINGS | {
        "port": str(place.port),
        "listen_addresses": "127.0.0.1" if sys.platform == "win32" else "",
        "unix_socket_directories": "" if sys.platform == "win32" else str(place.sockets),
        "unix_socket_permissions": "0700",
    }
    given = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    command: list[str | Path] = [place.programs / f"postgres{binaries.SUFFIX}", "-D", place.data, *given]
    process = child.start(command, place.log, place.account, FAST)
    try:
        child.wait_ready(
            process, "PostgreSQL", lambda: _is_ready(place.data, process.pid), place.log, START_TIMEOUT_S
        )
    except BaseException:
        child.stop(process, FAST, STOP_TIMEOUT_S)
        raise
    return process


def _is_ready(data: Path, pid: int) -> bool:
    """Read what pg_ctl reads: line 1 of postmaster.pid is the process, line 8 its state."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, PermissionError):
        return False
    return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def stop_stale(data: Path) -> bool:
    """End a PostgreSQL of this directory whose parent was killed; tell whether there was one.

    The caller holds the lock of the data directory, so nobody else can be using it.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text(encoding="utf-8").splitlines()[0])
        process = psutil.Process(pid)
        is_ours = process.name().startswith("postgres") and str(data) in process.cmdline()
    except (FileNotFoundError, psutil.NoSuchProcess, ValueError, IndexError):
        return False  # no file, or nobody behind it: PostgreSQL itself replaces such a file
    if not is_ours:
        pid_file.unlink()  # the number was given to another program since
        return False
    with suppress(psutil.NoSuchProcess):
        process.send_signal(FAST)
        process.wait(STOP_TIMEOUT_S)
    return True


def _ensure_database(place: Place, password: str) -> None:
    try:
        with psycopg.connect(
            place.url(password, "postgres"), autocommit=True, connect_timeout=5
        ) as connection:
            found = connection.execute("select from pg_database where datname = %s", (DATABASE,)).fetchone()
            if found is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
    except psycopg.OperationalError as error:
        cause = " ".join(str(error).split())
        raise EmbeddedError(
            f"The database in {place.data} does not let us in ({cause}); its password is in `secrets` of the "
            "data directory: bring back the one that belongs to it, or begin anew with `neurohub reset`"
        ) from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
