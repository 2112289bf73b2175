"""`neurohub up` as a person meets it: one command, a second one, Ctrl-C, a crash, and again."""

import json
import signal
import socket
import time
import urllib.request
from pathlib import Path

import psutil

from bench.api import Api
from support.command import is_alive, run, up, wait_until_ended


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


def test_demo_traffic_gives_the_dashboard_something_to_show(environment: dict[str, str]) -> None:
    with up(environment, "--demo-traffic", "--demo-pace", "10") as (process, said):
        assert "committed" not in "".join(said)
        password = next(line for line in said if "password" in line).split()[-1]
        with Api(f"http://127.0.0.1:{environment['API_PORT']}") as api:
            api.sign_in("manager", password)
            until = time.monotonic() + 20
            while time.monotonic() < until:
                stations = api.call("GET", "/api/v1/stations", None, dict)["items"]
                board = api.call("GET", "/api/v1/dashboard/summary", None, dict)
                if all(one["last_seen_at"] for one in stations) and board["completed"] > 5:
                    break
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert time.monotonic() < until


def test_a_taken_port_is_named_before_anything_is_made(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["API_PORT"]))):
        refused = run(environment, "up")
    assert refused.returncode == 1
    assert "set API_PORT to a free port" in refused.stderr
    assert not Path(environment["NEUROHUB_DATA_DIR"], "postgres").exists()


def test_people_and_stations_are_added_without_a_service(environment: dict[str, str]) -> None:
    assert run(environment, "seed").returncode == 0
    add = ("user", "add", "boss", "--role", "admin")
    weak = run(environment, *add, said="short\n")
    assert weak.returncode == 1
    assert "The password is refused" in weak.stderr
    password = "correct horse battery staple\n"
    added = run(environment, *add, said=password)
    assert (added.returncode, added.stdout) == (0, "Added admin boss.\n")
    nowhere = run(environment, "user", "add", "wk", "--role", "worker", said=password)
    assert "A worker needs a `line`" in nowhere.stderr
    station = run(environment, "station", "add", "ST-99", "--line", "KR01", "--process", "1")
    assert "Its secret, shown this once:" in station.stdout
    unknown = run(environment, "station", "add", "ST-98", "--line", "KR99", "--process", "1")
    assert "There is no line KR99" in unknown.stderr


def test_a_database_that_dies_ends_up_and_says_why(environment: dict[str, str]) -> None:
    data = Path(environment["NEUROHUB_DATA_DIR"], "postgres")
    with up(environment) as (process, _):
        psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0])).send_signal(signal.SIGQUIT)
        assert process.wait(60) == 1
        assert process.stderr is not None
        said = process.stderr.read()
    assert "PostgreSQL ended" in said
    assert "immediate shutdown" in said
    assert "Traceback" not in said


def test_a_lost_password_is_named_and_not_made_anew(environment: dict[str, str]) -> None:
    assert run(environment, "migrate").returncode == 0
    password = Path(environment["NEUROHUB_DATA_DIR"], "secrets", "database_password")
    kept = password.read_text()
    password.unlink()
    lost = run(environment, "migrate")
    assert (lost.returncode, password.exists()) == (1, False)
    assert f"{password}, is gone" in lost.stderr
    password.write_text("another one")
    wrong = run(environment, "migrate")
    assert wrong.returncode == 1
    assert "does not let us in" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    password.write_text(kept)
    assert run(environment, "migrate").returncode == 0
