"""Redis in trouble: reads stay right on every worker, and stations notice nothing."""

import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from neurohub.embedded import valkey
from support import service
from support.floor import Floor, new_id


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory):
    """A Redis of these tests alone: they flush and stop it."""
    with valkey.running(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="module")
def redis_floor(database_url, own_redis):
    with service.running(database_url, own_redis) as base:
        floor = Floor(base)
        yield floor
        floor.close()


def _on_new_connections(floor, path, times=8):
    """Read `path` on `times` new connections at once: the kernel spreads them over both workers."""
    url, headers = f"{floor.client.base_url}{path.lstrip('/')}", floor.headers("manager")
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: _get(url, headers), range(times)))


def _get(url, headers):
    import httpx

    with httpx.Client(timeout=20) as client:
        return client.get(url, headers=headers).json()


def _lead_and_look(floor):
    """Lead one unit along; after each acknowledged write every worker must show it."""
    code = floor.unit()
    lot = code[4:18]
    for process in (1, 2):
        for write in (floor.start, floor.complete):
            answer = write(code, process)
            assert answer.is_success, answer.text
            assert all(seen == answer.json()["unit"] for seen in _on_new_connections(floor, f"/units/{code}"))
    unit = floor.post(f"/units/{code}/scrap", {"reason": "x"}).json()
    assert all(seen == unit for seen in _on_new_connections(floor, f"/units/{code}"))
    assert {seen["status"] for seen in _on_new_connections(floor, f"/lots/{lot}")} == {"COMPLETED"}
    closed = floor.post(f"/lots/{lot}/close", {}).json()
    assert all(seen == closed for seen in _on_new_connections(floor, f"/lots/{lot}"))


def test_every_worker_shows_acknowledged_writes_with_redis(redis_floor, own_redis):
    _lead_and_look(redis_floor)
    with redis.from_url(own_redis) as client:
        assert client.keys("nh:*") != []


def test_rubbish_under_our_keys_is_not_served(redis_floor, own_redis):
    code = redis_floor.unit(passed=1)
    lot = code[4:18]
    truth = _on_new_connections(redis_floor, f"/units/{code}")[0]
    with redis.from_url(own_redis) as client:
        for key in client.keys("nh:*"):
            client.set(key, b"rubbish \xff\x00")
        client.set(f"nh:lot:{lot}", b'1\n{"lot_number": "forged"}')
        client.delete("nh:board:all")
        client.rpush("nh:board:all", "a list where a string was")
        assert all(seen == truth for seen in _on_new_connections(redis_floor, f"/units/{code}"))
        assert {s["lot_number"] for s in _on_new_connections(redis_floor, f"/lots/{lot}")} == {lot}
        assert redis_floor.get("/dashboard/summary").status_code == 200
        client.flushall()
    _lead_and_look(redis_floor)


def test_value_copied_from_another_key_is_not_served(redis_floor, own_redis):
    one, two = redis_floor.lot(), redis_floor.lot()
    redis_floor.get(f"/lots/{one}")
    with redis.from_url(own_redis) as client:
        client.set(f"nh:lot:{two}", client.get(f"nh:lot:{one}"))
    assert {s["lot_number"] for s in _on_new_connections(redis_floor, f"/lots/{two}")} == {two}


def test_url_that_leads_nowhere_changes_nothing(database_url):
    nowhere = f"redis://127.0.0.1:{service.free_port()}/0"
    with service.running(database_url, nowhere) as base:
        floor = Floor(base)
        _lead_and_look(floor)
        health = floor.client.get(f"{base}/health").json()
        assert (health["database"], health["redis"]) != (health["redis"], health["database"])
        floor.close()


def test_no_redis_at_all_changes_nothing(database_url):
    with service.running(database_url, None) as base:
        floor = Floor(base)
        _lead_and_look(floor)
        floor.close()


def test_redis_that_hangs_then_dies_costs_no_scan(database_url, tmp_path):
    with valkey.running(tmp_path) as url, service.running(database_url, url) as base:
        floor = Floor(base)
        _lead_and_look(floor)
        pid = _pid_of(url)
        _signal(pid, signal.SIGSTOP)
        try:
            begun = time.monotonic()
            _lead_and_look(floor)
            hung_s = time.monotonic() - begun
        finally:
            _signal(pid, signal.SIGCONT)
        assert hung_s < 15
        _signal(pid, signal.SIGKILL)
        _lead_and_look(floor)
        assert floor.get("/dashboard/summary").status_code == 200
        assert floor.start(floor.unit(), 1, event_id=new_id()).status_code == 201
        floor.close()


def _pid_of(url):
    with redis.from_url(url) as client:
        return client.info("server")["process_id"]


def _signal(pid, number):
    subprocess.run(["kill", f"-{number.value}", str(pid)], check=True)
