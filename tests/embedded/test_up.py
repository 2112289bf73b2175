"""`neurohub up` as a person meets it: one command, a second one, Ctrl-C, a crash, and again."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

START_TIMEOUT_S = 60


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


@pytest.fixture
def environment(open_folder: Path) -> dict[str, str]:
    api, metrics = free_ports()
    unset = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "NEUROHUB_DEMO_PASSWORD", "PROMETHEUS_MULTIPROC_DIR")
    kept = {key: value for key, value in os.environ.items() if key not in unset}
    own = {"NEUROHUB_DATA_DIR": str(open_folder / "data"), "API_PORT": str(api), "METRICS_PORT": str(metrics)}
    return kept | own | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "neurohub", *words]


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def up(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Start `up`, wait until it says that it answers, and never leave it behind."""
    process = subprocess.Popen(command("up"), env=environment, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(START_TIMEOUT_S, process.kill)
    watchdog.start()
    said: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        assert "Ctrl-C" in said[-1], "".join(said)
        watchdog.cancel()
        yield process, said
    finally:
        watchdog.cancel()
        process.send_signal(signal.SIGTERM)
        process.communicate()


def is_alive(process: psutil.Process) -> bool:
    """A zombie has ended; in a container nobody may come to bury it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_ended(processes: list[psutil.Process]) -> None:
    for process in processes:
        while is_alive(process):  # bounded by the time-out of the test
            with suppress(psutil.TimeoutExpired):
                process.wait(0.05)


def test_up_serves_until_ctrl_c_and_a_second_up_is_refused(environment: dict[str, str]) -> None:
    address = f"http://127.0.0.1:{environment['API_PORT']}"
    with up(environment) as (process, said):
        password = next(line for line in said if "password" in line).split()[-1]
        login = json.dumps({"username": "viewer", "password": password}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{address}/api/v1/auth/login", login, headers)  # noqa: S310 (ours)
        with urllib.request.urlopen(request) as answer:  # noqa: S310 (ours)
            assert json.load(answer)["user"]["role"] == "viewer"
        metrics = f"http://127.0.0.1:{environment['METRICS_PORT']}/metrics"
        with urllib.request.urlopen(metrics) as answer:
            assert b"neurohub_" in answer.read()
        second = run(environment, "up")
        assert second.returncode == 1
        assert f"already running from {environment['NEUROHUB_DATA_DIR']} (pid {process.pid})" in second.stderr
        assert "Traceback" not in second.stderr
        assert run(environment, "doctor").returncode == 0
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert [child for child in children if is_alive(child)] == []


def test_what_a_killed_up_leaves_is_no_obstacle_to_the_next(environment: dict[str, str]) -> None:
    with up(environment) as (process, _):
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        wait_until_ended(children)
    with up(environment):
        assert run(environment, "down").returncode == 0
    assert run(environment, "down").stdout == "No service is running.\n"


def test_a_taken_port_is_named_before_anything_is_made(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["API_PORT"]))):
        refused = run(environment, "up")
    assert refused.returncode == 1
    assert "set API_PORT to a free port" in refused.stderr
    assert not Path(environment["NEUROHUB_DATA_DIR"], "postgres").exists()


def test_people_and_stations_are_added_without_a_service(environment: dict[str, str]) -> None:
    assert run(environment, "seed").returncode == 0
    add = command("user", "add", "boss", "--role", "admin")
    weak = subprocess.run(add, env=environment, input="short\n", capture_output=True, text=True, check=False)
    assert weak.returncode == 1
    assert "The password is refused" in weak.stderr
    password = "correct horse battery staple\n"
    added = subprocess.run(add, env=environment, input=password, capture_output=True, text=True, check=False)
    assert (added.returncode, added.stdout) == (0, "Added admin boss.\n")
    station = run(environment, "station", "add", "ST-99", "--line", "KR01", "--process", "1")
    assert "Its secret, shown this once:" in station.stdout
    unknown = run(environment, "station", "add", "ST-98", "--line", "KR99", "--process", "1")
    assert "There is no line KR99" in unknown.stderr
