"""History, the list of refused events, and what can be done about one."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from neurohub.contract.commands import CompleteStep, DefectReport, StartStep, StepEvent, UndoStart
from neurohub.contract.enums import Result
from station.flow.effects import ReadHistory, Record, Retry, Settle
from station.flow.facts import HistoryRow, HistorySaid
from support.operator import NOW, OTHER, SERIAL, WIP, Operator

TODAY = date(2025, 11, 3)


def complete(n: int = 1, result: Result = Result.PASS, unit: str = WIP, **changes: object) -> CompleteStep:
    fields = {
        "unit": unit,
        "process": 5,
        "result": result,
        "process_data": {},
        "operator": "lee",
        "occurred_at": NOW,
    }
    return CompleteStep(event_id=UUID(f"019a0000-0000-7000-8000-{n:012d}"), **(fields | changes))


def row(event: StepEvent, state: str = "accepted", code: str = "", detail: str = "") -> HistoryRow:
    return HistoryRow(event=event, state=state, code=code, detail=detail)


def refused_list(*events: StepEvent, process: int = 5) -> Operator:
    operator = Operator(process)
    operator.presses("refused")
    operator.gets(HistorySaid(rows=tuple(row(event, "refused", "FORBIDDEN", "why") for event in events)))
    return operator


def test_todays_results_of_before_the_start_are_counted_once():
    operator = Operator(5, signed_in=False)
    assert ReadHistory(day=TODAY) in operator.effects
    start = StartStep(event_id=complete(9).event_id, unit=WIP, process=5, operator="lee", occurred_at=NOW)
    yesterday = complete(4, occurred_at=NOW - timedelta(days=1))
    said = HistorySaid(rows=(row(complete(1)), row(complete(2), "refused", "X"), row(start), row(yesterday)))
    operator.gets(said, said)
    assert [count.value for count in operator.screen.counts] == ["1", "0", "0"]
    assert len(operator.screen.recent) == 2


@pytest.mark.parametrize(("state", "is_open"), [("waiting", False), ("accepted", False), ("refused", True)])
@pytest.mark.parametrize("kind", ["complete", "undo"])
def test_a_kept_unit_whose_step_had_ended_before_the_power_went_is_not_open(kind, state, is_open):
    before = Operator(5)
    start = before.starts()
    kept = before.kept
    end = before.completes("pass") if kind == "complete" else before.presses("undo")[0].event
    again = Operator(5, kept=kept)
    assert again.state.job is not None
    again.gets(HistorySaid(rows=(row(start), row(end, state))))
    assert (again.state.job is not None) is is_open


def test_history_is_read_by_day_and_shown_by_result():
    operator = Operator(5)
    assert operator.presses("history") == [ReadHistory(day=TODAY)]
    assert operator.screen.sheet.note == "Reading"
    undo = UndoStart(event_id=complete(3).event_id, undo=complete(4).event_id, operator="lee")
    operator.gets(
        HistorySaid(
            rows=(
                row(complete(1)),
                row(complete(2, Result.FAIL), "refused", "FORBIDDEN"),
                row(undo, "waiting"),
            )
        )
    )
    assert [r.cells[3] for r in operator.screen.sheet.rows] == ["UNDO", "FAIL", "PASS"]
    assert operator.screen.sheet.rows[1].cells[4] == "Not allowed at this station"
    seen = []
    for _ in range(7):
        operator.presses("filter")
        seen.append([r.cells[3] for r in operator.screen.sheet.rows])
    assert seen == [["PASS"], ["FAIL"], [], [], ["FAIL"], ["UNDO"], ["UNDO", "FAIL", "PASS"]]
    assert operator.presses("prev-day") == [ReadHistory(day=TODAY - timedelta(days=1))]
    assert operator.presses("next-day", "next-day")[-1] == ReadHistory(day=TODAY)
    operator.gets(HistorySaid(rows=()))
    assert operator.screen.sheet.note == "Nothing on this day"


def test_a_unit_that_is_scanned_over_the_history_shows_its_own():
    operator = Operator(5)
    operator.presses("history")
    assert operator.scans(OTHER) == [ReadHistory(unit=OTHER)]
    assert "One unit" in operator.screen.sheet.title
    assert operator.state.job is None


def test_refused_events_are_listed_with_reasons_in_words():
    operator = Operator(5)
    assert operator.presses("refused") == [ReadHistory(refused=True)]
    operator.gets(HistorySaid(rows=()))
    assert operator.screen.sheet.note == "Nothing was refused"
    assert [button.key for button in operator.screen.sheet.buttons] == ["cancel"]
    operator = refused_list(complete(1), complete(2))
    assert [r.chosen for r in operator.screen.sheet.rows] == [True, False]
    assert operator.screen.sheet.rows[0].cells[4] == "Not allowed at this station"


def test_a_refused_event_is_chosen_by_press_key_or_scan_and_sent_again_or_settled():
    first, second, third = (complete(n) for n in (3, 2, 1))
    operator = refused_list(first, second, third)
    operator.scans("CMD-NEXT")
    assert operator.presses("retry") == [Retry(event_id=second.event_id)]
    assert len(operator.screen.sheet.rows) == 2
    operator.presses(f"row:{third.event_id}")
    assert operator.scans("CMD-SETTLE") == [Settle(event_id=third.event_id)]
    operator.presses("next")
    assert operator.presses("retry") == [Retry(event_id=first.event_id)]
    assert operator.screen.sheet.rows == ()
    operator.presses("next")
    assert operator.screen.headline == "Not possible now"


def test_a_line_that_is_not_there_is_not_chosen():
    operator = refused_list(complete(1))
    before = operator.state
    operator.presses("row:nonsense")
    assert operator.state == before
    operator.presses("cancel", "row:nonsense")
    assert operator.state.sheet is None


def test_refused_data_is_corrected_in_its_own_form_and_settles_the_old_event():
    start = complete(8).event_id
    data = {"assembly_time": 12.5, "cable_connection": "OK", "final_visual_check": "PASS", "unknown": 1}
    event = complete(1, process_data=data, start_event_id=start)
    operator = refused_list(event)
    operator.presses("correct")
    assert operator.state.job.entries == {
        "assembly_time": "12.5",
        "cable_connection": "OK",
        "final_visual_check": "PASS",
    }
    operator.types("assembly_time", "10")
    record, settled = operator.presses("pass")
    assert isinstance(record, Record)
    assert (record.event.start_event_id, record.event.process_data["assembly_time"]) == (start, 10.0)
    assert settled == Settle(event_id=event.event_id)


def test_lists_within_the_data_are_corrected_too():
    points = [
        {"test_point_id": "T38_P170", "temperature": 38, "displacement": 170, "measured_force": 1.5},
        "junk",
    ]
    operator = refused_list(complete(1, process=6, process_data={"test_results": points}), process=6)
    operator.presses("correct")
    assert operator.state.job.entries["T38_P170.measured_force"] == "1.5"
    flaws = {
        "visual_defects": [{"type": "dent", "severity": "minor", "note": "n"}],
        "packaging_complete": True,
    }
    operator = refused_list(complete(1, process=8, process_data=flaws, unit=SERIAL), process=8)
    operator.presses("correct")
    assert operator.state.job.entries == {
        "visual_defects.dent": "minor",
        "visual_defects.note": "n",
        "packaging_complete": "true",
    }


def test_only_a_completion_of_a_unit_can_be_corrected_and_only_with_nothing_open():
    start = StartStep(event_id=complete(1).event_id, unit=WIP, process=5, operator="lee", occurred_at=NOW)
    operator = refused_list(start)
    assert "correct" not in operator.keys
    operator.presses("correct")
    assert operator.state.job is None
    operator = Operator(5)
    operator.starts()
    operator.presses("refused")
    operator.gets(HistorySaid(rows=(row(complete(1), "refused", "FORBIDDEN"),)))
    operator.presses("correct")
    assert operator.screen.headline == "Finish the open unit first"
    operator = refused_list(complete(1, unit="NONSENSE"))
    operator.presses("correct")
    assert operator.state.job is None


def test_what_was_settled_and_what_a_newer_link_says_is_listed_too():
    operator = Operator(5)
    operator.presses("history")
    operator.gets(HistorySaid(rows=(row(complete(2), "settled"), row(complete(1), "frozen"))))
    assert [r.cells[4] for r in operator.screen.sheet.rows] == ["settled", "frozen"]


def test_a_rework_with_a_defect_is_listed_by_its_result():
    operator = Operator(5)
    operator.presses("history")
    operator.gets(
        HistorySaid(rows=(row(complete(1, Result.REWORK, defect=DefectReport(code="X")), "waiting"),))
    )
    assert operator.screen.sheet.rows[0].cells[3:] == ("REWORK", "to be sent")
