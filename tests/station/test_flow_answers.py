"""What becomes of an event: saved or not, accepted, refused at once or late; what the operator then sees."""

import pytest

from neurohub.contract.problems import Code
from station.flow.effects import ReadHistory, Settle
from station.flow.facts import Accepted, Refused, Saved, ServerSaid, ServerState
from support.operator import OTHER, SERIAL, WIP, Operator, unit


def test_without_the_server_the_path_is_the_same_and_says_so():
    operator = Operator(5)
    operator.gets(ServerSaid(state=ServerState.OFFLINE))
    start = operator.scans(WIP)[0].event
    operator.gets(Saved(event=start))
    assert "Start saved · waiting for the server" in operator.screen.detail
    done = operator.completes("pass")
    operator.gets(Saved(event=done))
    assert (operator.screen.headline, operator.screen.tone) == ("PASS saved · will be sent", "saved")
    assert operator.scans(OTHER)


def test_saved_is_said_once():
    operator = Operator(5)
    operator.starts()
    done = operator.completes("pass")
    before = operator.sounds.count("saved")
    operator.gets(Saved(event=done), Saved(event=done))
    assert operator.sounds.count("saved") == before + 1
    assert operator.screen.headline == "PASS saved"


@pytest.mark.parametrize("reason", ["disk_full", "disk_failed", "not_text", "something_new"])
def test_a_start_that_is_not_on_the_disk_is_taken_off_the_screen_loudly(reason):
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    operator.fails_to_save(start, reason)
    assert (operator.screen.headline, operator.screen.tone) == ("NOT SAVED! Do it again", "bad")
    assert operator.sounds[-1] == "bad"
    assert operator.state.job is None
    assert operator.scans(WIP), "the same scan counts again at once"


def test_a_completion_that_is_not_on_the_disk_leaves_the_unit_open():
    operator = Operator(2)
    operator.starts()
    operator.scans("SMA-1", "BUS-1")
    operator.fails_to_save(operator.completes("pass"))
    assert operator.state.job.entries == {"sma_spring_lot": "SMA-1", "busbar_lot": "BUS-1"}
    assert operator.screen.recent == ()
    assert operator.completes("pass")


def test_an_event_of_no_screen_that_is_not_saved_becomes_an_alarm():
    operator = Operator(5)
    operator.starts()
    done = operator.completes("pass")
    operator.starts(OTHER)
    operator.fails_to_save(done)
    assert operator.screen.banner.word == "NOT SAVED! Do it again"
    assert operator.state.job.unit == OTHER


def test_a_refused_start_says_where_the_unit_should_go():
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    operator.is_refused(
        start,
        Code.PREVIOUS_PROCESS_NOT_COMPLETED,
        due_process=3,
        due_stations=["ST-03", "ST-13"],
        unit={"status": "IN_PROGRESS", "open_process": None},
    )
    screen = operator.screen
    assert (screen.headline, screen.code, screen.tone) == ("An earlier process is due", WIP, "bad")
    assert screen.arrow == "3 Sensor test · ST-03 · ST-13"
    assert screen.detail == ("Send it where the arrow points",)
    operator.waits(600)
    assert operator.screen == screen or operator.screen.headline == screen.headline
    operator.scans("CMD-OK")
    assert operator.screen.tone == "idle"
    assert operator.scans(OTHER), "a scan acknowledges too"


def early(event):
    facts = {"due_process": 3, "due_stations": ["ST-03"]}
    return Refused(event=event, code=Code.PREVIOUS_PROCESS_NOT_COMPLETED, detail="", facts=facts, final=False)


def test_a_scan_that_comes_too_early_is_taken_back_and_sent_where_it_is_due():
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    assert operator.gets(Saved(event=start), early(start)) == [Settle(event_id=start.event_id)]
    assert operator.screen.arrow == "3 Sensor test · ST-03"
    assert operator.state.job is None


def test_work_that_went_on_is_not_taken_away_while_another_station_may_still_deliver():
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    operator.waits(900)
    assert operator.gets(early(start)) == []
    assert operator.screen.code == WIP
    done = operator.completes("pass")
    assert operator.gets(early(start), early(done)) == []
    assert operator.screen.banner is None
    assert operator.screen.tone == "saved"


def test_a_completion_refused_for_another_cause_closes_the_unit_here():
    operator = Operator(5)
    operator.starts()
    done = operator.completes("pass")
    operator.is_refused(done, Code.PROCESS_NOT_STARTED, due_process=5)
    assert operator.screen.headline == "The step is not open here"
    assert operator.state.job is None
    assert operator.screen.counts[0].value == "0"


def test_a_late_refusal_becomes_a_banner_that_stays_until_acknowledged():
    operator = Operator(5)
    operator.starts()
    first = operator.completes("pass")
    operator.starts(OTHER)
    second = operator.completes("pass")
    operator.starts("WIP-KR01PSA2511001-009")
    for event in (first, second):
        operator.is_refused(event, Code.UNIT_NOT_ACTIVE, unit={"status": "SCRAPPED"})
    assert operator.screen.tone == "work"
    assert operator.screen.banner.word == "The unit may not be worked on"
    assert WIP in operator.screen.banner.detail
    assert "1 more" in operator.screen.banner.detail
    assert operator.scans("CMD-OK") == [ReadHistory(refused=True)]
    assert operator.screen.sheet.key == "refused"
    assert operator.screen.banner is None, "one look at the list is an answer to all that led there"
    assert [row.icon for row in operator.screen.recent] == ["warn", "warn"]


def test_a_refusal_that_comes_while_the_list_is_open_is_read_at_once():
    operator = Operator(5)
    operator.starts()
    done = operator.completes("pass")
    operator.starts(OTHER)
    operator.presses("refused")
    refused = Refused(event=done, code=Code.FORBIDDEN, detail="", facts={})
    assert operator.gets(refused) == [ReadHistory(refused=True)]
    assert operator.screen.banner is None


def test_an_undo_that_is_refused_leaves_the_unit_open():
    operator = Operator(5)
    operator.starts()
    undo = operator.presses("undo")[0].event
    operator.is_refused(undo, Code.CONFLICT)
    assert operator.state.job.unit == WIP
    assert operator.screen.headline == "It contradicts what is there"
    assert operator.screen.code == WIP


def test_answers_to_other_events_change_nothing_on_the_screen():
    operator = Operator(5)
    other = Operator(5)
    other.waits(1)
    foreign = other.starts(OTHER)
    operator.starts()
    before = operator.screen
    operator.gets(Saved(event=foreign), Accepted(event=foreign, unit=unit(OTHER)))
    assert operator.screen == before


def test_attempts_are_shown_from_the_second_on():
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    operator.gets(Saved(event=start), Accepted(event=start, unit=unit(), attempt=3))
    assert "Attempt 3" in operator.screen.detail


def test_a_result_without_a_next_process_says_what_to_do_with_the_unit():
    operator = Operator(8)
    operator.starts(SERIAL)
    done = operator.completes("pass")
    operator.gets(Accepted(event=done, unit=unit(status="PASSED", due_process=None)))
    assert operator.screen.detail[0] == "The unit is finished. Send it to shipping"
    operator.starts("KR01PSA25110010009")
    done = operator.completes("error")
    operator.gets(Accepted(event=done, unit=unit(due_process=None)))
    assert operator.screen.detail == ("Scan the serial label",)
