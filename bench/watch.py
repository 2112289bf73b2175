"""Watches a run from outside, once a second: connections and commits of the database, CPU and memory by part.

Parts are found from the process that listens on the service's port and from the server process of our own
database connection; on another machine they stay empty. Who calls it: `load`.
"""

import contextlib
import time
from collections import defaultdict
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psutil
import psycopg
from msgspec import Struct

CACHE_NAMES: Final = ("valkey-server", "redis-server")
_COUNTS: Final = """
select (select count(*) from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend'
          and application_name like 'neurohub%'),
       (select xact_commit from pg_stat_database where datname = current_database())
"""


class Second(Struct, frozen=True, kw_only=True):
    """One look. `cpu_s` is CPU seconds used by each part so far, `rss_bytes` the memory of each process."""

    at: float
    connections: int
    commits: int
    cpu_s: dict[str, float]
    rss_bytes: dict[str, int]


class Watch:
    """The connection and the processes that are looked at. Close it after the run."""

    def __init__(self, host: str, database_url: str) -> None:
        self._database = psycopg.connect(database_url, autocommit=True, application_name="bench watch")
        self._port = urlsplit(host).port or 80
        self._is_here = urlsplit(host).hostname in {"127.0.0.1", "localhost", "::1"}
        self._spent: dict[int, tuple[str, float]] = {}
        self.seconds: list[Second] = []

    def close(self) -> None:
        self._database.close()

    def server_version(self) -> str:
        found = self._database.execute("select version()").fetchone()
        return str(found[0]) if found else "unknown"

    def look(self) -> Second:
        """Take and keep one second's numbers."""
        found = self._database.execute(_COUNTS).fetchone()
        connections, commits = found or (0, 0)
        rss: dict[str, int] = {}
        for part, process in self._processes():
            with contextlib.suppress(psutil.Error):
                with process.oneshot():
                    times = process.cpu_times()
                    rss[f"{part} {process.pid}"] = process.memory_info().rss
                # What a process used stays counted when it has ended.
                self._spent[process.pid] = (part, times.user + times.system)
        cpu: dict[str, float] = defaultdict(float)
        for pid, (part, seconds) in self._spent.items():
            cpu[part] += seconds
            if part == "service":  # one by one: connections may gather on one worker
                cpu[f"{part} {pid}"] = seconds
        second = Second(
            at=time.time(), connections=connections, commits=commits, cpu_s=dict(cpu), rss_bytes=rss
        )
        self.seconds.append(second)
        return second

    def _processes(self) -> list[tuple[str, psutil.Process]]:
        # The service first: `--up` makes it a child of ours, which does not make it the generator.
        found: dict[int, tuple[str, psutil.Process]] = {}
        if self._is_here:
            found = {p.pid: (_part_of(p), p) for p in self._service()}
            found |= {p.pid: ("PostgreSQL", p) for p in self._database_server()}
        for process in _family(psutil.Process()):
            found.setdefault(process.pid, ("load generator", process))
        return list(found.values())

    def _service(self) -> list[psutil.Process]:
        """Return everything under the topmost `neurohub` process above the one that listens on the port."""
        listening = {
            c.pid
            for c in psutil.net_connections("tcp")
            if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == self._port and c.pid
        }
        return [p for pid in listening for p in _family(_top(psutil.Process(pid)))]

    def _database_server(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.Error):
            backend = psutil.Process(self._database.info.backend_pid)
            server = backend.parent()
            if "postgres" in backend.name() and server is not None:
                return _family(server)
        return []


def _family(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return [process, *process.children(recursive=True)]
    return []


def _top(process: psutil.Process) -> psutil.Process:
    """Return the topmost ancestor that is our command (`neurohub` or `-m neurohub`), else the process."""
    top = process
    for parent in process.parents():
        with contextlib.suppress(psutil.Error):
            if any(Path(word).name == "neurohub" for word in parent.cmdline()[:4]):
                top = parent
    return top


def _part_of(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        name = process.name()
        if name.startswith("postgres"):
            return "PostgreSQL"
        if name in CACHE_NAMES:
            return "cache"
    return "service"
