"""Whose turn it is: scans first, units in order, what is stuck alone; and a refusal that may pass."""

from contextlib import closing

import pytest

from neurohub.contract.commands import BATCH_MAX_BYTES, station_key
from neurohub.contract.problems import Code
from station.flow.effects import Record
from station.flow.facts import Accepted, Refused
from station.link.answers import Again, hold_back
from station.link.opening import connect
from station.link.outbox import Outbox, decode, unit_key
from station.link.turns import MAY_PASS_S, PAUSE_MAX_S, SCANS_MAX, Turns, pause_s
from support.linking import complete, start, unit

LATER = 1e9


@pytest.fixture
def outbox(tmp_path):
    with closing(Outbox(connect(str(tmp_path / "outbox.db")), station_key("secret"))) as one:
        yield one


@pytest.fixture
def turns():
    return Turns(lambda: 1.0)


def _scan(outbox, turns, *events):
    outbox.commit([Record(event=event) for event in events])
    turns.scanned([unit_key(event.unit) for event in events])


def _seqs(claim):
    return [one.seq for one in claim.events]


def _accept(turns, outbox, claim, now=0.0):
    verdicts = [Accepted(event=decode(one.body), unit=None) for one in claim.events]
    assert turns.landed(outbox, claim.events, verdicts, now) == []


def _may_pass(turns, outbox, claim, now):
    refusal = Refused(event=decode(claim.events[0].body), code="X", detail="", facts={}, final=False)
    behind = [Again("behind")] * (len(claim.events) - 1)
    return turns.landed(outbox, claim.events, [Again("X", refusal), *behind], now)


def test_what_was_scanned_last_goes_first_with_all_that_waits_of_its_unit(outbox, turns):
    outbox.commit([Record(event=start(unit(1))), Record(event=start(unit(2)))])
    _scan(outbox, turns, complete(unit(1)))
    assert _seqs(turns.claim_scans(outbox)) == [1, 3]
    assert _seqs(turns.claim_rest(outbox, 500, 0.0)) == [2]


def test_a_unit_is_in_one_request_at_a_time(outbox, turns):
    _scan(outbox, turns, start(unit(1)))
    first = turns.claim_scans(outbox)
    _scan(outbox, turns, complete(unit(1)))
    assert not turns.claim_scans(outbox).events
    assert not turns.claim_rest(outbox, 500, 0.0).events
    _accept(turns, outbox, first)
    assert _seqs(turns.claim_scans(outbox)) == [2]


def test_more_scans_than_a_short_request_takes_go_with_the_rest(outbox, turns):
    _scan(outbox, turns, *(start(unit(number)) for number in range(1, SCANS_MAX + 6)))
    scans = turns.claim_scans(outbox)
    assert len(scans.events) == SCANS_MAX
    assert not turns.claim_scans(outbox).events
    assert _seqs(turns.claim_rest(outbox, 500, 0.0)) == [1, 2, 3, 4, 5]


def test_a_list_is_no_longer_than_a_body_may_be(outbox, turns):
    big = {"note": "x" * 60_000}
    outbox.commit([Record(event=complete(unit(number), data=big)) for number in range(1, 30)])
    claim = turns.claim_rest(outbox, 500, 0.0)
    assert len(claim.events) > 10
    assert sum(len(one.body) + 1 for one in claim.events) < BATCH_MAX_BYTES


def test_an_event_that_is_longer_than_any_body_goes_alone(outbox, turns):
    huge = complete(unit(1), data={"note": "x" * (BATCH_MAX_BYTES + 1)})
    outbox.commit([Record(event=huge), Record(event=start(unit(2)))])
    assert _seqs(turns.claim_rest(outbox, 500, 0.0)) == [1]


def test_what_is_stuck_waits_by_itself_goes_last_and_alone(outbox, turns):
    outbox.commit([Record(event=event) for event in (start(unit(1)), complete(unit(1)), start(unit(2)))])
    first = turns.claim_rest(outbox, 2, 0.0)
    assert _seqs(first) == [1, 2]
    turns.failed(first.events, 0.0, hold=True)
    assert _seqs(turns.claim_rest(outbox, 500, LATER)) == [3]
    assert turns.claim_rest(outbox, 500, 0.0) == ((), 0.5)
    assert _seqs(turns.claim_rest(outbox, 500, 0.5)) == [1]


def test_a_scan_tries_at_once_what_was_stuck(outbox, turns):
    outbox.commit([Record(event=start(unit(1)))])
    turns.failed(turns.claim_rest(outbox, 1, 0.0).events, 0.0, hold=True)
    _scan(outbox, turns, complete(unit(1)))
    assert _seqs(turns.claim_scans(outbox)) == [1, 2]


def test_pauses_double_up_to_half_a_minute_and_are_drawn_from_nothing_on():
    assert [pause_s(tries, lambda: 1.0) for tries in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert pause_s(1000, lambda: 1.0) == PAUSE_MAX_S
    assert pause_s(5, lambda: 0.0) == 0


def test_a_refusal_that_may_pass_is_told_at_once_and_is_final_after_ten_minutes(outbox, turns):
    outbox.commit([Record(event=start(unit(1))), Record(event=complete(unit(1)))])
    (told,) = _may_pass(turns, outbox, turns.claim_rest(outbox, 500, 0.0), 0.0)
    assert not told.final
    assert outbox.counts()[::2] == (2, 0)
    assert _may_pass(turns, outbox, turns.claim_rest(outbox, 500, 60.0), 60.0) == []
    (final,) = _may_pass(turns, outbox, turns.claim_rest(outbox, 500, MAY_PASS_S), MAY_PASS_S)
    assert final.final
    assert outbox.counts()[::2] == (1, 1)
    assert _seqs(turns.claim_rest(outbox, 500, MAY_PASS_S)) == [2]


def test_a_refusal_that_passed_starts_anew_the_next_time(outbox, turns):
    outbox.commit([Record(event=start(unit(1)))])
    _may_pass(turns, outbox, turns.claim_rest(outbox, 500, 0.0), 0.0)
    _accept(turns, outbox, turns.claim_rest(outbox, 500, 60.0))
    outbox.commit([Record(event=start(unit(1)))])
    (told,) = _may_pass(turns, outbox, turns.claim_rest(outbox, 500, LATER), LATER)
    assert not told.final


def test_a_refusal_behind_an_event_that_goes_again_means_nothing():
    refusal = Refused(event=start(unit(1)), code=Code.PROCESS_NOT_STARTED, detail="", facts={})
    again = Again("status 503")
    verdicts = hold_back(["a", "a", "b"], [again, refusal, refusal])
    assert isinstance(verdicts[1], Again)
    assert verdicts[2] is refusal
