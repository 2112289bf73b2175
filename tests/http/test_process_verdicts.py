"""Verdicts and what follows: defects, rework, scrap, REWORK, ERROR, reopen, firmware, boards."""

import msgspec
import pytest

from neurohub.domain.limits import STANDARD, Range
from support.floor import good, new_id

PART_DEFECT = {"code": "PART_DEFECT", "description": "bent"}


def _fail(floor, code):
    return floor.through(code, 2, "FAIL", defect=PART_DEFECT)["unit"]


def _rework(floor, code):
    return floor.post(f"/units/{code}/rework", {"reason": "again"}).json()


def _trace(floor, code):
    return floor.get(f"/units/{code}/trace").json()


def _alerts(sql, code):
    found = sql("select kind, severity from alert where facts ->> 'wip_id' = %s order by id", code)
    return [tuple(row) for row in found]


def test_failed_unit_waits_for_a_manager_and_is_reworked_under_the_mark(floor, sql):
    code = floor.unit(passed=1)
    assert _fail(floor, code)["status"] == "DEFECTED"
    assert _alerts(sql, code) == [("DEFECT_DETECTED", "high")]
    unit = _rework(floor, code)
    assert (unit["status"], unit["rework_count"], unit["due_process"]) == ("REWORK", 1, 2)
    floor.through(code, 2)
    trace = _trace(floor, code)
    assert [(s["result"], s["is_rework"]) for s in trace["steps"][1:]] == [("FAIL", False), ("PASS", True)]
    assert (trace["defects"][0]["status"], trace["defects"][0]["decided_by"]) == ("REWORK", "manager")
    assert trace["defects"][0]["reason"] == "again"
    floor.through(code, 3)
    assert _trace(floor, code)["steps"][-1]["is_rework"] is False


def test_fourth_fail_scraps(floor):
    code = floor.unit(passed=1)
    for count in (1, 2, 3):
        assert _fail(floor, code)["status"] == "DEFECTED"
        assert _rework(floor, code)["rework_count"] == count
    assert _fail(floor, code)["status"] == "SCRAPPED"
    assert _trace(floor, code)["defects"][-1]["status"] == "SCRAPPED"
    assert floor.get(f"/lots/{code[4:18]}").json()["status"] == "COMPLETED"


def test_fail_of_process_1_scraps(floor):
    code = floor.unit()
    step = floor.through(code, 1, "FAIL", defect={"code": "MARKING_UNREADABLE"})
    assert (step["unit"]["status"], step["unit"]["due_process"]) == ("SCRAPPED", None)


def test_route_of_a_model_may_forbid_rework(floor, sql):
    sql("insert into route values ('WFO', 2, 60, false) on conflict do nothing")
    code = f"WIP-{floor.lot(model='WFO')}-001"
    floor.through(code, 1)
    assert _fail(floor, code)["status"] == "SCRAPPED"


@pytest.mark.parametrize(
    ("process", "defect"),
    [(2, None), (2, {"code": "MARKING_UNREADABLE"}), (2, {"code": "NONSENSE"}), (3, None)],
)
def test_fail_needs_a_defect_code_of_its_process(floor, process, defect):
    code = floor.unit(passed=process - 1)
    floor.start(code, process)
    answer = floor.complete(code, process, "FAIL", **({"defect": defect} if defect else {}))
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_PROCESS_DATA")
    assert [f["name"] for f in answer.json()["fields"]] == ["defect.code"]


FORCE = {"test_point_id": "T38_P170", "temperature": 38, "displacement": 170, "measured_force": 9.9}
DERIVED = [
    (3, {"temp_sensor": {"measured_temp": 61.01}}, "SENSOR_TEMP_FAIL"),
    (3, {"tof_sensor": {"i2c_communication": False}}, "SENSOR_TOF_FAIL"),
    (6, {"test_results": [FORCE]}, "PERFORMANCE_FAIL"),
]


@pytest.mark.parametrize(("process", "data", "defect"), DERIVED)
def test_defect_is_derived_from_the_measurement_that_proves_it(floor, process, data, defect):
    code = floor.unit(passed=process - 1)
    step = floor.through(code, process, "FAIL", data=data)
    assert step["unit"]["status"] == "DEFECTED"
    assert [j["ok"] for j in step["judged"]] == [False]
    assert _trace(floor, code)["defects"][0]["code"] == defect


