"""Results of rigs: each file leads to one completion, whoever is signed in and whatever is on the screen."""

from neurohub.contract.commands import DefectReport
from neurohub.contract.enums import Result
from neurohub.contract.problems import Code
from neurohub.contract.stations import DeviceState
from station.flow.effects import Record, Settle
from station.flow.facts import Device, DeviceSaid, RigFileRefused
from support.operator import NOW, OTHER, WIP, Operator, rig_result


def test_the_file_of_the_open_unit_completes_it():
    operator = Operator(3)
    start = operator.starts()
    file = rig_result()
    (record,) = operator.gets(file)
    assert (record.digest, record.event.result) == (file.digest, Result.PASS)
    assert record.event.process_data == file.process_data
    assert (record.event.start_event_id, record.event.occurred_at) == (start.event_id, NOW)
    assert operator.state.job is None


def test_while_a_folder_is_there_the_screen_waits_for_the_file():
    operator = Operator(3)
    operator.gets(DeviceSaid(device=Device.FOLDER, state=DeviceState.OK))
    operator.starts()
    assert operator.screen.headline == "Run the test · waiting for its result"


def test_what_was_scanned_goes_along_with_the_file():
    operator = Operator(4)
    operator.starts()
    operator.scans("BOARD-1")
    data = {"firmware_version": "v1.0.0", "upload_result": "SUCCESS"}
    (record,) = operator.gets(rig_result(process=4, process_data=data))
    assert record.event.process_data == data | {"board_serial": "BOARD-1"}


def test_half_typed_fields_do_not_hold_a_file_up():
    operator = Operator(3)
    operator.starts()
    operator.types("temp_sensor.measured_temp", "6o")
    assert len(operator.gets(rig_result())) == 1


def test_an_error_of_the_rig_closes_the_step_without_a_verdict():
    operator = Operator(3)
    operator.starts()
    (record,) = operator.gets(rig_result(Result.ERROR, process_data={}))
    operator.hears_all_is_well(record.event)
    assert operator.screen.headline == "NO VERDICT · start again"


def test_a_fail_names_its_defect_or_the_operator_does():
    named = Operator(5)
    named.starts()
    report = DefectReport(code="ASSEMBLY_ERROR")
    (record,) = named.gets(rig_result(Result.FAIL, process=5, process_data={}, defect=report))
    assert record.event.defect == report

    asked = Operator(5)
    asked.starts()
    file = rig_result(Result.FAIL, process=5, process_data={"cable_connection": "FAIL"})
    assert asked.gets(file) == []
    assert asked.screen.sheet.key == "defects"
    assert asked.screen.headline == "FAIL · choose the defect"
    assert "undo" not in asked.keys
    (record,) = asked.scans("DEF-ASSEMBLY_ERROR")
    assert (record.digest, record.event.process_data) == (file.digest, {"cable_connection": "FAIL"})


def test_a_fail_that_its_measurements_prove_needs_no_word():
    operator = Operator(3)
    operator.starts()
    (record,) = operator.gets(rig_result(Result.FAIL))
    assert record.event.defect is None


def test_a_second_file_while_the_first_waits_for_its_defect_loses_neither():
    operator = Operator(5)
    operator.starts()
    operator.gets(rig_result(Result.FAIL, process=5, digest="a"))
    records = operator.gets(rig_result(Result.PASS, process=5, digest="b"))
    assert [record.digest for record in records] == ["a", "b"]
    assert operator.state.job is None


def test_a_file_of_another_unit_is_recorded_beside_the_open_one():
    operator = Operator(3)
    operator.starts()
    (record,) = operator.gets(rig_result(code=OTHER))
    assert (record.event.unit, record.event.operator) == (OTHER, "lee")
    assert not record.event.start_event_id
    assert operator.state.job.unit == WIP
    assert operator.screen.tone == "work"


def test_a_file_of_a_unit_that_nobody_scanned_is_recorded_and_shown():
    operator = Operator(3)
    (record,) = operator.gets(rig_result())
    assert operator.screen.code == WIP
    operator.is_refused(record.event, Code.PROCESS_NOT_STARTED, due_process=3)
    assert operator.screen.headline == "The step is not open here"


