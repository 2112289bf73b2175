"""Time at work: taking a start back, progress against the standard time, what was done today."""

from neurohub.contract.commands import UndoStart
from support.operator import Operator


def test_a_start_can_be_taken_back_for_ten_seconds():
    operator = Operator(5)
    start = operator.starts()
    operator.waits(9.75)
    undo = next(button for button in operator.screen.buttons if button.key == "undo")
    assert undo.left_s == 0.25
    (record,) = operator.scans("CMD-UNDO")
    assert isinstance(record.event, UndoStart)
    assert record.event.undo == start.event_id
    operator.hears_all_is_well(record.event)
    assert operator.screen.headline == "Start taken back"
    assert operator.screen.recent[0].cells[2] == "UNDO"


def test_a_start_cannot_be_taken_back_later():
    operator = Operator(5)
    operator.starts()
    operator.waits(10)
    assert "undo" not in operator.keys
    assert operator.scans("CMD-UNDO") == []
    assert operator.screen.headline == "Too late to undo"
    assert operator.state.job is not None


def test_progress_is_measured_by_the_standard_time():
    operator = Operator(5)
    operator.starts()
    operator.waits(90)
    assert (operator.screen.progress, operator.screen.elapsed) == (1.5, "1:30")
    operator.waits(7200)
    assert operator.screen.elapsed == "2:01:30"


def test_today_is_counted_and_the_last_ten_are_listed():
    operator = Operator(5)
    for n in range(12):
        operator.starts(f"WIP-KR01PSA2511001-{n + 1:03d}")
        operator.completes("rework" if n == 11 else "pass")
    assert [(count.word, count.value) for count in operator.screen.counts] == [
        ("PASS", "11"),
        ("FAIL", "0"),
        ("REWORK", "1"),
    ]
    assert len(operator.screen.recent) == 10
    assert operator.screen.recent[0].cells[1].endswith("012")
    operator.waits(86_400)
    assert operator.screen.recent == ()
