"""Stations that come back after hours without the service: all is delivered, in order, once, by whoever it was."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import psycopg
import pytest
from msgspec.structs import replace

from neurohub.contract.barcode import wip_id
from station.flow.facts import Accepted, Refused, Saved
from station.link.outbox import Outbox
from support.floor import good
from support.linking import complete, linked, start
from support.master import add, send, station, user

DEAD = "http://127.0.0.1:9"  # nobody listens there


class Row(NamedTuple):
    event_id: object
    seq: int
    unit: tuple
    flags: list


@pytest.fixture
def history(database_url):
    """The events of a station in the order in which the service committed them."""

    def read(code):
        with psycopg.connect(database_url, options="-c search_path=neurohub") as connection:
            rows = connection.execute(
                "select event_id, station_seq, (lot_id, sequence)::text, flags from history"
                " where station = %s order by id",
                (code,),
            )
            return [Row(*row) for row in rows]

    return read


def _shift(floor, units, **more):
    """Return start and completion at process 1 of new units: two events each, in order."""
    events = []
    for _ in range(units // 100):
        lot = floor.lot(100)
        for number in range(1, 101):
            code = wip_id(lot, number)
            first = start(code, **more)
            events += [first, complete(code, data=good(1, code), start_event_id=first.event_id, **more)]
    return events


def _deliver_all(floor, base, folder, events, for_s):
    """Record `events` without the service, start anew with it; return the station and how long delivery took."""
    pc = add(floor, "/stations", station(processes=[1]))
    who = {"station": pc["code"], "secret": pc["secret"]}
    with linked(folder, DEAD, **who) as offline:
        offline.record(*events)
        offline.posted.wait(Saved, count=len(events), for_s=60)
        assert not offline.posted.of(Accepted, Refused)
    began = datetime.now(UTC)
    with linked(folder, base, **who) as online:
        accepted = online.posted.wait(Accepted, count=len(events), for_s=for_s)
        took = datetime.now(UTC) - began
        assert online.keeper.ask(Outbox.counts)[0] == 0
        assert not online.posted.of(Refused)
    assert {fact.event.event_id for fact in accepted} == {event.event_id for event in events}
    return pc["code"], took.total_seconds()


def _check(rows, events):
    """Each event once, none else, and those of a unit in the order they happened."""
    assert len(rows) == len(events)
    assert {row.event_id for row in rows} == {event.event_id for event in events}
    assert sorted(row.seq for row in rows) == [*range(1, len(events) + 1)]
    last = {}
    for row in rows:
        assert last.get(row.unit, 0) < row.seq
        last[row.unit] = row.seq


def test_a_thousand_events_of_a_station_without_service_arrive_once_and_in_order(
    floor, base, tmp_path, history
):
    events = _shift(floor, 500)
    code, took_s = _deliver_all(floor, base, tmp_path, events, 60)
    _check(history(code), events)
    assert took_s <= 30


@pytest.mark.long
@pytest.mark.timeout(900)
def test_ten_thousand_events_of_a_station_without_service_arrive_within_a_minute(
    floor, base, tmp_path, history
):
    events = _shift(floor, 5000)
    code, took_s = _deliver_all(floor, base, tmp_path, events, 300)
    _check(history(code), events)
    print(f"delivered in {took_s:.1f} s")  # noqa: T201
    assert took_s <= 60


def test_events_of_three_days_are_delivered_though_their_operator_may_not_work_any_more(
    floor, base, tmp_path, history
):
    operator = add(floor, "/users", user())["username"]
    long_ago = datetime.now(UTC) - timedelta(hours=72)
    events = [replace(event, operator=operator) for event in _shift(floor, 100, occurred_at=long_ago)]
    send(floor, "DELETE", f"/users/{operator}")
    code, _ = _deliver_all(floor, base, tmp_path, events, 60)
    rows = history(code)
    _check(rows, events)
    assert all("operator_inactive" in row.flags for row in rows)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off_delays_nothing(floor, base, tmp_path, history, hours):
    """One that is ahead is flagged; one that is behind looks as if the station had been offline."""
    wrong = datetime.now(UTC) + timedelta(hours=hours)
    events = _shift(floor, 100, occurred_at=wrong)[:20]
    code, _ = _deliver_all(floor, base, tmp_path, events, 60)
    rows = history(code)
    _check(rows, events)
    assert all(("clock" in row.flags) is (hours > 0) for row in rows)


def test_a_scan_does_not_wait_behind_a_backlog(floor, base, tmp_path):
    pc = add(floor, "/stations", station(processes=[1]))
    who = {"station": pc["code"], "secret": pc["secret"]}
    backlog = _shift(floor, 500)
    scan = start(wip_id(floor.lot(1), 1))
    with linked(tmp_path, base, delivering=False, **who) as one:
        one.record(*backlog)
        one.posted.wait(Saved, count=len(backlog))
        one.delivery.start()
        one.posted.wait(Accepted)
        one.record(scan)
        accepted = [
            fact.event.event_id for fact in one.posted.wait(Accepted, count=len(backlog) + 1, for_s=60)
        ]
        one.delivery.close()
    assert accepted.index(scan.event_id) < len(backlog)
