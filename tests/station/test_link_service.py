"""The service as a station sees it: signing in, going on, and everything that is not an answer."""

from contextlib import contextmanager

import pytest

from station.flow.facts import Accepted, Refused, ServerState
from station.link.service import Service, UnreachableError
from support.fake_service import faking
from support.linking import linked, start, unit


@contextmanager
def _asking(url, **more):
    states = []
    service = Service(url, "ST-01", "secret", lambda *said: states.append(said), timeout_s=0.3, **more)
    try:
        yield service, states
    finally:
        service.close()


def _paths(fake):
    return [path for _, path, _, _ in fake.requests]


def test_one_sign_in_serves_many_requests(tmp_path):
    with faking() as (fake, url), linked(tmp_path, url) as one:
        for number in range(1, 4):
            one.record(start(unit(number)))
            one.posted.wait(Accepted, count=number)
        assert _paths(fake) == ["/auth/station", *["/process/start"] * 3]
        assert one.states[-1] == (ServerState.ONLINE, "")


def test_a_token_that_counts_no_more_is_replaced_and_the_request_repeated():
    with faking() as (fake, url), _asking(url) as (service, _):
        fake.routes["/x"] = (401, {}, b"{}")
        assert service.request("GET", "/x").status == 401
        assert _paths(fake) == ["/auth/station", "/x", "/auth/station", "/x"]


def test_a_token_is_renewed_by_its_refresh_token_and_else_by_the_secret():
    with faking() as (fake, url), _asking(url) as (service, _):
        service.token()
        service.token(left_s=1e6)
        fake.routes["/auth/refresh"] = (401, {}, b"{}")
        service.token(left_s=1e6)
        assert _paths(fake) == ["/auth/station", "/auth/refresh", "/auth/refresh", "/auth/station"]


def test_a_wrong_secret_is_said_and_nothing_is_refused_for_it(tmp_path):
    with faking() as (fake, url), linked(tmp_path, url) as one:
        fake.routes["/auth/station"] = (401, {}, b"{}")
        one.record(start(unit(1)))
        with fake.changed:
            assert fake.changed.wait_for(lambda: len(fake.requests) > 3, 10)
        assert (ServerState.REFUSES, "BAD_CREDENTIALS") in one.states
        assert not one.posted.of(Accepted, Refused)
        del fake.routes["/auth/station"]
        one.posted.wait(Accepted)


@pytest.mark.parametrize(
    ("mood", "state"),
    [
        ("html", (ServerState.OFFLINE, "not_the_service")),
        ("redirect", (ServerState.OFFLINE, "not_the_service")),
        ("503", (ServerState.OFFLINE, "status 503")),
        ("html_502", (ServerState.OFFLINE, "status 502")),
    ],
)
def test_an_answer_that_is_none_comes_back_as_it_is_and_is_said(mood, state):
    with faking() as (fake, url), _asking(url) as (service, states):
        fake.mood = lambda _: mood
        answer = service.request("POST", "/process/start", b"{}")
        assert answer.status in (200, 302, 502, 503)
        assert states[-1] == state


@pytest.mark.parametrize("mood", ["noise", "reply_lost", "truncated", "slow"])
def test_no_answer_is_unreachable_and_may_have_arrived(mood):
    with faking() as (fake, url), _asking(url) as (service, states):
        fake.process = lambda *_: (200, {"a": "b" * 1000})
        fake.mood = lambda _: mood
        with pytest.raises(UnreachableError) as found:
            service.request("POST", "/process/start", b"{}")
        assert found.value.connected
        assert states[-1][0] is ServerState.OFFLINE


def test_a_service_that_is_not_there_is_unreachable():
    with _asking("http://127.0.0.1:9") as (service, states):
        with pytest.raises(UnreachableError) as found:
            service.request("GET", "/x")
        assert not found.value.connected
        assert states == [(ServerState.OFFLINE, "ConnectError")]


def test_a_token_goes_to_no_other_server():
    with faking() as (_, url), _asking(url) as (service, _):
        elsewhere = service.streaming("//example.org/firmware", {})
        with pytest.raises(UnreachableError), elsewhere:
            pass


def test_retry_sends_a_refused_event_again(tmp_path):
    event = start(unit(1))
    with faking() as (fake, url), linked(tmp_path, url) as one:
        fake.refusals[str(event.event_id)] = "UNIT_NOT_FOUND"
        one.record(event)
        refused = one.posted.wait(Refused)[0]
        assert (refused.code, refused.facts) == ("UNIT_NOT_FOUND", {"unit": unit(1)})
        fake.refusals.clear()
        one.keeper.tell(lambda outbox: one.delivery.retry(outbox, event.event_id))
        one.posted.wait(Accepted)
