"""Counts stay exact through reloads under load and through workers that are killed, again and again."""

import re
import signal
import threading
import time

import httpx
import pytest

from support import databases, service
from support.floor import Floor, new_id
from support.watched import until

pytestmark = pytest.mark.long
WITHIN_S = 40
QUIET_S = 1.5  # a worker hands its counts on once a second
SCANNERS = 4


class Scanner(threading.Thread):
    """Starts unit after unit, each event until it is answered, and counts those that are in."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self.ended = threading.Event()
        self.accepted = 0
        self.again = 0

    def run(self) -> None:
        while not self.ended.is_set():
            floor = Floor(self._base)
            try:
                while not self.ended.is_set():
                    self._scan(floor)
            except (httpx.TransportError, AssertionError):
                self.again += 1  # the worker has gone: a new connection, signed in anew, and a new unit
            finally:
                floor.close()

    def _scan(self, floor: Floor) -> None:
        """Start a unit; an answer that was lost is asked for again, and is then a replay."""
        event = {"event_id": new_id(), "unit": floor.unit(), "process": 1, "operator": "worker"}
        for _ in range(20):
            try:
                answer = floor.post("/process/start", event, "ST-01")
            except httpx.TransportError:
                self.again += 1
                time.sleep(0.2)
            else:
                assert answer.status_code == 201, answer.text
                self.accepted += 1
                return
        raise AssertionError("no answer in twenty tries")


@pytest.fixture
def plant(servers_url):
    port = service.free_port()
    with (
        databases.copy(servers_url.database_url) as url,
        service.running(url, servers_url.redis_url, METRICS_PORT=str(port)) as base,
    ):
        yield base, port


def scanning(base: str, seconds: float, meanwhile) -> tuple[int, int]:
    """Let scanners work and do something meanwhile; return how many scans are in, and how many were repeated."""
    scanners = [Scanner(base) for _ in range(SCANNERS)]
    for scanner in scanners:
        scanner.start()
    time.sleep(seconds / 2)
    meanwhile()
    time.sleep(seconds / 2)
    for scanner in scanners:
        scanner.ended.set()
    for scanner in scanners:
        scanner.join(60)
    return sum(one.accepted for one in scanners), sum(one.again for one in scanners)


def told(port: int, pattern: str) -> float:
    page = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    return sum(float(value) for value in re.findall(rf"^{pattern} (\S+)$", page, re.MULTILINE))


def test_counts_are_exact_through_reloads_and_killed_workers(plant) -> None:
    base, port = plant
    counted = r'neurohub_events_total\{[^}]*outcome="accepted"[^}]*\}'
    scans = starts = 0
    for number in range(6):
        is_reload = number % 2 == 0

        def hang_up(is_reload=is_reload) -> None:
            if is_reload:
                service.parent_of(port).send_signal(signal.SIGHUP)

        done, _ = scanning(base, 4.0, hang_up)
        scans += done
        starts += 2 if is_reload else 0
        assert until(lambda n=scans: told(port, counted) == n, WITHIN_S), (number, told(port, counted), scans)
        if not is_reload:
            time.sleep(QUIET_S)
            for worker in service.workers_of(port):
                worker.kill()
            starts += 2
        expected = 2 + starts
        assert until(lambda n=expected: told(port, "neurohub_worker_starts_total") == n, WITHIN_S), number
        assert until(lambda: told(port, "neurohub_workers") == 2, WITHIN_S)
        assert told(port, counted) == scans  # what the ended ones had counted is still there
    assert scans > 100
