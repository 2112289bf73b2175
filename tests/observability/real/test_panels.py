"""Every panel shows data once the floor has worked a little: the real service, exporters and Prometheus."""

import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from observability import boards
from observability.board import panels
from observability.queries import CONNECTIONS
from support import databases, service, watched
from support.floor import Floor

pytestmark = pytest.mark.long
WITHIN_S = 90


@pytest.fixture(scope="module")
def plan(servers_url, tmp_path_factory):
    port = service.free_port()
    folder = tmp_path_factory.mktemp("watched")
    with (
        databases.copy(servers_url.database_url) as url,
        service.running(url, servers_url.redis_url, METRICS_PORT=str(port)) as base,
        watched.nginx(folder / "nginx", base) as (door, status),
        loaded(base, url, folder) as load,
        watched.prometheus(folder, f"127.0.0.1:{port}", servers_url, nginx_url=status, load=load) as plan,
    ):
        watched.back_up(plan)
        floor = Floor(door)
        watched.until(lambda: bool(watched.ask(plan, "neurohub_workers")), WITHIN_S)
        assert watched.until(lambda: not empty(plan, floor), WITHIN_S, 1.0), empty(plan, floor)
        yield plan
        floor.close()


@contextmanager
def loaded(base, url, folder):
    """A load run against the service beside the floor's own work; yield where it exports."""
    page = service.free_port()
    command = [sys.executable, "-m", "bench.load", "--scenario", "normal-hour", "--host", base]
    command += ["--database-url", url, "--admin", "admin", "--admin-password", databases.PASSWORD]
    command += ["--users", "10", "--tps", "20", "--duration", "120", "--warm-up", "5"]
    command += ["--export", str(page), "--results", str(folder / "results"), "--metrics", f"{base}/none"]
    process = subprocess.Popen(command)
    try:
        yield f"127.0.0.1:{page}"
        assert process.poll() is None, "the load run ended before it was seen"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def empty(plan, floor) -> list[str]:
    watched.work(floor)
    return [
        f"{board.uid}: {panel.title[0]}: {target.expr}"
        for board in boards.ALL
        for panel in panels(board)
        for target in panel.targets
        if not watched.ask(plan, target.expr)
    ]


def test_no_panel_is_empty(plan) -> None:
    assert len(boards.ALL) == 6


def test_the_recorded_series_are_there(plan) -> None:
    assert watched.ask(plan, "plant:http_errors:ratio_rate5m")[0]["values"][-1][1] == "0"


def test_the_connections_seen_are_those_of_the_plant(plan) -> None:
    (seen,) = watched.ask(plan, CONNECTIONS)
    assert 4 <= float(seen["values"][-1][1]) <= 50


def test_stations_units_and_labels_are_told(plan) -> None:
    """The floor is read every 15 s, so the last of them may come a reading later."""

    def told(metric: str, label: str) -> set[str]:
        return {one["metric"][label] for one in watched.ask(plan, metric)}

    stations = {"ST-01", "ST-02", "ST-03"}
    assert watched.until(lambda: told("neurohub_station_queue_depth", "station") == stations, WITHIN_S)
    assert told("neurohub_units", "process") >= {"2"}
    assert told("neurohub_print_jobs", "status") >= {"queued"}
