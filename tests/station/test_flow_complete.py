"""Completing by hand: every process, its defaults, what is missing, verdicts, undo."""

import pytest

from neurohub.contract.barcode import parse_unit
from neurohub.contract.commands import CompleteStep
from neurohub.contract.enums import Result, UnitStatus
from neurohub.contract.views import Judged
from neurohub.domain.judgement import judge
from neurohub.domain.limits import STANDARD
from station.flow.asks import ASKS
from station.flow.effects import Record
from station.flow.facts import Accepted, FirmwareSaid, GaugeRead
from support.operator import SERIAL, WIP, Operator, unit

FORCES = (12.8, 14.5, 16.0)


def filled_in(process: int) -> tuple[Operator, CompleteStep]:
    """Do the work of a process as its operator would; return the completion."""
    operator = Operator(process)
    operator.gets(FirmwareSaid(model="PSA", version="v1.2.3", progress=1.0))
    operator.starts(SERIAL if process == 8 else WIP)
    operator.waits(90)
    if process == 2:
        operator.scans("BUS-77", "SMA-12")
    if process == 3:
        operator.gets(GaugeRead(value=60.1, unit="C"))
        operator.types("tof_sensor.i2c_communication", "true")
    if process == 4:
        operator.scans("board:0001")
    if process == 6:
        operator.gets(*(GaugeRead(value=force, unit="kgf") for force in FORCES))
    if process == 7:
        operator.scans(SERIAL)
    if process in {6, 7}:
        return operator, next(e.event for e in reversed(operator.effects) if isinstance(e, Record))
    return operator, operator.completes("pass")


@pytest.mark.parametrize("process", range(1, 9))
def test_a_pass_by_hand_is_what_the_service_asks_for(process):
    operator, event = filled_in(process)
    judgement = judge(process, parse_unit(event.unit), Result.PASS, event.process_data, STANDARD)
    assert judgement.problems == []
    assert event.result is Result.PASS
    assert operator.screen.tone == "saved"
    operator.hears_all_is_well(event, status=UnitStatus.PASSED if process == 8 else UnitStatus.IN_PROGRESS)
    assert operator.screen.tone == "good"
    assert operator.screen.headline == ("FINISHED" if process == 8 else "PASS")


@pytest.mark.parametrize("process", [2, 3, 4, 6, 7])
def test_a_pass_with_something_missing_says_what_and_records_nothing(process):
    operator = Operator(process)
    operator.starts()
    assert operator.presses("pass") == []
    missing = next(ask for ask in ASKS[process] if ask.required and not ask.good)
    assert operator.screen.headline.startswith("Check: ")
    assert missing.name in operator.state.job.problems
    assert operator.state.job is not None


@pytest.mark.parametrize("process", range(1, 9))
def test_every_other_result_is_short_and_claims_nothing(process):
    for key, result in (("error", Result.ERROR), ("rework", Result.REWORK)):
        operator = Operator(process)
        operator.starts(SERIAL if process == 8 else WIP)
        if process == 1 and key == "rework":
            assert operator.presses(key) == []
            assert operator.screen.headline == "This process has no rework"
            assert "rework" not in operator.keys
            continue
        event = operator.completes(key)
        assert (event.result, event.process_data, event.defect) == (result, {}, None)
        operator.hears_all_is_well(event)
        assert operator.screen.tone == "warn"


def test_a_fail_asks_for_its_defect_and_takes_a_note():
    operator = Operator(5)
    operator.starts()
    operator.presses("fail")
    assert [row.key for row in operator.screen.sheet.rows] == ["defect:ASSEMBLY_ERROR"]
    assert operator.screen.sheet.rows[0].cells == ("assembly_error", "DEF-ASSEMBLY_ERROR")
    operator.types("remark", " 나사 풀림 ")
    event = operator.completes("defect:ASSEMBLY_ERROR")
    assert (event.result, event.defect.code, event.defect.description) == (
        Result.FAIL,
        "ASSEMBLY_ERROR",
        "나사 풀림",
    )
    operator.hears_all_is_well(event, status=UnitStatus.DEFECTED)
    assert (operator.screen.tone, operator.screen.headline) == ("bad", "FAIL")


