"""Health: what load balancers see. With the database away: `tests/faults/test_database_away.py`."""

import time

import httpx

from support import service


def test_health_says_what_it_stands_on(base):
    answer = httpx.get(f"{base}/health")
    assert answer.status_code == 200
    assert answer.json() | {"version": ""} == {"status": "ok", "database": "ok", "redis": "ok", "version": ""}


def test_live_answers_without_anything(base):
    answer = httpx.get(f"{base}/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_is_asked_with_head_too(base):
    answer = httpx.head(f"{base}/health")
    assert (answer.status_code, answer.content) == (200, b"")


def test_service_without_redis_is_healthy(database_url):
    with service.running(database_url, None, workers=1) as base:
        answer = httpx.get(f"{base}/health")
        assert (answer.status_code, answer.json()["redis"]) == (200, "not configured")


def test_redis_that_is_away_is_only_reported(database_url):
    with service.running(database_url, "redis://127.0.0.1:1/0", workers=1) as base:
        began = time.monotonic()
        answer = httpx.get(f"{base}/health")
        assert (answer.status_code, answer.json()["redis"]) == (200, "unreachable")
        assert time.monotonic() - began < 2
