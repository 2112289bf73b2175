"""Watches a run from outside, once a second: connections and commits, CPU and memory by part.

Every few seconds also what the service exports: its page is merged from its workers, which costs CPU.
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

from bench.exported import Exported, fetch

EXPORTED_EVERY_S: Final = 5.0
CACHE_NAMES: Final = ("valkey-server", "redis-server")
_COUNTS: Final = """
select (select count(*) from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend'
          and application_name like 'neurohub%'),
       (select xact_commit from pg_stat_database where datname = current_database())
"""


class Second(Struct, frozen=True, kw_only=True):
    """One look. `cpu_s` is CPU seconds used by each part so far, `rss_bytes` the memory of each process or part.

    `exported` is None in the seconds in which the service was not asked.
    """

    at: float
    connections: int
    commits: int
    cpu_s: dict[str, float]
    rss_bytes: dict[str, int]
    exported: Exported | None = None


class Watch:
    """The connection and the processes that are looked at. Close it after the run."""

    def __init__(self, host: str, database_url: str, metrics_url: str) -> None:
        self._database = psycopg.connect(database_url, autocommit=True, application_name="bench watch")
        self._port = urlsplit(host).port or 80
        self._is_here = urlsplit(host).hostname in {"127.0.0.1", "localhost", "::1"}
        self._metrics_url = metrics_url
        self._asked_at = 0.0
        self._tops: list[psutil.Process] = []
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
        rss: dict[str, int] = defaultdict(int)
        for part, process in self._processes():
            with contextlib.suppress(psutil.Error):
                with process.oneshot():
                    times = process.cpu_times()
                    name, size = _memory_of(part, process)
                    rss[name] += size
                # What a process used stays counted when it has ended.
                self._spent[process.pid] = (part, times.user + times.system)
        cpu: dict[str, float] = defaultdict(float)
        for pid, (part, seconds) in self._spent.items():
            cpu[part] += seconds
            if part == "service":  # one by one: connections may gather on one worker
                cpu[f"{part} {pid}"] = seconds
        second = Second(
            at=time.time(),
            connections=connections,
            commits=commits,
            cpu_s=dict(cpu),
            rss_bytes=dict(rss),
            exported=self._exported(),
        )
        self.seconds.append(second)
        return second

    def ask_now(self) -> None:
        """Have the next look ask the service, whenever it was asked last: at the ends of a phase."""
        self._asked_at = 0.0

    def _exported(self) -> Exported | None:
        if time.monotonic() - self._asked_at < EXPORTED_EVERY_S:
            return None
        self._asked_at = time.monotonic()
        return fetch(self._metrics_url)

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
        """Return everything under the topmost `neurohub` process above the one that listens on the port.

        Listening ports of the machine are gone through only when that process is not known or gone: it is
        the dearest look of all.
        """
        if not any(top.is_running() for top in self._tops):
            listening = {
                c.pid
                for c in psutil.net_connections("tcp")
                if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == self._port and c.pid
            }
            self._tops = list({_top(psutil.Process(pid)) for pid in listening})
        return [process for top in self._tops for process in _family(top)]

    def _database_server(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.Error):
            backend = psutil.Process(self._database.info.backend_pid)
            server = backend.parent()
            if "postgres" in backend.name() and server is not None:
                return _family(server)
        return []


def _memory_of(part: str, process: psutil.Process) -> tuple[str, int]:
    """Return what a process's memory is counted under: the service's and the cache's one by one.

    Of the database's many processes it is the sum of what they do not share: its buffers would count in each.
    """
    memory = process.memory_info()
    if part == "PostgreSQL":
        return "PostgreSQL, not shared", memory.rss - getattr(memory, "shared", 0)
    return (part if part == "load generator" else f"{part} {process.pid}"), memory.rss


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
