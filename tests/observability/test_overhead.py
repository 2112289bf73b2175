"""What watching costs, side by side in turns: the worker's CPU for a request, and how long a scrape holds one up.

CPU time stands still where rates wander with the machine; waits are held against windows without a scrape.
"""

import socket
import statistics
import sys
import threading
import time
from itertools import repeat

import pytest

from bench import driver
from bench.driver import Fixed, Request
from support import databases, service
from support.floor import Floor

pytestmark = pytest.mark.long
ROUNDS = 7
SECONDS = 2.0
CONNECTIONS = 16
DEARER_MAX = 0.05  # a twentieth of a request's CPU: what the machine's own mood allows to be seen
HELD_UP_MAX_S = 0.005
SCRAPES = 120


class Served:
    """A service of one worker with a unit to look up."""

    def __init__(self, base: str, metrics: int) -> None:
        self.port, self.metrics = int(base.rpartition(":")[2]), metrics
        floor = Floor(base)
        head = f"GET /api/v1/units/{floor.unit()} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {floor.token('viewer')}"
        self.wire = f"{head}\r\n\r\n".encode()
        floor.close()
        (self.worker,) = service.workers_of(self.port)

    def cpu_us(self) -> float:
        """Return the worker's CPU for a request, over some seconds; who is watched is scraped meanwhile."""
        before = self.worker.cpu_times()
        work = [Fixed(repeat(Request(self.wire, "unit"))) for _ in range(CONNECTIONS)]
        samples = driver.run(driver.drive("127.0.0.1", self.port, work, duration_s=SECONDS))
        after = self.worker.cpu_times()
        used = after.user + after.system - before.user - before.system
        return used / len(samples.status) * 1e6

    def waits_s(self, count: int, *, scraped: bool) -> list[float]:
        """Return the longest of ten requests, one at a time, that begin with a scrape or without one."""
        longest = []
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            for _ in range(count):
                scrape = threading.Thread(target=self._scrape if scraped else lambda: None)
                scrape.start()
                longest.append(max(_answer_s(line) for _ in range(10)))
                scrape.join()
        return longest

    def _scrape(self) -> None:
        """Ask for the page by a bare socket: a client with more comfort would hold up the one that measures."""
        with socket.create_connection(("127.0.0.1", self.metrics)) as line:
            line.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            assert line.recv(65536).startswith(b"HTTP/1.0 200")
            while line.recv(65536):
                pass


def _answer_s(line: socket.socket) -> float:
    begun = time.perf_counter()
    line.sendall(b"GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n")
    assert line.recv(65536).startswith(b"HTTP/1.1 2")
    return time.perf_counter() - begun


@pytest.fixture(scope="module")
def sides(servers_url):
    """The same service twice: not watched, and watched."""
    port = service.free_port()
    with (
        databases.copy(servers_url.database_url) as one,
        databases.copy(servers_url.database_url) as other,
        service.running(one, servers_url.redis_url, workers=1) as bare,
        service.running(other, servers_url.redis_url, workers=1, METRICS_PORT=str(port)) as watched,
    ):
        yield Served(bare, 0), Served(watched, port)


def test_a_request_costs_hardly_more_when_it_is_watched(sides) -> None:
    bare, watched = sides
    rounds = [(bare.cpu_us(), watched.cpu_us()) for _ in range(ROUNDS)]
    ratios = [on / off for off, on in rounds]
    off, on = (min(side) for side in zip(*rounds, strict=True))
    sys.stdout.write(f"\nCPU of a request: {off:.1f} us bare, {on:.1f} us watched, ratios {sorted(ratios)}\n")
    assert min(on / off, statistics.median(ratios)) <= 1 + DEARER_MAX


def test_a_scrape_holds_no_request_up(sides) -> None:
    _, watched = sides
    without, beside = [], []
    for _ in range(6):
        without += watched.waits_s(SCRAPES // 6, scraped=False)
        beside += watched.waits_s(SCRAPES // 6, scraped=True)
    held_up = statistics.median(beside) - statistics.median(without)
    sys.stdout.write(f"\nthe longest of ten requests beside a scrape: {held_up * 1e3:+.2f} ms\n")
    assert held_up <= HELD_UP_MAX_S
