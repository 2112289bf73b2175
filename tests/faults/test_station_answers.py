"""Whatever the service or what stands before it answers, each scan is delivered, waiting or on the refused list."""

import random

import pytest

from station.flow.facts import Accepted, NotSaved, Refused, Saved
from station.link.outbox import Outbox
from support.fake_service import faking, good
from support.linking import complete, linked, start, unit

MOODS = [
    *("500", "502", "503", "504", "429", "408", "425", "401", "403", "404", "413", "400"),
    *("html", "html_404", "garbage", "noise", "redirect", "reply_lost", "truncated"),
]
EVENTS = 1000
UNITS = 100


def _work(chance):
    """Return 1,000 events of 100 units, the units mixed, the events of each in order."""
    numbers = [number for number in range(1, UNITS + 1) for _ in range(EVENTS // UNITS)]
    chance.shuffle(numbers)
    turn = dict.fromkeys(range(1, UNITS + 1), 0)
    events = []
    for number in numbers:
        process, is_start = turn[number] // 2 + 1, turn[number] % 2 == 0
        events.append((start if is_start else complete)(unit(number), process))
        turn[number] += 1
    return events


@pytest.mark.parametrize("seed", range(3))
def test_each_scan_is_delivered_or_waiting_or_refused(tmp_path, seed):
    chance = random.Random(seed)
    events = _work(chance)
    refused_for_ever = {str(event.event_id) for event in chance.sample(events, 50)}
    with faking() as (fake, url), linked(tmp_path, url) as station:
        fake.refusals = dict.fromkeys(refused_for_ever, "INVALID_PROCESS_DATA")
        answers = iter(["slow", "slow_reply", *(chance.choice([*MOODS, "good"]) for _ in range(120))])
        fake.mood = lambda _: next(answers, "good")
        station.record(*events)
        saved = station.posted.wait(Saved, count=EVENTS)
        station.posted.wait(Accepted, Refused, count=EVENTS, for_s=60)
        accepted = [str(fact.event.event_id) for fact in station.posted.of(Accepted)]
        refused = [str(fact.event.event_id) for fact in station.posted.of(Refused)]
        counts = station.keeper.ask(Outbox.counts)
    assert not station.posted.of(NotSaved)
    assert next(answers, None) is None, "not every answer was given"
    assert len(saved) == len(accepted) + counts.depth + counts.refused == EVENTS
    assert set(accepted) == set(fake.effects)
    assert len(accepted) == len(set(accepted))
    assert sorted(refused) == sorted(refused_for_ever)
    assert _orders(fake.effects.values()) == _orders(
        _plain(event) for event in events if str(event.event_id) in fake.effects
    )


def test_a_service_that_never_says_anything_useful_gets_no_event_off_the_queue(tmp_path):
    chance = random.Random(7)
    with faking() as (fake, url), linked(tmp_path, url) as station:
        fake.mood = lambda _: chance.choice(MOODS[:-2])
        station.record(*_work(chance)[:200])
        with fake.changed:
            assert fake.changed.wait_for(lambda: len(fake.requests) > 60, 30)
        counts = station.keeper.ask(Outbox.counts)
        assert (counts.depth, counts.refused) == (200, 0)
        assert not station.posted.of(Accepted, Refused)
        fake.mood = good
        station.posted.wait(Accepted, count=200)


def test_an_event_that_breaks_the_service_holds_up_nobody_else(tmp_path):
    poison = start(unit(1))
    others = [start(unit(number)) for number in range(2, 101)]
    with faking() as (fake, url), linked(tmp_path, url, delivering=False) as station:
        broken = fake.process
        fake.process = lambda path, body: (
            broken(path, body) if str(poison.event_id) not in str(body) else 1 / 0
        )
        station.record(poison, *others)
        station.posted.wait(Saved, count=100)
        station.delivery.start()
        accepted = station.posted.wait(Accepted, count=99)
        assert {fact.event.event_id for fact in accepted} == {event.event_id for event in others}
        assert station.keeper.ask(Outbox.counts).depth == 1
        fake.process = broken
        station.posted.wait(Accepted, count=100)
        station.delivery.close()


def _plain(event):
    return {"unit": event.unit, "event_id": str(event.event_id)}


def _orders(events):
    by_unit = {}
    for event in events:
        by_unit.setdefault(event["unit"], []).append(event["event_id"])
    return by_unit
