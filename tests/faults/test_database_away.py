"""PostgreSQL stops under a running service: refusals that say so and when to come back, then work again."""

import os
import shutil
import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest

from neurohub.embedded import postgres
from support import databases, service
from support.floor import Floor, new_id
from support.problems import refused

PASSWORD = "of one test"
ANSWER_MAX_S = 8
HEALTH_MAX_S = 3.5
RECOVERY_MAX_S = 20


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="nh-away-", dir="/tmp"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def timed(send):
    began = time.monotonic()
    answer = send()
    return answer, time.monotonic() - began


def start_of(unit):
    return {"event_id": new_id(), "unit": unit, "process": 1, "operator": "worker"}


def check_away(floor, unit):
    """Assert that each kind of request is refused in time as one to repeat."""
    requests = [
        lambda: floor.post("/process/start", start_of(unit), "ST-01"),
        lambda: floor.post("/process/events", {"events": [start_of(unit) | {"kind": "start"}]}, "ST-01"),
        lambda: floor.get(f"/units/{unit}", "manager"),
        lambda: floor.get("/dashboard/summary", "manager"),
        lambda: floor.post("/lots", {"line": "KR01", "model": "PSA", "target_quantity": 1, "shift": "D"}),
        lambda: floor.client.post("/auth/login", json={"username": "worker", "password": databases.PASSWORD}),
    ]
    with ThreadPoolExecutor(len(requests)) as at_once:
        answered = list(at_once.map(timed, requests))
    for answer, seconds in answered:
        assert refused(answer) == (503, "DATABASE_UNAVAILABLE"), answer.text
        assert int(answer.headers["retry-after"]) >= 1
        assert seconds < ANSWER_MAX_S


def check_health_away(base):
    health, seconds = timed(lambda: httpx.get(f"{base}/health", timeout=10))
    assert (health.status_code, health.json()["status"]) == (503, "unavailable")
    assert health.headers["content-type"] == "application/json"
    assert seconds < HEALTH_MAX_S
    live, seconds = timed(lambda: httpx.get(f"{base}/health/live"))
    assert (live.status_code, seconds < 0.5) == (200, True)


def wait_for_recovery(floor, unit):
    """Wait until the service works again; until then it says that it does not."""
    began = time.monotonic()
    while True:
        answer = floor.get(f"/units/{unit}", "manager")
        if answer.status_code == 200:
            return
        assert answer.status_code == 503
        assert time.monotonic() - began < RECOVERY_MAX_S
        time.sleep(0.2)


@pytest.fixture
def signed_in():
    """Return a floor whose people have their tokens already: signing in needs the database."""
    made = []

    def sign_in(base):
        floor = Floor(base)
        made.append(floor)
        for who in ("ST-01", "manager"):
            floor.token(who)
        return floor

    yield sign_in
    for floor in made:
        floor.close()


def test_service_says_so_while_postgresql_is_away_and_recovers(folder, signed_in):
    with ExitStack() as serving:
        with postgres.running(folder, PASSWORD) as url:
            databases.make_template(url)
            database_url = databases.with_name(url, "neurohub_template")
            base = serving.enter_context(service.running(database_url, None, workers=1))
            floor = signed_in(base)
            unit = floor.unit()
        check_away(floor, unit)
        check_health_away(base)
        with postgres.running(folder, PASSWORD):
            wait_for_recovery(floor, unit)
            assert floor.post("/process/start", start_of(unit), "ST-01").status_code == 201
            assert httpx.get(f"{base}/health").status_code == 200


def test_service_says_so_while_postgresql_is_frozen_and_recovers(folder, signed_in):
    with postgres.running(folder, PASSWORD) as url:
        databases.make_template(url)
        database_url = databases.with_name(url, "neurohub_template")
        with service.running(database_url, None, workers=1) as base:
            floor = signed_in(base)
            unit = floor.unit()
            server = int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
            frozen = [server, *(child.pid for child in psutil.Process(server).children())]
            for pid in frozen:
                os.kill(pid, signal.SIGSTOP)
            try:
                check_health_away(base)
                answer, seconds = timed(lambda: floor.post("/process/start", start_of(unit), "ST-01"))
                assert refused(answer).status == 503
                assert seconds < ANSWER_MAX_S
            finally:
                for pid in frozen:
                    os.kill(pid, signal.SIGCONT)
            wait_for_recovery(floor, unit)