def test_a_defect_that_is_scanned_fails_the_unit_at_once():
    operator = Operator(6)
    operator.starts()
    operator.gets(GaugeRead(value=9.0, unit="kgf"))
    (record,) = operator.scans("DEF-PERFORMANCE_FAIL")
    assert record.event.defect.code == "PERFORMANCE_FAIL"
    assert record.event.process_data["test_results"][0]["measured_force"] == 9.0
    operator.hears_all_is_well(record.event, status=UnitStatus.SCRAPPED)
    assert operator.screen.headline == "SCRAPPED"


def test_a_defect_of_another_process_is_refused():
    operator = Operator(5)
    operator.starts()
    assert operator.scans("DEF-SENSOR_TEMP_FAIL") == []
    assert operator.screen.headline == "No defect code of this process"


def test_the_headline_leads_through_the_work():
    operator = Operator(2)
    operator.starts()
    said = [operator.screen.headline]
    for lot in ("1111", "2222"):
        operator.scans(lot)
        said.append(operator.screen.headline)
    assert said == ["Scan: SMA spring LOT", "Scan: Busbar cable LOT", "Done? PASS or FAIL"]
    assert operator.state.job.entries == {"sma_spring_lot": "1111", "busbar_lot": "2222"}


def test_parts_that_are_named_by_their_lot_find_their_field_and_no_other():
    operator = Operator(2)
    operator.starts()
    operator.scans("SMA-1", "SMA-2")
    assert operator.state.job.entries == {"sma_spring_lot": "SMA-2"}
    operator.scans("LINK-9")
    assert operator.screen.headline == "Not a part of this process"
    operator.scans("BUS-1", "777")
    assert operator.screen.headline == "All parts are in"
    operator.presses("clear")
    assert operator.state.job.entries == {}


def test_a_part_where_none_is_due_is_refused():
    operator = Operator(3)
    operator.starts()
    operator.scans("SMA-1")
    assert operator.screen.headline == "No part is due now"
    operator.scans("KR01PSA2511001")
    assert operator.screen.headline == "This is a LOT label"
    operator.scans("\x01")
    assert operator.screen.headline == "Not a barcode of the plant"


def test_the_engraved_lot_is_checked_by_its_scan():
    operator = Operator(1)
    operator.starts()
    operator.scans("KR01PSA2511002")
    assert operator.screen.headline == "Another LOT!"
    operator.scans("KR01PSA2511001")
    assert operator.completes("pass").process_data["lot_number_engraved"] == "KR01PSA2511001"


def test_the_assembly_time_is_what_has_passed():
    operator = Operator(5)
    operator.starts()
    operator.waits(754)
    assert next(field.text for field in operator.screen.fields if field.name == "assembly_time") == "12.6"
    assert operator.completes("pass").process_data["assembly_time"] == 12.6


def test_what_contradicts_a_pass_is_named_beside_its_field():
    operator = Operator(5)
    operator.starts()
    operator.types("cable_connection", "FAIL")
    operator.types("assembly_time", "many")
    assert operator.presses("pass") == []
    problems = {field.name: field.problem for field in operator.screen.fields if field.problem}
    assert problems == {"cable_connection": "does not go with PASS", "assembly_time": "is not a number"}
    operator.types("cable_connection", "OK")
    operator.types("assembly_time", "12,5")
    assert operator.completes("pass").process_data["assembly_time"] == 12.5


def test_numbers_are_finite():
    operator = Operator(3)
    operator.starts()
    operator.types("temp_sensor.measured_temp", "nan")
    operator.types("tof_sensor.i2c_communication", "false")
    assert operator.presses("pass") == []
    operator.types("temp_sensor.measured_temp", "70")
    operator.presses("fail")
    event = operator.completes("defect:SENSOR_TEMP_FAIL")
    assert event.process_data == {
        "temp_sensor": {"measured_temp": 70.0},
        "tof_sensor": {"i2c_communication": False},
    }


