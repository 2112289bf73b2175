"""PostgreSQL clusters that a test may kill, copy and promote, of the version that the run asks for.

Each has a closed folder with its data, its socket and its log. With `archive` its log goes there by `wal.sh`.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from msgspec import Struct

from neurohub.backup import replay
from neurohub.embedded import account as accounts
from neurohub.embedded import binaries
from support.servers import DEBIAN_PROGRAMS

READY_S = 30
LEAN = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_wal_size": "128MB",
    "min_wal_size": "32MB",
    "wal_level": "replica",
    "log_line_prefix": "%m [%p] ",
}


class Cluster(Struct, frozen=True):
    """A cluster in `folder`; it runs or it does not."""

    folder: Path
    programs: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://neurohub@/{database}?host={quote(str(self.folder), safe='')}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(database), autocommit=True)


@contextmanager
def place() -> Iterator[Path]:
    """Yield a folder that PostgreSQL's account may enter; it is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="nh-cluster-", dir="/tmp"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def programs(folder: Path) -> Path:
    if os.environ.get("NEUROHUB_TEST_SERVERS", "embedded") == "debian":
        return DEBIAN_PROGRAMS
    return binaries.postgres(folder / "programs", accounts.choose(folder))


def make(folder: Path, source: str | None = None, **more: str) -> Cluster:
    """Make a cluster: a new one, or a standby of the running one at `source`."""
    cluster = Cluster(folder, programs(folder.parent))
    account = accounts.choose(folder)
    accounts.give(folder, account)
    if source is None:
        command = ["initdb", "-D", cluster.data, "-U", "neurohub", "-A", "trust", "--locale=C", "-E", "UTF8"]
        command += ["--no-sync", "--data-checksums"]
    else:
        command = ["pg_basebackup", "-D", cluster.data, "-d", source, "-R", "-c", "fast", "--no-sync"]
    subprocess.run(
        [cluster.programs / command[0], *command[1:]],
        check=True,
        capture_output=True,
        cwd="/",
        **accounts.popen(account),
    )
    return cluster


def archiving(folder: Path, archive: Path) -> dict[str, str]:
    """Return the settings that send a cluster's log to `archive`."""
    script = folder / "wal.sh"
    shutil.copy(replay.SCRIPT, script)
    script.chmod(0o755)
    return {"archive_mode": "on", "archive_command": f'sh {script} put "%p" {archive}'}


@contextmanager
def running(
    cluster: Cluster, settings: dict[str, str] | None = None, *, own: bool = False
) -> Iterator[subprocess.Popen]:
    """Run the cluster until the block ends; one may kill it before. `own`: without our lean settings."""
    base = {"listen_addresses": ""} if own else LEAN
    given = base | {"unix_socket_directories": str(cluster.folder)} | (settings or {})
    words = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
    with cluster.log.open("ab") as log:
        process = subprocess.Popen(
            [cluster.programs / "postgres", "-D", cluster.data, *words],
            stdout=log,
            stderr=log,
            cwd="/",
            **accounts.popen(accounts.choose(cluster.folder)),
        )
    try:
        wait(process, cluster)
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        process.wait(60)


def wait(process: subprocess.Popen, cluster: Cluster) -> None:
    deadline = time.monotonic() + READY_S
    while True:
        try:
            return cluster.connect().close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(cluster.log.read_text()[-2000:]) from None
            time.sleep(0.02)


def kill(process: subprocess.Popen) -> None:
    """End a server and its children as a power cut does."""
    family = [process, *psutil.Process(process.pid).children()]
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    process.wait(30)
