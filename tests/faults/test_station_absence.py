"""Three days without the service, the clock moved and not waited for: nothing is lost, forgotten or given up."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

from station.flow.facts import Accepted, QueueSaid, Refused, Saved
from station.link.disk import BALLAST_BYTES
from station.link.opening import connect
from station.link.outbox import Outbox
from support.fake_service import faking
from support.linking import complete, linked, start, unit

HOURS = 72
UNITS_AN_HOUR = 2
EVENT_MAX_BYTES = 2000  # on the disk: three days of a scan every 20 s are 26 MB


class Hours:
    """A clock for the delivery, and the day for the outbox; `pass_one` moves both ahead."""

    def __init__(self):
        self.passed_s = 0.0
        self.began = datetime.now(UTC) - timedelta(hours=HOURS)

    def __call__(self):
        return time.monotonic() + self.passed_s

    def pass_one(self):
        self.passed_s += 3600

    def today(self):
        return self.began + timedelta(seconds=self.passed_s)

    def open(self, path, key):
        return Outbox(connect(str(path)), key, self.today), None


def test_three_days_of_scans_arrive_once_and_in_order_by_the_stations_own_secret(tmp_path):
    hours, events = Hours(), []
    with faking() as (fake, url), linked(tmp_path, url, clock=hours, opened=hours.open) as one:
        one.record(start(unit(100)))
        one.posted.wait(Accepted)
        fake.mood = lambda _: "noise"
        for hour in range(HOURS):
            for number in range(UNITS_AN_HOUR):
                first = start(unit(number + 1), process=hour % 8 + 1)
                events += [first, complete(first.unit, process=first.process)]
            one.record(*events[-2 * UNITS_AN_HOUR :])
            one.posted.wait(Saved, count=len(events) + 1)
            still_tries(fake)
            hours.pass_one()
        assert not one.posted.of(Refused)
        said = one.posted.wait(QueueSaid, count=len(one.posted.of(QueueSaid)))[-1]
        assert said.depth == len(events)
        assert abs(said.oldest_s - HOURS * 3600) < 3600
        assert (tmp_path / "ballast").stat().st_size == BALLAST_BYTES
        come_back(fake)
        accepted = one.posted.wait(Accepted, count=len(events) + 1)
    assert len(accepted) == len(fake.effects)
    assert order(fake.effects.values()) == order(
        [{"unit": event.unit, "event_id": str(event.event_id)} for event in events]
    ) | {unit(100): [str(accepted[0].event.event_id)]}
    with closing(connect(str(tmp_path / "outbox.db"))) as connection:
        size = connection.pragma("page_count") * connection.pragma("page_size")
    assert size < len(events) * EVENT_MAX_BYTES


def still_tries(fake):
    with fake.changed:
        count = len(fake.requests)
        assert fake.changed.wait_for(lambda: len(fake.requests) > count, 10)


def come_back(fake):
    """The service is there again. It knows none of the tokens of three days ago."""
    with fake.lock:
        before = len(fake.requests)
        fake.routes["/auth/refresh"] = (401, {}, b"{}")

        def mood(_):
            again = [path for _, path, _, _ in fake.requests[before:]]
            return "good" if "/auth/station" in again else "401"

        fake.mood = mood


def order(events):
    by_unit = {}
    for event in events:
        by_unit.setdefault(event["unit"], []).append(event["event_id"])
    return by_unit
