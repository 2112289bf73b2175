"""The stream of the board over HTTP: what a browser gets, when, and when it ends."""

import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from support.databases import PASSWORD


@contextmanager
def stream(base, token, last="", **params):
    headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": last} if last else {})
    url = f"{base}/api/v1/dashboard/live"
    with httpx.stream("GET", url, headers=headers, params=params, timeout=30) as answer:
        yield answer


def events(answer):
    """Yield (event, id, data) of a stream as it comes."""
    found = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            found[name] = value
        elif found:
            yield found.get("event", "comment"), found.get("id"), found.get("data")
            found = {}


@pytest.fixture
def manager(base):
    answer = httpx.post(f"{base}/api/v1/auth/login", json={"username": "manager", "password": PASSWORD})
    return answer.json()


def test_scan_is_on_the_board_a_moment_later(base, floor, manager):
    with stream(base, manager["access_token"], line="KR01") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = events(answer)
        assert next(told)[0] == "summary"
        scanned_at = time.monotonic()
        floor.start(floor.unit(), 1)
        event, event_id, data = next(told)
    assert (event, bool(event_id)) == ("summary", True)
    assert '"processes":[' in data
    assert time.monotonic() - scanned_at < 5  # a second, on a machine that does nothing else


def test_who_comes_back_is_spared_what_was_seen(base, floor, manager):
    with stream(base, manager["access_token"], line="KR02") as answer:
        _, seen, _ = next(events(answer))
    with stream(base, manager["access_token"], last=seen, line="KR02") as answer:
        scan = threading.Timer(1.0, lambda: floor.lot(1, line="KR02"))
        scan.start()
        _, later, _ = next(events(answer))
        scan.join()
    assert later != seen


def test_stream_ends_with_the_sign_in(base, floor, manager):
    headers = {"Authorization": f"Bearer {manager['access_token']}"}
    with stream(base, manager["access_token"]) as answer:
        told = events(answer)
        next(told)
        assert httpx.post(f"{base}/api/v1/auth/logout", headers=headers).status_code == 204
        deadline = time.monotonic() + 12
        while time.monotonic() < deadline:
            floor.start(floor.unit(), 1)
            if next(told, None) is None:
                break
        else:
            pytest.fail("the stream went on")


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [("worker", {"line": "KR02"}, 403), ("manager", {"line": "kr"}, 400), ("manager", {"page": "2"}, 400)],
)
def test_stream_refuses_what_the_board_refuses(floor, who, query, status):
    assert floor.get("/dashboard/live", who, **query).status_code == status
