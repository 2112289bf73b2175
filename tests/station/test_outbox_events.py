"""The outbox: numbers without a gap, signatures, one order for each unit, and what became of each event."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID

import apsw
import pytest

from neurohub.contract.commands import UndoStart, sign, station_key
from station.flow.effects import ReadHistory, Record
from station.link.opening import connect
from station.link.outbox import NOT_TEXT, Mark, Outbox, decode, unit_key
from support.floor import new_id
from support.linking import SECRET, complete, start, unit

KEY = station_key(SECRET)
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture
def outbox(tmp_path):
    with closing(Outbox(connect(str(tmp_path / "outbox.db")), KEY, lambda: NOW)) as one:
        yield one


def _commit(outbox, *events):
    return outbox.commit([Record(event=event) for event in events])


def test_events_are_numbered_without_a_gap_and_signed(outbox):
    saved = _commit(outbox, start(unit(1)), start(unit(2))) + _commit(outbox, start(unit(3)))
    assert [event.station_seq for event in saved] == [1, 2, 3]
    assert [event.mac for event in saved] == [sign(event, KEY) for event in saved]
    assert [decode(one.body) for one in outbox.waiting()] == saved


def test_numbers_go_on_after_a_restart(tmp_path):
    for expected in (1, 2, 3):
        with closing(Outbox(connect(str(tmp_path / "outbox.db")), KEY)) as outbox:
            assert _commit(outbox, start(unit(1)))[0].station_seq == expected


def test_an_event_keeps_the_moment_it_happened(outbox):
    then = NOW - timedelta(hours=1)
    with_time, without = _commit(outbox, start(unit(1), occurred_at=then), start(unit(2)))
    assert (with_time.occurred_at, without.occurred_at) == (then, NOW)


def test_an_event_recorded_twice_is_there_once(outbox):
    event = start(unit(1))
    first, again = _commit(outbox, event), _commit(outbox, event)
    assert first == again
    assert outbox.counts().depth == 1


def test_a_file_of_a_rig_counts_once(outbox):
    one = Record(event=complete(unit(1)), digest="d" * 64)
    other = Record(event=complete(unit(1)), digest="d" * 64)
    assert outbox.commit([one]) == outbox.commit([other])
    assert outbox.counts().depth == 1


def test_an_event_that_is_no_text_is_refused_and_its_neighbours_are_saved(outbox):
    half = start("\ud800")
    saved = _commit(outbox, start(unit(1)), half, start(unit(2)))
    assert saved[1] == NOT_TEXT
    assert [saved[0].station_seq, saved[2].station_seq] == [1, 2]


def test_both_codes_of_a_unit_and_its_undo_keep_one_order(outbox):
    first = start("wip-KR01PSA2511001-007 ")
    _commit(outbox, first, start("KR01PSA25110010007"), start(unit(8)))
    undo = UndoStart(event_id=UUID(new_id()), undo=first.event_id, operator="worker")
    _commit(outbox, undo)
    assert [one.seq for one in outbox.waiting(unit_key(unit(7)))] == [1, 2, 4]


def test_what_became_of_events_is_counted_and_kept(outbox):
    events = _commit(outbox, *(start(unit(number)) for number in range(1, 5)))
    outbox.mark([Mark(1, "accepted"), Mark(2, "refused", "UNIT_NOT_FOUND", "there is none")])
    assert outbox.counts() == (2, NOW.timestamp(), 1)
    rows = outbox.history(ReadHistory())
    assert [(row.event, row.state, row.code) for row in rows] == [
        (events[3], "waiting", ""),
        (events[2], "waiting", ""),
        (events[1], "refused", "UNIT_NOT_FOUND"),
        (events[0], "accepted", ""),
    ]


def test_a_refused_event_waits_again_when_somebody_says_so(outbox):
    (event,) = _commit(outbox, start(unit(1)))
    assert outbox.retry(event.event_id) is None
    outbox.mark([Mark(1, "refused", "UNIT_NOT_FOUND")])
    assert outbox.retry(event.event_id) == unit_key(unit(1))
    assert outbox.counts()[0::2] == (1, 0)


def test_a_settled_event_needs_nobody_and_stays_in_the_history(outbox):
    (event,) = _commit(outbox, start(unit(1)))
    outbox.mark([Mark(1, "refused", "UNIT_NOT_FOUND")])
    outbox.settle(event.event_id)
    assert outbox.counts() == (0, None, 0)
    assert [row.state for row in outbox.history(ReadHistory())] == ["refused"]
    assert outbox.history(ReadHistory(refused=True)) == ()


def test_a_waiting_event_can_be_taken_back_only_when_its_refusal_may_pass(outbox):
    first, second = _commit(outbox, start(unit(1)), start(unit(2)))
    outbox.mark([Mark(2, "waiting", "PREVIOUS_PROCESS_NOT_COMPLETED")])
    outbox.settle(first.event_id)
    outbox.settle(second.event_id)
    assert [one.seq for one in outbox.waiting()] == [1]


def test_what_the_service_accepted_is_accepted_though_it_was_taken_back_meanwhile(outbox):
    (event,) = _commit(outbox, start(unit(1)))
    outbox.mark([Mark(1, "waiting", "PREVIOUS_PROCESS_NOT_COMPLETED")])
    outbox.settle(event.event_id)
    outbox.mark([Mark(1, "refused", "PREVIOUS_PROCESS_NOT_COMPLETED")])
    assert outbox.counts().refused == 0
    outbox.mark([Mark(1, "accepted")])
    assert [row.state for row in outbox.history(ReadHistory())] == ["accepted"]


def test_the_history_is_read_by_day_unit_and_result(outbox):
    yesterday = NOW - timedelta(days=1)
    _commit(outbox, start(unit(1), occurred_at=yesterday), start(unit(1)), start(unit(2)))
    outbox.mark([Mark(3, "refused", "UNIT_NOT_FOUND")])

    def seqs(**asked):
        return [row.event.station_seq for row in outbox.history(ReadHistory(**asked))]

    assert seqs(day=NOW.astimezone().date()) == [3, 2]
    assert seqs(day=yesterday.astimezone().date()) == [1]
    assert seqs(unit="kr01psa25110010001") == [2, 1]
    assert seqs(refused=True) == [3]


def test_what_is_done_with_is_kept_for_90_days_and_the_rest_for_ever(tmp_path):
    clock = [NOW]
    with closing(Outbox(connect(str(tmp_path / "outbox.db")), KEY, lambda: clock[0])) as outbox:
        _commit(outbox, *(start(unit(number)) for number in range(1, 6)))
        outbox.mark([Mark(1, "accepted"), Mark(2, "refused", "X"), Mark(3, "accepted"), Mark(5, "accepted")])
        clock[0] = NOW + timedelta(days=89)
        assert outbox.prune() == 0
        clock[0] = NOW + timedelta(days=91)
        assert outbox.prune() == 2
        assert [row.event.station_seq for row in outbox.history(ReadHistory())] == [5, 4, 2]
        assert _commit(outbox, start(unit(9)))[0].station_seq == 6


def test_kept_values_are_there_after_a_restart(tmp_path):
    for expected in ({}, {"language": "en"}):
        with closing(Outbox(connect(str(tmp_path / "outbox.db")), KEY)) as outbox:
            assert outbox.kept() == expected
            outbox.keep("language", "ko")
            outbox.keep("language", "en")


def test_an_outbox_of_a_newer_program_is_left_alone(tmp_path):
    with closing(apsw.Connection(str(tmp_path / "outbox.db"))) as newer:
        newer.pragma("user_version", 99)
    with pytest.raises(RuntimeError, match="newer program"):
        connect(str(tmp_path / "outbox.db"))