@pytest.mark.parametrize(("process", "data", "_"), DERIVED)
def test_pass_with_a_measurement_out_of_limits_is_refused_and_the_step_stays_open(floor, process, data, _):
    code = floor.unit(passed=process - 1)
    floor.start(code, process)
    answer = floor.complete(code, process, data=good(process, code) | data)
    assert answer.json()["code"] == "INVALID_PROCESS_DATA"
    assert floor.get(f"/units/{code}").json()["open_process"] == process
    assert floor.complete(code, process).status_code == 200


def test_rework_verdict_keeps_the_process_due_and_alerts_after_three_in_a_row(floor, sql):
    code = floor.unit(passed=1)
    for attempt in (1, 2, 3, 4):
        step = floor.through(code, 2, "REWORK")
        assert (step["attempt"], step["unit"]["due_process"], step["unit"]["rework_count"]) == (attempt, 2, 0)
        assert step["unit"]["status"] == "IN_PROGRESS"
        assert len(_alerts(sql, code)) == (attempt >= 3)
    assert floor.through(code, 2)["attempt"] == 5


def test_rework_verdict_counts_from_zero_after_a_pass_and_after_a_reopen(floor, sql):
    code = floor.unit(passed=1)
    floor.through(code, 2, "REWORK")
    floor.through(code, 2, "REWORK")
    floor.through(code, 2)
    floor.post(f"/units/{code}/reopen", {"reason": "look again"})
    floor.through(code, 2, "REWORK")
    assert _alerts(sql, code) == []


def test_rework_verdict_is_refused_where_rework_is_not_possible(floor):
    code = floor.unit()
    floor.start(code, 1)
    assert floor.complete(code, 1, "REWORK").json()["fields"][0]["name"] == "result"


def test_defect_is_optional_with_rework_and_recorded_as_repaired(floor):
    code = floor.unit(passed=1)
    floor.through(code, 2, "REWORK", defect=PART_DEFECT)
    assert [d["status"] for d in _trace(floor, code)["defects"]] == ["REPAIRED"]
    assert floor.get(f"/units/{code}").json()["status"] == "IN_PROGRESS"


def test_error_closes_the_step_without_a_verdict_and_restores_the_rework_mark(floor):
    code = floor.unit(passed=1)
    _fail(floor, code)
    _rework(floor, code)
    step = floor.through(code, 2, "ERROR")
    assert (step["result"], step["unit"]["status"], step["unit"]["due_process"]) == (
        "ERROR",
        "IN_PROGRESS",
        2,
    )
    assert step["unit"]["rework_count"] == 1
    floor.through(code, 2)
    assert [s["is_rework"] for s in _trace(floor, code)["steps"]] == [False, False, True, True]


def test_reopen_voids_the_last_pass_and_a_completed_lot_is_in_progress_again(floor):
    unit = floor.unit(passed=8)
    lot = unit[4:18]
    assert floor.get(f"/lots/{lot}").json()["status"] == "COMPLETED"
    body = floor.post(f"/units/{unit}/reopen", {"reason": "customer saw a scratch"}).json()
    assert (body["status"], body["passed_process"], body["due_process"]) == ("IN_PROGRESS", 7, 8)
    shown = floor.get(f"/lots/{lot}").json()
    assert (shown["status"], shown["passed"], shown["completed_at"]) == ("IN_PROGRESS", 0, None)
    assert [s["voided"] for s in _trace(floor, unit)["steps"]] == [False] * 7 + [True]
    floor.through(unit, 8)
    assert floor.get(f"/lots/{lot}").json()["status"] == "COMPLETED"


def test_closed_lot_is_read_only(floor):
    unit = floor.unit(passed=8)
    assert floor.post(f"/lots/{unit[4:18]}/close", {}).status_code == 200
    assert floor.post(f"/units/{unit}/reopen", {"reason": "x"}).json()["code"] == "LOT_NOT_ACTIVE"
    assert floor.post(f"/units/{unit}/rework", {"reason": "x"}).json()["code"] == "LOT_NOT_ACTIVE"
    assert floor.start(unit, 8).json()["code"] == "LOT_NOT_ACTIVE"
    assert floor.complete(unit, 8).json()["code"] == "LOT_NOT_ACTIVE"
    more = floor.post(f"/lots/{unit[4:18]}/units", {"quantity": 1})
    assert more.json()["code"] == "LOT_NOT_ACTIVE"


def test_scrap_closes_the_open_step(floor):
    unit = floor.unit(passed=1)
    floor.start(unit, 2)
    body = floor.post(f"/units/{unit}/scrap", {"reason": "fell"}).json()
    assert (body["status"], body["open_process"], body["due_process"]) == ("SCRAPPED", None, None)
    assert _trace(floor, unit)["steps"][-1]["result"] == "SCRAPPED"
    assert floor.complete(unit, 2).json()["code"] == "UNIT_NOT_ACTIVE"


