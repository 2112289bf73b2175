"""Scans: what starts, what counts once, and what is no barcode of this place."""

import pytest

from neurohub.contract.commands import StartStep
from station.flow.effects import Record
from station.flow.facts import Scanned, Source
from support.operator import NOW, OTHER, SERIAL, WIP, Operator, event_ids


def test_a_scan_starts_the_step_and_nothing_else():
    operator = Operator(3)
    (record,) = operator.scans(f" {WIP.lower()} ")
    assert isinstance(record, Record)
    event = record.event
    assert isinstance(event, StartStep)
    assert (event.unit, event.process, event.operator) == (WIP, 3, "lee")
    assert (event.occurred_at, event.equipment) == (NOW, "EQ-3")
    assert event.event_id.version == 7


def test_a_machine_is_named_only_where_it_can_be_no_other():
    assert not Operator(6).scans(WIP)[0].event.equipment
    assert not Operator(5).scans(WIP)[0].event.equipment


def test_ids_are_of_version_7_in_order_and_differ():
    operator = Operator(5)
    ids = []
    for _ in range(20):
        ids += event_ids([*operator.scans(WIP), *operator.presses("pass")])
        operator.waits(3)
    assert len(set(ids)) == len(ids) == 40
    assert [str(one)[:8] for one in ids] == sorted(str(one)[:8] for one in ids)


def test_a_scan_is_acknowledged_only_when_it_is_on_the_disk():
    operator = Operator(5)
    before = len(operator.sounds)
    start = operator.scans(WIP)[0].event
    assert len(operator.sounds) == before
    assert "Saving the start" in operator.screen.detail
    operator.hears_all_is_well(start)
    assert operator.sounds[before:] == ["saved"]
    assert "Started · confirmed by the server" in operator.screen.detail


def test_the_same_scan_within_two_seconds_counts_once():
    operator = Operator(5)
    operator.starts()
    for _ in range(4):
        operator.waits(1.5)
        assert operator.scans(WIP) == []
    assert operator.screen.tone == "work"


def test_a_clock_that_is_set_back_makes_no_scan_a_double():
    operator = Operator(5)
    operator.starts()
    operator.completes("error")
    operator.waits(-3600)
    assert operator.scans(WIP)
    operator.waits(-3600)
    assert "undo" not in operator.keys


def test_the_same_scan_later_says_that_the_unit_is_open():
    operator = Operator(5)
    operator.starts()
    operator.waits(2.5)
    assert operator.scans(WIP) == []
    assert operator.screen.headline == "This unit is already started"
    operator.presses("ok")
    assert operator.screen.headline != "This unit is already started"


def test_two_scans_in_20_ms_are_both_done_in_order():
    operator = Operator(5)
    first, second = operator.scans(WIP, "CMD-PASS")
    assert isinstance(first.event, StartStep)
    assert second.event.start_event_id == first.event.event_id


def test_another_unit_while_one_is_open_is_not_started():
    operator = Operator(5)
    operator.starts()
    assert operator.scans(OTHER) == []
    assert operator.screen.headline == "Another unit is open"
    assert operator.screen.code == WIP
    assert {"ok", "pass", "undo"} <= set(operator.keys)
    assert OTHER in operator.screen.detail[0]


@pytest.mark.parametrize(
    ("process", "text", "headline"),
    [
        (3, SERIAL, "Scan the WIP label"),
        (8, WIP, "Scan the serial label"),
        (3, "KR01PSA2511001", "This is a LOT label"),
        (3, "WIP-KR01PSA2511001-101", "Not a barcode of the plant"),
        (3, "WIP-KR01PSA2511001", "Not a barcode of the plant"),
        (3, "KR01PSA25110010", "Not a barcode of the plant"),
        (3, "4006381333931", "Not a barcode of the plant"),
        (3, "a b", "Not a barcode of the plant"),
        (3, "\x00\x1b[", "Not a barcode of the plant"),
        (3, "ㅈㅑㅔ", "Not a barcode of the plant"),
        (3, "x" * 10_000, "Not a barcode of the plant"),
        (3, "CMD-SELF-DESTRUCT", "Unknown command barcode"),
        (3, "CMD-", "Unknown command barcode"),
        (3, "CMD-PASS", "No unit is started"),
        (3, "DEF-SENSOR_TEMP_FAIL", "No unit is started"),
        (3, "CMD-RETRY", "Not possible now"),
        (3, "CMD-NEXT", "Not possible now"),
        (3, "CMD-PREV-DAY", "Not possible now"),
        (3, "CMD-FILTER", "Not possible now"),
        (3, "CMD-SETTLE", "Not possible now"),
        (3, "CMD-CORRECT", "Not possible now"),
        (3, "CMD-LABEL-YES", "Not possible now"),
        (3, "CMD-REPRINT", "No label to print again"),
        (3, "CMD-REASON-LOST", "No label to print again"),
    ],
)
def test_what_is_not_due_is_refused_and_leaves_no_trace(process, text, headline):
    operator = Operator(process)
    operator.waits(5)
    assert operator.scans(text) == []
    assert (operator.screen.headline, operator.screen.tone) == (headline, "bad")
    assert operator.sounds[-1] == "bad"
    (start,) = operator.scans(SERIAL if process == 8 else WIP)
    assert operator.screen.tone == "work"
    assert start.event.process == process


@pytest.mark.parametrize("text", ["CMD-PASS", "DEF-MARKING_UNREADABLE", "CMD-REPRINT", "CMD-REASON-LOST"])
def test_a_command_needs_somebody_signed_in(text):
    operator = Operator(1, signed_in=False)
    operator.scans(text)
    assert operator.screen.headline == "배지를 먼저 스캔하세요"


def test_an_unknown_command_is_refused_before_the_sign_in_too():
    operator = Operator(1, signed_in=False)
    operator.scans("CMD-XYZ")
    assert operator.screen.headline == "모르는 명령 바코드"


def test_an_empty_scan_is_none():
    operator = Operator(3)
    before = operator.state
    operator.scans("", "  ")
    assert operator.state == before


def test_a_doubtful_scan_counts_where_its_form_proves_it():
    operator = Operator(2)
    assert operator.gets(Scanned(text=WIP, source=Source.WEDGE, doubtful=True))
    operator.gets(Scanned(text="SMA-1", source=Source.WEDGE, doubtful=True))
    assert operator.screen.headline == "Scan again"
    assert operator.state.job.entries == {}


def test_either_code_starts_process_7_where_a_unit_may_come_back():
    assert Operator(7).scans(WIP)
    assert Operator(7).scans(SERIAL)


def test_a_scan_closes_what_lies_over_the_job():
    operator = Operator(5)
    operator.presses("help")
    assert operator.scans(WIP)
    assert operator.screen.sheet is None
