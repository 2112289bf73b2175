"""Throw-away PostgreSQL and Redis for a test run: the embedded ones, or Debian's (`NEUROHUB_TEST_SERVERS`).

`embedded` (default) is what `neurohub up` uses; `debian` is PostgreSQL 15 and Redis 7, the customer's.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg

from neurohub.embedded import account as accounts
from neurohub.embedded import postgres, valkey

DEBIAN_PROGRAMS = Path("/usr/lib/postgresql/15/bin")


class Servers(NamedTuple):
    """URLs of a PostgreSQL superuser and of a Redis."""

    database_url: str
    redis_url: str


@contextmanager
def running() -> Iterator[Servers]:
    kind = os.environ.get("NEUROHUB_TEST_SERVERS", "embedded")
    start = {"embedded": _embedded, "debian": _debian}[kind]
    folder = Path(tempfile.mkdtemp(prefix="nh-test-", dir=None if sys.platform == "win32" else "/tmp"))  # noqa: S108
    try:
        with start(folder) as servers:
            yield servers
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _embedded(folder: Path) -> Iterator[Servers]:
    with postgres.running(folder) as database_url, valkey.running(folder) as redis_url:
        assert redis_url is not None
        yield Servers(database_url, redis_url)


@contextmanager
def _debian(folder: Path) -> Iterator[Servers]:
    account = accounts.choose(folder)
    options = {} if account is None else account.popen()
    accounts.give(folder, account)
    data = folder / "data"
    initdb = [DEBIAN_PROGRAMS / "initdb", "-D", data, "-U", "neurohub", "-A", "trust", "--locale=C.UTF-8"]
    subprocess.run(initdb, check=True, capture_output=True, cwd="/", **options)
    run_postgres = [DEBIAN_PROGRAMS / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="]
    socket = folder / "redis.sock"
    run_redis = ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no"]
    url = f"postgresql://neurohub@/postgres?host={folder}"
    with ExitStack() as stack:
        for command, stop_with in ((run_postgres, signal.SIGINT), (run_redis, signal.SIGTERM)):
            stack.enter_context(_child([*map(str, command)], stop_with, options))
        _wait(lambda: psycopg.connect(url).close())
        _wait(lambda: _exists(socket))
        yield Servers(url, f"unix://{socket}")


@contextmanager
def _child(command: list[str], stop_with: signal.Signals, options: dict) -> Iterator[None]:
    process = subprocess.Popen(
        command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
    )
    try:
        yield
    finally:
        process.send_signal(stop_with)
        process.wait(20)


def _exists(path: Path) -> None:
    if not path.exists():
        raise OSError(path)


def _wait(ready) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            return ready()
        except (psycopg.OperationalError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
