"""Limits that the service told: process 6 asks for the plant's own test points; a value stands beside its limits."""

import msgspec
from msgspec.structs import replace

from neurohub.contract.stations import BriefedLimit, Briefing
from station.flow.facts import Briefed
from support.operator import WIP, Operator, briefing


def limit(name: str, low: float | None, high: float | None, process: int = 6, model: str = "PSA"):
    return BriefedLimit(model=model, process=process, name=name, unit="kgf", low=low, high=high)


def told(*limits: BriefedLimit, process: int = 6) -> Operator:
    operator = Operator(process)
    operator.gets(Briefed(briefing=replace(briefing(process), limits=list(limits))))
    return operator


def test_process_six_asks_for_the_test_points_of_the_model():
    operator = told(
        limit("T60_P210.measured_force", 17.0, 19.5),
        limit("COLD.measured_force", None, 9.0),
        limit("T38_P170.measured_force", 1.0, 2.0, model="WFO"),
    )
    operator.starts()
    fields = {field.name: field for field in operator.screen.fields}
    assert [name for name, field in fields.items() if field.range] == [
        "T60_P210.measured_force",
        "COLD.measured_force",
    ]
    assert fields["T60_P210.measured_force"].word == "Force 60 °C 210 mm"
    assert fields["T60_P210.measured_force"].range == "17 .. 19.5"
    assert fields["COLD.measured_force"].range == " .. 9"
    assert fields["COLD.displacement"].word == "Displacement COLD"
    assert (fields["T60_P210.temperature"].text, fields["COLD.temperature"].text) == ("60", "")


def test_a_point_whose_name_says_nothing_is_measured_whole():
    operator = told(limit("T60_P210.measured_force", 17.0, 19.5), limit("COLD.measured_force", 8.0, 9.0))
    operator.starts()
    operator.types("T60_P210.measured_force", "18")
    operator.types("COLD.measured_force", "8.5")
    operator.presses("pass")
    assert operator.screen.headline == "Check: Temperature COLD"
    operator.types("COLD.temperature", "-5")
    operator.types("COLD.displacement", "90")
    operator.waits(1)
    event = operator.completes("pass")
    assert event.process_data["test_results"] == [
        {"test_point_id": "T60_P210", "temperature": 60.0, "displacement": 210.0, "measured_force": 18.0},
        {"test_point_id": "COLD", "temperature": -5.0, "displacement": 90.0, "measured_force": 8.5},
    ]


def test_a_value_out_of_its_limits_is_marked_while_it_is_entered_and_not_refused_here():
    operator = told(limit("T60_P210.measured_force", 17.0, 19.5), limit("COLD.measured_force", None, 9.0))
    operator.starts()
    for name, text, said in (
        ("T60_P210.measured_force", "16.9", "16.9 is outside 17 .. 19.5"),
        ("T60_P210.measured_force", "17", ""),
        ("T60_P210.measured_force", "much", ""),
        ("COLD.measured_force", "9.1", "9.1 is outside  .. 9"),
    ):
        operator.types(name, text)
        field = next(field for field in operator.screen.fields if field.name == name)
        assert (field.problem, field.tone) == (said, "warn")


def test_a_fail_says_only_what_was_measured_but_that_whole():
    operator = told(limit("COLD.measured_force", 8.0, 9.0), limit("T60_P210.measured_force", 17.0, 19.5))
    operator.starts()
    operator.types("COLD.measured_force", "2")
    assert operator.presses("fail", "defect:PERFORMANCE_FAIL") == []
    operator.types("COLD.temperature", "5")
    operator.types("COLD.displacement", "90")
    event = operator.completes("fail", "defect:PERFORMANCE_FAIL")
    (point,) = event.process_data["test_results"]
    assert point == {"test_point_id": "COLD", "temperature": 5.0, "displacement": 90.0, "measured_force": 2.0}


def test_a_model_without_limits_is_asked_for_the_standard_points():
    operator = told(limit("COLD.measured_force", 8.0, 9.0, model="WFO"))
    operator.starts(WIP)
    assert next(field.name for field in operator.screen.fields) == "T38_P170.measured_force"
    assert not any(field.range for field in operator.screen.fields)


def test_a_briefing_of_a_service_of_before_is_understood():
    told_then = msgspec.to_builtins(briefing(6))
    del told_then["limits"]
    for person in told_then["people"]:
        del person["role"]
    found = msgspec.json.decode(msgspec.json.encode(told_then), type=Briefing)
    assert found.limits == []
    assert {person.role for person in found.people} == {"worker"}
