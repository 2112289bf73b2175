"""Judgement of a completion, process by process: what a PASS needs, what no report may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurohub.contract.barcode import parse_unit
from neurohub.contract.enums import Result
from neurohub.domain.judgement import REQUIRED, judge
from neurohub.domain.limits import STANDARD
from support.floor import good

UNIT = parse_unit("WIP-KR01PSA2511001-007")
OTHERS = [Result.FAIL, Result.REWORK, Result.ERROR]


def _judged(process, data, result=Result.PASS, limits=STANDARD):
    return judge(process, UNIT, result, data, limits)


def _fields(process, data, result=Result.PASS, limits=STANDARD):
    return sorted(p.name for p in _judged(process, data, result, limits).problems)


@pytest.mark.parametrize("process", range(1, 9))
def test_good_report_passes(process):
    assert _fields(process, good(process, UNIT.wip_id)) == []


@pytest.mark.parametrize("process", range(1, 9))
def test_pass_needs_every_required_field_and_other_results_none(process):
    assert _fields(process, {}) == sorted(REQUIRED[process])
    for result in OTHERS:
        assert _fields(process, {}, result) == []


REQUIRED_ONE_BY_ONE = [(process, name) for process, fields in REQUIRED.items() for name in fields]


@pytest.mark.parametrize(("process", "name"), REQUIRED_ONE_BY_ONE)
def test_each_missing_field_is_named(process, name):
    data = good(process, UNIT.wip_id)
    del data[name]
    assert _fields(process, data) == [name]


POINT = {"test_point_id": "T38_P170", "temperature": 38, "displacement": 170, "measured_force": 12.8}
NOT_PASSED = [
    (1, {"lot_number_engraved": "KR01PSA2511002"}, "lot_number_engraved"),
    (1, {"marking_result": "FAIL"}, "marking_result"),
    (2, {"visual_inspection": "FAIL"}, "visual_inspection"),
    (3, {"temp_sensor": {"measured_temp": 58.99}}, "temp_sensor.measured_temp"),
    (3, {"temp_sensor": {"measured_temp": 61.01}}, "temp_sensor.measured_temp"),
    (3, {"temp_sensor": {"measured_temp": 60, "result": "FAIL"}}, "temp_sensor.result"),
    (3, {"tof_sensor": {"i2c_communication": False}}, "tof_sensor.i2c_communication"),
    (3, {"tof_sensor": {"i2c_communication": True, "result": "FAIL"}}, "tof_sensor.result"),
    (4, {"upload_result": "FAIL"}, "upload_result"),
    (5, {"cable_connection": "FAIL"}, "cable_connection"),
    (5, {"final_visual_check": "FAIL"}, "final_visual_check"),
    (6, {"test_results": [POINT | {"measured_force": 11.79}]}, "T38_P170.measured_force"),
    (6, {"test_results": [POINT | {"measured_force": 13.81}]}, "T38_P170.measured_force"),
    (6, {"test_results": [POINT | {"result": "FAIL"}]}, "T38_P170.result"),
    (7, {"label_printed": False}, "label_printed"),
    (7, {"verified_code": "KR01PSA25110010008"}, "verified_code"),
    (7, {"verified_code": "WIP-KR01PSA2511001-007"}, "verified_code"),
    (8, {"packaging_complete": False}, "packaging_complete"),
    (8, {"final_result": "FAIL"}, "final_result"),
    (8, {"visual_defects": [{"type": "dent", "severity": "major"}]}, "visual_defects[0]"),
    (8, {"visual_defects": [{"type": "dent", "severity": "critical"}]}, "visual_defects[0]"),
]


@pytest.mark.parametrize(("process", "change", "name"), NOT_PASSED)
def test_pass_contradicted_by_its_own_report_is_refused_and_fail_is_not(process, change, name):
    data = good(process, UNIT.wip_id) | change
    assert _fields(process, data) == [name]
    for result in OTHERS:
        assert _fields(process, data, result) == []


NEVER = [
    (1, {"surprise": 1}, "surprise"),
    (1, {"lot_number_engraved": 5}, "lot_number_engraved"),
    (2, {"assembly_time": 0}, "assembly_time"),
    (2, {"assembly_time": -1}, "assembly_time"),
    (2, {"assembly_time": 1e9}, "assembly_time"),
    (2, {"assembly_time": "60"}, "assembly_time"),
    (2, {"assembly_time": True}, "assembly_time"),
    (2, {"sma_spring_lot": "sma 1"}, "sma_spring_lot"),
    (2, {"busbar_lot": "A" * 41}, "busbar_lot"),
    (3, {"temp_sensor": {}}, "temp_sensor"),
    (3, {"temp_sensor": {"measured_temp": None}}, "temp_sensor.measured_temp"),
    (3, {"tof_sensor": {"i2c_communication": "yes"}}, "tof_sensor.i2c_communication"),
    (4, {"firmware_version": "1.0.0"}, "firmware_version"),
    (4, {"firmware_version": "v1.0"}, "firmware_version"),
    (5, {"assembly_time": 0}, "assembly_time"),
    (5, {"link_lot": ""}, "link_lot"),
    (6, {"test_results": []}, "test_results"),
    (6, {"test_results": [POINT] * 51}, "test_results"),
    (6, {"test_results": [POINT | {"test_point_id": "T99_P999"}]}, "test_results[0].test_point_id"),
    (6, {"test_results": [POINT, POINT | {"temperature": 80.1}]}, "test_results[1].temperature"),
    (6, {"test_results": [POINT | {"temperature": 19.9}]}, "test_results[0].temperature"),
    (6, {"test_results": [POINT | {"displacement": -0.1}]}, "test_results[0].displacement"),
    (6, {"test_results": [POINT | {"displacement": 250.1}]}, "test_results[0].displacement"),
    (8, {"visual_defects": [{"type": "hole", "severity": "minor"}]}, "visual_defects[0].type"),
    (8, {"packaging_complete": 1}, "packaging_complete"),
]


@pytest.mark.parametrize(("process", "change", "name"), NEVER)
def test_implausible_unknown_or_misshaped_data_is_refused_whatever_the_result(process, change, name):
    data = good(process, UNIT.wip_id) | change
    for result in (Result.PASS, *OTHERS):
        assert name in _fields(process, data, result)


@pytest.mark.parametrize("force", [-0.1, 30.1])
def test_force_no_rig_can_measure_is_refused_even_with_fail(force):
    data = {"test_results": [POINT | {"measured_force": force}]}
    assert _fields(6, data, Result.FAIL) == ["test_results[0].measured_force"]


@pytest.mark.parametrize(
    ("process", "data"),
    [
        (3, {"temp_sensor": {"measured_temp": 59.0}, "tof_sensor": {"i2c_communication": True}}),
        (3, {"temp_sensor": {"measured_temp": 61}, "tof_sensor": {"i2c_communication": True}}),
        (6, {"test_results": [POINT | {"measured_force": 11.8}]}),
        (6, {"test_results": [POINT | {"measured_force": 13.8}]}),
        (6, {"test_results": [POINT | {"temperature": 20, "displacement": 250}]}),
    ],
)
def test_limits_and_plausible_ranges_are_closed(process, data):
    assert _fields(process, data) == []


def test_minor_visual_defects_pass():
    data = good(8, UNIT.wip_id) | {"visual_defects": [{"type": "dirt", "severity": "minor", "note": "wiped"}]}
    assert _fields(8, data) == []


@pytest.mark.parametrize("minutes", [0, -1, 1e9])
def test_minutes_outside_are_told_both_bounds(minutes):
    (problem,) = _judged(5, good(5, UNIT.wip_id) | {"assembly_time": minutes}).problems
    assert problem.problem == "must be above 0 and at most 100000 minutes"


@pytest.mark.parametrize("number", [10**16, 1e16, -1e10])
def test_number_that_no_rig_measures_is_refused_for_every_result(number):
    for result in (Result.PASS, *OTHERS):
        assert _fields(6, {"test_duration_seconds": number, "test_results": [POINT]}, result) == [
            "test_duration_seconds"
        ]


def test_wrong_form_is_told_in_words():
    (problem,) = _judged(2, good(2, UNIT.wip_id) | {"sma_spring_lot": "SMA_9"}).problems
    assert problem.problem == "Expected 1..40 of A-Z 0-9 -"


@pytest.mark.parametrize(
    ("process", "data", "defect"),
    [
        (3, {"temp_sensor": {"measured_temp": 61.1}}, "SENSOR_TEMP_FAIL"),
        (3, {"tof_sensor": {"i2c_communication": False}}, "SENSOR_TOF_FAIL"),
        (6, {"test_results": [POINT, POINT | {"measured_force": 9}]}, "PERFORMANCE_FAIL"),
        (3, {"temp_sensor": {"measured_temp": 60}}, None),
        (2, {"visual_inspection": "FAIL"}, None),
    ],
)
def test_measurement_out_of_limits_proves_a_defect(process, data, defect):
    assert _judged(process, data, Result.FAIL).derived_defect == defect


def test_every_test_point_is_judged_against_its_own_target():
    judged = _judged(6, good(6, UNIT.wip_id)).judged
    assert [(j.name, j.low, j.high) for j in judged] == [
        ("T38_P170.measured_force", 11.8, 13.8),
        ("T50_P180.measured_force", 13.5, 15.5),
        ("T52_P200.measured_force", 15.0, 17.0),
    ]


def test_component_lots_are_named_by_kind():
    assert _judged(2, {"sma_spring_lot": "S1", "busbar_lot": "B1"}, Result.FAIL).components == {
        "sma_spring": "S1",
        "busbar": "B1",
    }
    assert _judged(5, {"link_lot": "L1"}, Result.FAIL).components == {"link": "L1"}


@pytest.mark.parametrize("process", [3, 6])
def test_measurement_without_limits_for_the_model_is_refused(process):
    assert _fields(process, good(process, UNIT.wip_id), Result.FAIL, None) != []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@given(process=st.integers(1, 8), data=st.dictionaries(st.text(max_size=10), JSON, max_size=5))
def test_any_data_is_judged_and_every_unknown_field_is_named(process, data):
    unknown = set(data) - set(good(process, UNIT.wip_id)) - {"link_lot"}
    shown = {"".join(c if c >= " " else "?" for c in name) for name in unknown}
    assert shown <= set(_fields(process, data, Result.ERROR))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_temperature_is_judged_at_every_value(value):
    data = good(3, UNIT.wip_id) | {"temp_sensor": {"measured_temp": value}}
    assert (_fields(3, data) == []) == (59.0 <= value <= 61.0)