def _release(sql, version, released_at):
    numbers = [int(n) for n in version[1:].split(".")]
    sql(
        "insert into firmware (model, version, major, minor, patch, size_bytes, sha256, md5, released_at)"
        " values ('PSA', %s, %s, %s, %s, 1, '', '', %s) on conflict do nothing",
        version,
        *numbers,
        released_at,
    )


@pytest.mark.parametrize(
    ("started", "version", "status"),
    [
        ("2031-01-01T00:00:00Z", "v1.0.0", 200),
        ("2031-01-01T00:00:00Z", "v1.2.0", 200),
        ("2033-01-01T00:00:00Z", "v1.0.0", 422),
        ("2033-01-01T00:00:00Z", "v1.2.0", 200),
        ("2033-01-01T00:00:00Z", "v9.9.9", 422),
    ],
)
def test_firmware_is_the_one_released_when_the_step_started_or_newer(floor, sql, started, version, status):
    _release(sql, "v1.2.0", "2032-01-01Z")
    unit = floor.unit(passed=3)
    floor.start(unit, 4, occurred_at=started)
    answer = floor.complete(unit, 4, data=good(4, unit) | {"firmware_version": version})
    assert answer.status_code == status, answer.text
    if status == 422:
        assert [f["name"] for f in answer.json()["fields"]] == ["firmware_version"]


def test_board_is_in_one_unit_only(floor):
    first, second = floor.unit(passed=3), floor.unit(passed=3)
    board = {"board_serial": f"BRD-{new_id()}"}
    floor.through(first, 4, data=good(4, first) | board)
    floor.start(second, 4)
    answer = floor.complete(second, 4, data=good(4, second) | board)
    assert [f["name"] for f in answer.json()["fields"]] == ["board_serial"]
    assert floor.complete(second, 4).status_code == 200


def test_reopening_a_defected_unit_decides_its_defect_and_the_process_is_due_again(floor):
    code = floor.unit(passed=1)
    _fail(floor, code)
    body = floor.post(f"/units/{code}/reopen", {"reason": "mark it anew"}).json()
    assert (body["status"], body["passed_process"], body["due_process"], body["rework_count"]) == (
        "IN_PROGRESS",
        0,
        1,
        0,
    )
    (defect,) = _trace(floor, code)["defects"]
    assert (defect["status"], defect["decided_by"], defect["reason"]) == ("REWORK", "manager", "mark it anew")
    floor.through(code, 1)
    assert _fail(floor, code)["status"] == "DEFECTED"


def test_repeated_decision_of_one_key_has_one_effect(floor):
    code = floor.unit(passed=3)
    key = {"Idempotency-Key": new_id()}
    answers = [floor.post(f"/units/{code}/reopen", {"reason": "x"}, **key) for _ in range(3)]
    assert [a.status_code for a in answers] == [200] * 3
    assert {a.content for a in answers} == {floor.get(f"/units/{code}").content}
    assert answers[0].json()["passed_process"] == 2
    assert [a.headers.get("idempotent-replay") for a in answers] == [None, "true", "true"]
    other = floor.post(f"/units/{code}/reopen", {"reason": "y"}, **key)
    assert other.json()["code"] == "EVENT_ID_REUSED"


def test_step_keeps_the_limits_that_judged_it_though_a_worker_knew_older_ones(floor, sql):
    """The limits change behind the back of both workers: the next completions are judged by the new ones."""
    tight = msgspec.structs.replace(STANDARD, measured_temp_degc=Range(59.9, 60.1))
    units = [floor.unit(passed=2) for _ in range(6)]
    for unit in units:
        floor.start(unit, 3)
    warm = {"temp_sensor": {"measured_temp": 60.5}, "tof_sensor": {"i2c_communication": True}}
    assert floor.complete(units[0], 3, data=warm).status_code == 200
    _add_limits(sql, tight)
    try:
        refused = [floor.complete(unit, 3, data=warm) for unit in units[1:]]
        assert {a.json()["code"] for a in refused} == {"INVALID_PROCESS_DATA"}
    finally:
        _add_limits(sql, STANDARD)
    assert [floor.complete(unit, 3, data=warm).status_code for unit in units[1:]] == [200] * 5
    versions = [_trace(floor, unit)["steps"][-1]["limits_version"] for unit in units[:2]]
    assert versions[1] > versions[0]


def _add_limits(sql, limits):
    sql(
        "insert into limit_set (model, limits, created_by) values ('PSA', %s, 'test')",
        msgspec.json.encode(limits).decode(),
    )