def test_minor_flaws_pass_and_greater_ones_do_not():
    operator = Operator(8)
    operator.starts(SERIAL)
    operator.types("visual_defects.scratch", "minor")
    operator.types("visual_defects.dent", "major")
    assert operator.presses("pass") == []
    operator.types("visual_defects.dent", "none")
    operator.types("visual_defects.note", "왼쪽 모서리")
    event = operator.completes("pass")
    assert event.process_data["visual_defects"] == [
        {"type": "scratch", "severity": "minor", "note": "왼쪽 모서리"}
    ]


def test_a_field_that_is_not_asked_for_is_not_filled():
    operator = Operator(7)
    operator.types("verified_code", SERIAL)
    operator.starts()
    operator.types("verified_code", SERIAL)
    operator.types("no_such_field", "x")
    assert operator.state.job.entries == {}


def test_a_gauge_fills_the_next_empty_field_of_its_unit_and_no_other():
    operator = Operator(3)
    operator.gets(GaugeRead(value=1.0, unit="C"))
    operator.starts()
    operator.gets(
        GaugeRead(value=12.8, unit="kgf"), GaugeRead(value=60.2, unit="°C"), GaugeRead(value=61.0, unit="C")
    )
    assert operator.state.job.entries == {"temp_sensor.measured_temp": "60.2"}
    assert operator.screen.headline == "Enter: ToF communication"
    operator.presses("diagnostics")
    assert ("Last gauge value", "61 C") in [row.cells for row in operator.screen.sheet.rows]


def test_a_question_that_is_due_is_answered_by_scan():
    operator = Operator(3)
    operator.starts()
    assert "yes" not in operator.keys
    operator.scans("CMD-YES")
    assert operator.screen.headline == "Not possible now"
    operator.types("temp_sensor.measured_temp", "60")
    assert {"yes", "no"} <= set(operator.keys)
    operator.scans("CMD-NO")
    assert operator.state.job.entries["tof_sensor.i2c_communication"] == "false"
    operator.scans("CMD-YES")
    assert operator.screen.headline == "Not possible now"


def test_the_last_force_completes_the_performance_test():
    operator = Operator(6)
    operator.starts()
    assert operator.gets(GaugeRead(value=12.8, unit="kgf"), GaugeRead(value=14.5, unit="")) == []
    (record,) = operator.gets(GaugeRead(value=16.0, unit="KGF"))
    assert record.event.result is Result.PASS


def test_firmware_is_waited_for_and_then_named():
    operator = Operator(4)
    operator.starts()
    operator.scans("BOARD-1")
    assert operator.screen.headline == "No firmware here · enter its version"
    operator.gets(FirmwareSaid(model="PSA", version="v2.0.0", progress=0.41))
    assert operator.screen.headline == "Receiving firmware 41%"
    operator.gets(FirmwareSaid(model="PSA", version="v2.0.0", progress=1.0))
    assert operator.screen.headline == "Done? PASS or FAIL"
    assert operator.completes("pass").process_data["firmware_version"] == "v2.0.0"


def test_the_result_shows_what_was_judged_by_which_limits_and_stays():
    operator, event = filled_in(3)
    judged = (
        Judged(name="temp_sensor.measured_temp", value=60.1, unit="degC", low=59.0, high=61.0, ok=True),
        Judged(name="custom", value=True, unit="", low=None, high=None, ok=False),
    )
    operator.gets(Accepted(event=event, unit=unit(due_process=4), judged=judged))
    limits = operator.screen.limits
    assert [(one.text, one.range, one.tone) for one in limits] == [
        ("60.1 °C", "59 .. 61", "good"),
        ("Yes", "", "bad"),
    ]
    assert operator.screen.detail[0] == "Next → 4 Firmware upload (ST-04)"
    operator.waits(600)
    assert operator.screen.headline == "PASS"
