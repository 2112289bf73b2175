"""Reading a completion file: what is accepted, what is refused, and that all of it is named at once."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import station.rig
from neurohub.contract.enums import Result
from neurohub.domain.judgement import REQUIRED as REQUIRED_BY_SERVICE
from station.rig import passing, reading
from station.rig.example import encode, example
from station.rig.file import name_of
from station.text.rig import REASONS

EXAMPLES = Path(station.rig.__file__).parent / "examples"
INVALID = sorted((EXAMPLES / "invalid").glob("*/*.json"))
VALID = sorted((EXAMPLES / "valid").glob("*.json"))
UNIT = "WIP-KR01PSA2511001-001"
NOW = datetime(2025, 11, 17, 9, 30, tzinfo=UTC)
BY_OTHERS = {"not_open", "foreign_process", "duplicate", "too_large"}  # no small file alone shows them


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.parent.name)
def test_an_invalid_example_is_refused_for_the_reason_of_its_folder(path):
    found = reading.read(path.name, path.read_bytes(), datetime.now(UTC))
    assert [problem.reason for problem in found.problems] == [path.parent.name]
    assert found.completion is None


def test_every_reason_has_an_example():
    assert {path.parent.name for path in INVALID} == REASONS.keys() - BY_OTHERS


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_example_is_read(path):
    assert reading.read(path.name, path.read_bytes(), datetime.now(UTC)).problems == ()


@pytest.mark.parametrize("process", range(1, 9))
@pytest.mark.parametrize("result", list(Result))
def test_an_example_of_every_process_and_result_is_read(process, result):
    completion = example(process, UNIT, result, NOW)
    assert reading.read(name_of(completion).text(), encode(completion), NOW).completion == completion


def test_a_pass_asks_for_what_the_service_asks_for():
    assert passing.REQUIRED == REQUIRED_BY_SERVICE


def test_everything_that_is_wrong_is_named_at_once():
    data = {
        "test_results": [point(), point(temperature="hot"), point(colour=1), {}],
        "test_duration_seconds": None,
        "speed": 3,
    }
    assert problems(process=6, process_data=data, result="GOOD", operator="kim") == [
        ("missing_field", "process_data.test_results[3].test_point_id"),
        ("unknown_field", "operator"),
        ("unknown_field", "process_data.speed"),
        ("unknown_field", "process_data.test_results[2].colour"),
        ("wrong_value", "process_data.test_duration_seconds"),
        ("wrong_value", "process_data.test_results[1].temperature"),
        ("wrong_value", "result"),
    ]


def test_every_missing_field_of_a_pass_is_named():
    assert problems(process=2, process_data={}) == [
        ("missing_field", "process_data.assembly_time"),
        ("missing_field", "process_data.busbar_lot"),
        ("missing_field", "process_data.sma_spring_lot"),
        ("missing_field", "process_data.visual_inspection"),
    ]


@pytest.mark.parametrize("result", ["FAIL", "REWORK", "ERROR"])
def test_other_results_ask_for_no_measurement(result):
    assert problems(result=result, process_data={}) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"completed_at": "0001-01-01T00:00:00+09:00"}, ("wrong_value", "completed_at")),
        ({"defect": {"code": "SENSOR_TEMP_FAIL"}}, ("contradiction", "defect")),
        ({"defect": {"code": "X", "severity": 1}, "result": "FAIL"}, ("unknown_field", "defect.severity")),
        ({"completed_at": "2025-11-17T09:30:00"}, ("wrong_value", "completed_at")),
        ({"completed_at": 1763371800}, ("wrong_value", "completed_at")),
        ({"process": "PROC-009"}, ("wrong_value", "process")),
        ({"process": 0}, ("wrong_value", "process")),
        ({"process": True}, ("wrong_value", "process")),
        ({"process_data": []}, ("wrong_value", "process_data")),
        ({"unit": None}, ("wrong_value", "unit")),
        ({"unit": "KR01PSA2511001"}, ("bad_unit", "unit")),
        ({"process_data": {"tof_sensor": {"i2c_communication": 1}}},
         ("wrong_value", "process_data.tof_sensor.i2c_communication")),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(change, expected):
    assert expected in problems(**change)


@pytest.mark.parametrize(
    ("process", "data", "field"),
    [
        (1, {"lot_number_engraved": "KR01PSA2511002", "marking_result": "PASS"}, "lot_number_engraved"),
        (1, {"lot_number_engraved": "KR01PSA2511001", "marking_result": "FAIL"}, "marking_result"),
        (7, {"printer_id": "Z", "label_printed": True, "verified_code": "KR01PSA25110010002"}, "verified_code"),
        (8, {"visual_defects": [{"type": "dent", "severity": "major"}], "packaging_complete": True,
             "final_result": "PASS"}, "visual_defects[0].severity"),
        (6, {"test_results": [{"test_point_id": "A", "temperature": 1, "displacement": 1, "measured_force": 1,
                               "result": "FAIL"}]}, "test_results[0].result"),
    ],
)  # fmt: skip
def test_what_contradicts_a_pass_is_named(process, data, field):
    assert problems(process=process, process_data=data) == [("contradiction", f"process_data.{field}")]


@pytest.mark.parametrize("minutes", [0, -3, 100_001])
def test_an_assembly_takes_a_plausible_time(minutes):
    found = problems(process=2, result="REWORK", process_data={"assembly_time": minutes})
    assert found == [("wrong_value", "process_data.assembly_time")]


def test_the_clock_of_the_rig_may_be_five_minutes_ahead():
    assert problems(completed_at="2025-11-17T18:35:00+09:00", stamp="20251117183500") == []
    assert problems(completed_at="2025-11-17T18:35:01+09:00", stamp="20251117183501") == [
        ("future", "completed_at")
    ]


def test_an_old_result_is_not_refused():
    assert problems(completed_at="2024-01-01T00:00:00+09:00", stamp="20240101000000") == []


def test_scanned_codes_come_in_any_case():
    data = {"sma_spring_lot": " sp-1 ", "busbar_lot": "bb-1", "assembly_time": 5, "visual_inspection": "PASS"}
    assert problems(process=2, process_data=data) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_utf8_with_and_without_mark_and_cp949_are_read(encoding):
    text = json.dumps(
        members(result="REWORK", process_data={}, defect={"code": "X", "description": "센서 접촉 불량"}),
        ensure_ascii=False,
    )
    found = reading.read(named("20251117093000"), text.encode(encoding), NOW)
    assert found.completion.defect.description == "센서 접촉 불량"


@pytest.mark.parametrize(
    "content", [b"", b" ", b"[]", b"null", b"3", b"[" * 60_000, b'{"a":' * 9_000, b"{}\x00", b"\xff" * 9]
)
def test_what_is_no_object_is_refused(content):
    (problem,) = reading.read(named("20251117093000"), content, NOW).problems
    assert problem.reason in {"broken_json", "half_written", "bad_encoding"}


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_reason(content):
    found = reading.read(named("20251117093000"), content, NOW)
    assert found.problems
    assert {problem.reason for problem in found.problems} <= REASONS.keys()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300)
@given(st.data(), st.integers(1, 8))
def test_a_changed_example_is_read_or_refused_with_its_field(data, process):
    content = json.loads(encode(example(process, UNIT, Result.PASS, NOW)))
    place = data.draw(st.sampled_from([content, content["process_data"]]))
    name = data.draw(st.sampled_from(sorted(place)) | st.text(max_size=8))
    place[name] = data.draw(JSON)
    found = reading.read(named("20251117093000", process), json.dumps(content).encode(), NOW)
    assert bool(found.problems) is (found.completion is None)
    assert all(problem.field for problem in found.problems)


def point(**changes) -> dict:
    return {"test_point_id": "A", "temperature": 38.0, "displacement": 1.0, "measured_force": 12.8} | changes


def members(**changes) -> dict:
    process = changes.get("process")
    number = process if isinstance(process, int) and 1 <= process <= 8 else 3
    return json.loads(encode(example(number, UNIT, Result.PASS, NOW))) | changes


def named(stamp: str, process: int = 3) -> str:
    unit = "KR01PSA25110010001" if process == 8 else UNIT
    return f"{unit}_PROC-00{process}_{stamp}.json"


def problems(*, stamp: str = "20251117093000", **changes) -> list[tuple[str, str]]:
    content = members(**changes)
    process = content["process"] if isinstance(content["process"], int) else 3
    found = reading.read(named(stamp, process), json.dumps(content).encode(), NOW)
    return sorted((problem.reason, problem.field) for problem in found.problems)
