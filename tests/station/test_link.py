"""The link as the program has it: briefing and clock by the pulse, names and passwords, what is kept on the disk."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from neurohub.contract.stations import DeviceState, HeartbeatView
from station.flow.effects import Keep, ReadHistory, Record, SignIn
from station.flow.facts import (
    Accepted,
    Briefed,
    Device,
    DeviceSaid,
    HistorySaid,
    Refused,
    Saved,
    ServerSaid,
    ServerState,
    SignInAnswered,
)
from station.link.link import Link, LinkConfig
from support.certificate import certified
from support.fake_service import faking
from support.linking import SECRET, Posted, start, unit
from support.seat import brief, told

DEAD = "http://127.0.0.1:9"
ME = {"user": {"username": "kim", "name": "Kim", "role": "worker", "locale": "ko"}, "line": "KR01"}


@contextmanager
def running(folder, server, **more):
    posted = Posted()
    link = Link(
        LinkConfig(
            server=server,
            station="ST-01",
            secret=SECRET,
            folder=folder,
            version="9",
            **({"pulse_every_s": 0.05} | more),
        ),
        posted,
    )
    link.start()
    try:
        yield link, posted
    finally:
        link.close()


@pytest.fixture
def service():
    with faking() as (fake, _):
        brief(fake)
        yield fake


def until_server(posted, state, detail=None):
    """Wait until the service is said to be in `state`; return what was said."""
    deadline_s = 10
    with posted._more:
        assert posted._more.wait_for(lambda: said(posted, state, detail), deadline_s), posted
        return said(posted, state, detail)[-1]


def said(posted, state, detail):
    return [
        fact
        for fact in posted
        if isinstance(fact, ServerSaid) and fact.state is state and detail in (None, fact.detail)
    ]


def beats(fake):
    return [body for _, path, _, body in fake.requests if path == "/stations/heartbeat"]


def test_a_pulse_says_how_the_station_is_and_learns_what_it_must_know(service, tmp_path):
    with running(tmp_path, service.url) as (link, posted):
        link.device_said(DeviceSaid(device=Device.SCANNER, state=DeviceState.OK))
        assert posted.wait(Briefed)[0].briefing == told(1)
        until_server(posted, ServerState.ONLINE)
        with service.changed:
            assert service.changed.wait_for(lambda: len(beats(service)) > 2, 10)
            beat = beats(service)[-1]
    assert (beat["version"], beat["queue_depth"], beat["scanner"]) == ("9", 0, "OK")


def test_the_first_heartbeat_waits_for_the_devices_and_a_change_is_told_at_once(service, tmp_path):
    with running(tmp_path, service.url, pulse_every_s=60) as (link, posted):
        posted.wait(Briefed)
        for device in (Device.SCANNER, Device.FOLDER, Device.GAUGE):
            link.device_said(DeviceSaid(device=device, state=DeviceState.OK))
        link.device_said(DeviceSaid(device=Device.PRINTER, state=DeviceState.PAPER_OUT))
        with service.changed:
            assert service.changed.wait_for(lambda: beats(service), 10)
        link.device_said(DeviceSaid(device=Device.PRINTER, state=DeviceState.OK))
        with service.changed:
            assert service.changed.wait_for(lambda: beats(service)[-1]["printer"] == "OK", 10)
        link.device_said(DeviceSaid(device=Device.PRINTER, state=DeviceState.OK))
    assert {beat["printer"] for beat in beats(service)} == {"PAPER_OUT", "OK"}
    assert all(beat["scanner"] == beat["folder"] == "OK" for beat in beats(service))


def test_a_briefing_that_is_known_is_not_sent_again(service, tmp_path):
    with running(tmp_path, service.url) as (_, posted):
        posted.wait(Briefed)
        with service.changed:
            count = len(beats(service))
            assert service.changed.wait_for(lambda: len(beats(service)) > count + 3, 10)
        assert len(posted.of(Briefed)) == 1
    with running(tmp_path, service.url) as (_, posted):
        posted.wait(Briefed)
        until_server(posted, ServerState.ONLINE)
    tags = [headers.get("If-None-Match") for _, path, headers, _ in service.requests if "briefing" in path]
    assert tags[0] is None
    assert set(tags[2:]) == {'"1"'}


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off_is_said(service, tmp_path, hours):
    view = HeartbeatView(server_time=datetime.now(UTC) - timedelta(hours=hours), newest_version="1")
    service.routes["/stations/heartbeat"] = (200, {}, msgspec.json.encode(view))
    with running(tmp_path, service.url) as (_, posted):
        with posted._more:
            assert posted._more.wait_for(lambda: any(ahead(fact) for fact in posted), 10)
        found = next(ahead(fact) for fact in posted if ahead(fact))
    assert abs(found - hours * 3600) < 60


def ahead(fact):
    return fact.clock_ahead_s if isinstance(fact, ServerSaid) else 0.0


def test_a_station_starts_without_the_service_with_all_it_knew(service, tmp_path):
    with running(tmp_path, service.url) as (link, posted):
        posted.wait(Briefed)
        link.keep(Keep(name="language", value="en"))
        link.record(Record(event=start(unit(1))))
        posted.wait(Accepted)
    with running(tmp_path, DEAD) as (link, posted):
        assert posted.wait(Briefed)[0].briefing == told(1)
        assert link.recall() == {"language": "en"}
        link.record(Record(event=start(unit(2))))
        posted.wait(Saved)
        link.read_history(ReadHistory())
        rows = posted.wait(HistorySaid)[0].rows
        assert [(row.event.unit, row.state) for row in rows] == [(unit(2), "waiting"), (unit(1), "accepted")]
        until_server(posted, ServerState.OFFLINE)


def test_a_briefing_kept_by_a_program_of_another_version_is_asked_for_anew(service, tmp_path):
    with running(tmp_path, service.url) as (link, posted):
        posted.wait(Briefed)
        link._keeper.ask(lambda outbox: outbox.keep("briefing", '{"of": "another version"}'))
    with running(tmp_path, service.url) as (_, posted):
        assert posted.wait(Briefed)[0].briefing == told(1)


@pytest.mark.parametrize(
    ("login", "me", "problem"),
    [
        ((200, {}), ME, ""),
        ((401, {"code": "BAD_CREDENTIALS"}), ME, "BAD_CREDENTIALS"),
        ((429, {}), ME, "TOO_MANY_REQUESTS"),
        ((503, {}), ME, "OFFLINE"),
        ((200, {}), {**ME, "line": "KR02"}, "FORBIDDEN"),
        ((200, {}), {**ME, "user": {**ME["user"], "role": "viewer"}}, "FORBIDDEN"),
    ],
)
def test_a_password_lets_in_who_may_work_here(service, tmp_path, login, me, problem):
    status, body = login
    if status != 200:
        service.routes["/auth/login"] = (status, {}, json.dumps({"status": status, **body}).encode())
    service.routes["/auth/me"] = (200, {}, json.dumps(me).encode())
    with running(tmp_path, service.url) as (link, posted):
        posted.wait(Briefed)
        link.sign_in(SignIn(username="kim", password="secret"))
        assert posted.wait(SignInAnswered)[0] == SignInAnswered(username="kim", problem=problem)
    ended = [path for _, path, _, _ in service.requests if path == "/auth/logout"]
    assert len(ended) == (status == 200)


def test_a_password_without_the_service_is_answered_at_once(tmp_path):
    with running(tmp_path, DEAD) as (link, posted):
        link.sign_in(SignIn(username="kim", password="secret"))
        assert posted.wait(SignInAnswered, for_s=5)[0].problem == "OFFLINE"


@pytest.mark.parametrize(
    ("mood", "detail"), [("html", "not_the_service"), ("500", "status 500"), ("noise", "RemoteProtocolError")]
)
def test_what_is_not_the_service_is_offline_and_costs_no_scan(service, tmp_path, mood, detail):
    service.mood = lambda _: mood
    with running(tmp_path, service.url) as (link, posted):
        link.record(Record(event=start(unit(1))))
        posted.wait(Saved)
        until_server(posted, ServerState.OFFLINE, detail)
        assert not posted.of(Accepted, Refused, Briefed)
        service.mood = lambda _: "good"
        posted.wait(Accepted, Briefed, count=2)
        until_server(posted, ServerState.ONLINE)


def test_a_service_with_a_wrong_certificate_gets_nothing_and_is_named(tmp_path):
    certificate, other = certified(tmp_path, "service"), certified(tmp_path, "plant")
    with faking(certificate) as (fake, url):
        brief(fake)
        with running(tmp_path / "wrong", url, certificate=other) as (link, posted):
            link.record(Record(event=start(unit(1))))
            posted.wait(Saved)
            until_server(posted, ServerState.OFFLINE, "certificate")
            assert fake.requests == []
        with running(tmp_path / "wrong", url, certificate=certificate) as (_, posted):
            posted.wait(Accepted)
