"""Refusals in words the floor can act on: why, what to do, where to go, and which field is wrong."""

import pytest

from neurohub.contract.problems import Code
from station.flow.effects import Record, Settle
from station.flow.facts import Refused
from station.flow.refusal import words
from support.operator import WIP, Operator


def test_a_refusal_without_stations_takes_them_from_the_briefing():
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    operator.is_refused(start, Code.PROCESS_ALREADY_PASSED, due_process=6)
    assert operator.screen.arrow == "6 Performance test · ST-06"


@pytest.mark.parametrize("status", ["DEFECTED", "SCRAPPED", "PASSED"])
def test_a_unit_that_may_not_be_worked_on_is_sent_to_its_place(status):
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    operator.is_refused(start, Code.UNIT_NOT_ACTIVE, unit={"status": status})
    assert operator.screen.arrow
    assert operator.screen.detail


def test_a_unit_that_is_open_elsewhere_names_the_station():
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    operator.is_refused(start, Code.ALREADY_STARTED, open_station="ST-15", unit={"open_process": 5})
    assert operator.screen.arrow == "ST-15"
    assert operator.screen.detail == ("It is open at ST-15. Finish it there",)


def test_a_step_that_is_open_at_this_station_is_gone_on_with():
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    refused = Refused(
        event=start,
        code=Code.ALREADY_STARTED,
        detail="",
        facts={"open_station": "ST-05", "unit": {"open_process": 5}},
    )
    assert operator.gets(refused) == [Settle(event_id=start.event_id)]
    assert operator.screen.headline == "Go on with this unit"
    assert "undo" not in operator.keys
    assert not operator.completes("pass").start_event_id


@pytest.mark.parametrize("code", Code)
def test_every_refusal_has_words_and_something_to_do(code):
    operator = Operator(5)
    operator.scans("BADGE-KIM")
    start = operator.scans(WIP)[0].event
    operator.is_refused(start, code)
    assert operator.screen.headline not in {"", str(code)}
    assert operator.screen.detail[0]


def test_a_refusal_of_a_newer_service_says_what_it_said():
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    operator.is_refused(start, "MOON_PHASE", fields="nonsense", unit=[1])
    assert operator.screen.headline == "Refused by the server"
    assert operator.screen.detail == ("why",)


def test_bad_data_leaves_the_step_open_and_marks_the_fields():
    operator = Operator(3)
    start = operator.starts()
    operator.types("temp_sensor.measured_temp", "62")
    operator.types("tof_sensor.i2c_communication", "true")
    done = operator.completes("pass")
    operator.is_refused(
        done,
        Code.INVALID_PROCESS_DATA,
        fields=[
            {"name": "temp_sensor.measured_temp", "problem": "62.0 degC is outside 59.0..61.0"},
            {"name": "tof_sensor", "problem": "required for PASS"},
            {"name": "limits", "problem": "something else"},
        ],
    )
    screen = operator.screen
    assert screen.headline == "Check the data"
    assert [field.problem for field in screen.fields] == ["62.0 degC is outside 59.0..61.0", "is required"]
    assert screen.detail[-1] == "limits: something else"
    operator.types("temp_sensor.measured_temp", "60")
    assert operator.screen.fields[0].problem == ""
    record, settled = operator.presses("pass")
    assert isinstance(record, Record)
    assert record.event.start_event_id == start.event_id
    assert settled == Settle(event_id=done.event_id)


def test_bad_points_of_the_performance_test_find_their_field():
    operator = Operator(6)
    operator.starts()
    operator.types("T50_P180.measured_force", "14.5")
    operator.presses("fail")
    done = operator.completes("defect:PERFORMANCE_FAIL")
    fields = [
        {"name": "test_results[0].temperature", "problem": "not plausible: outside 20.0..80.0"},
        {"name": "T50_P180.measured_force", "problem": "failed"},
        {"name": "test_results[7]", "problem": "unknown test point"},
        "no field at all",
    ]
    operator.is_refused(done, Code.INVALID_PROCESS_DATA, fields=fields)
    problems = {field.name: field.problem for field in operator.screen.fields if field.problem}
    assert problems == {
        "T50_P180.temperature": "not plausible · range 20.0..80.0",
        "T50_P180.measured_force": "does not go with PASS",
    }


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("must be v1.2.3 or a newer release", "bad.firmware"),
        ("must be PASS for PASS", "bad.not_for_pass"),
        ("must be KR01PSA25110010001", "bad.must_be"),
        ("must be above 0 and at most 100000 minutes", "bad.minutes"),
        ("this board is in another unit", "bad.board"),
        ("not a defect code of process 3", "bad.defect"),
        ("a major defect cannot pass", "bad.not_for_pass"),
        ("no limits are set for this model", "bad.no_limits"),
        ("Expected `str`, got `int`", "bad.other"),
    ],
)
def test_what_the_service_says_of_a_field_is_said_in_our_words(said, key):
    assert words(said).key == key