def test_files_wait_while_nobody_is_signed_in_and_none_is_lost_or_doubled():
    operator = Operator(3, signed_in=False)
    files = [rig_result(code=f"WIP-KR01PSA2511001-{n:03d}") for n in range(1, 6)]
    assert operator.gets(*files, *files) == []
    assert operator.screen.detail[0] == "결과 파일 5건이 로그인을 기다립니다"
    records = operator.scans("BADGE-LEE")
    assert [record.digest for record in records] == [file.digest for file in files]
    assert {record.event.operator for record in records} == {"lee"}


def test_the_file_of_the_half_done_unit_needs_nobody():
    operator = Operator(3)
    operator.starts()
    operator.presses("sign-out")
    (record,) = operator.gets(rig_result())
    assert record.event.operator == "lee"


def test_a_file_that_is_offered_again_is_recorded_by_its_digest_and_changes_nothing():
    operator = Operator(3)
    operator.starts()
    operator.gets(rig_result())
    before = operator.screen
    (again,) = operator.gets(rig_result())
    assert again.digest == rig_result().digest
    assert operator.screen == before


def test_a_file_that_is_offered_again_while_nobody_is_signed_in_waits():
    operator = Operator(3)
    operator.gets(rig_result())
    operator.presses("sign-out")
    assert operator.gets(rig_result()) == []
    operator.waits(3)
    (again,) = operator.scans("BADGE-LEE")
    assert again.event.operator == "lee"


def test_a_file_that_could_not_be_saved_counts_when_it_is_offered_again():
    operator = Operator(3)
    operator.starts()
    (record,) = operator.gets(rig_result())
    operator.fails_to_save(record.event)
    assert operator.state.job is not None
    (again,) = operator.gets(rig_result())
    assert isinstance(again, Record)
    assert operator.state.job is None


def test_refused_data_of_a_rig_can_be_corrected_by_hand():
    operator = Operator(3)
    operator.starts()
    bad = {
        "temp_sensor": {"measured_temp": 70.5, "result": "PASS"},
        "tof_sensor": {"i2c_communication": True},
    }
    (record,) = operator.gets(rig_result(process_data=bad))
    operator.is_refused(record.event, Code.INVALID_PROCESS_DATA, fields=[])
    assert operator.state.job.entries == {
        "temp_sensor.measured_temp": "70.5",
        "tof_sensor.i2c_communication": "true",
    }
    operator.types("temp_sensor.measured_temp", "60.5")
    corrected, settled = operator.presses("pass")
    assert corrected.digest == ""
    assert settled == Settle(event_id=record.event.event_id)


def test_a_start_that_is_refused_while_its_file_waits_for_a_defect_leaves_the_file_recorded():
    operator = Operator(5)
    start = operator.scans(WIP)[0].event
    operator.gets(rig_result(Result.FAIL, process=5, digest="a"))
    operator.is_refused(start, Code.UNIT_NOT_ACTIVE)
    assert [e.digest for e in operator.effects if isinstance(e, Record)] == ["", "a"]
    assert operator.screen.headline == "The unit may not be worked on"


def test_a_file_of_no_unit_is_recorded_too():
    operator = Operator(3)
    operator.starts()
    assert len(operator.gets(rig_result(code="UNKNOWN"))) == 1
    assert operator.state.job is not None


def test_a_file_that_was_refused_by_the_folder_waits_for_an_acknowledgement():
    operator = Operator(3)
    operator.gets(RigFileRefused(file="x.json", reason="broken_json", detail="line 3"))
    assert operator.screen.banner.word == "Result file refused"
    assert "not one JSON object" in operator.screen.banner.detail
    assert "line 3" in operator.screen.banner.detail
    operator.gets(RigFileRefused(file="y.json", reason="never_heard_of", detail=""))
    assert "1 more" in operator.screen.banner.detail
    operator.presses("alarm")
    assert "never_heard_of" in operator.screen.banner.detail
