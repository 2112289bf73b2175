"""Undo of a start: who may, how long, what it restores; and the serial that survives it."""

from datetime import UTC, datetime, timedelta

import pytest

from support.floor import new_id

PART_DEFECT = {"code": "PART_DEFECT", "description": "bent"}
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)


def _at(seconds):
    return (NOW + timedelta(seconds=seconds)).isoformat()


def _undo(floor, start_id, who="ST-02", **more):
    operator = {"operator": "worker"} if who.startswith("ST-") else {}
    return floor.post("/process/undo", {"event_id": new_id(), "undo": start_id} | operator | more, who)


@pytest.mark.parametrize(
    ("who", "operator", "seconds", "status"),
    [
        ("ST-02", "worker", 10, 200),
        ("ST-02", "manager", 5, 200),
        ("worker", None, 5, 200),
        ("ST-02", "worker", 10.001, 409),
        ("ST-02", "worker", -11, 409),
        ("manager", None, 5, 409),
        ("ST-03", "manager", 5, 409),
    ],
)
def test_undo_is_for_who_started_within_10_s(floor, who, operator, seconds, status):
    unit, start_id = floor.unit(passed=1), new_id()
    floor.start(unit, 2, event_id=start_id, occurred_at=_at(0))
    more = {"operator": operator} if operator else {}
    answer = _undo(floor, start_id, who, occurred_at=_at(seconds), **more)
    assert answer.status_code == status, answer.text
    assert answer.json().get("code") == (None if status == 200 else "CONFLICT")
    assert floor.get(f"/units/{unit}").json()["open_process"] == (None if status == 200 else 2)


def test_undo_of_an_unknown_start_is_not_found(floor):
    assert _undo(floor, new_id()).json()["code"] == "NOT_FOUND"


def test_undo_of_an_event_that_is_no_start_is_not_found(floor):
    unit, done = floor.unit(passed=1), new_id()
    floor.through(unit, 2, event_id=done)
    assert _undo(floor, done).json()["code"] == "NOT_FOUND"


def test_undo_of_a_step_that_is_over_is_a_conflict(floor):
    unit, start_id = floor.unit(passed=1), new_id()
    floor.start(unit, 2, event_id=start_id)
    floor.complete(unit, 2)
    assert _undo(floor, start_id).json()["code"] == "CONFLICT"


@pytest.mark.parametrize("before", ["CREATED", "IN_PROGRESS", "REWORK"])
def test_undo_restores_the_status_and_the_rework_mark_and_both_events_stay(floor, before):
    process = 1 if before == "CREATED" else 2
    unit, start_id = floor.unit(passed=process - 1), new_id()
    if before == "REWORK":
        floor.through(unit, 2, "FAIL", defect=PART_DEFECT)
        floor.post(f"/units/{unit}/rework", {"reason": "again"})
    floor.start(unit, process, event_id=start_id)
    body = _undo(floor, start_id, f"ST-{process:02d}").json()
    assert (body["unit"]["status"], body["unit"]["open_process"]) == (before, None)
    assert body["unit"]["attempt"] >= 1
    floor.through(unit, process)
    trace = floor.get(f"/units/{unit}/trace").json()
    assert [s["result"] for s in trace["steps"]][-2:] == ["UNDONE", "PASS"]
    assert {s["is_rework"] for s in trace["steps"][-2:]} == {before == "REWORK"}
    assert [e["kind"] for e in trace["events"]][-4:] == ["START", "UNDO", "START", "COMPLETE"]


def test_serial_is_issued_once_with_one_label_and_survives_undo_and_failure(floor):
    unit, start_id = floor.unit(passed=6), new_id()
    started = floor.start(unit, 7, event_id=start_id).json()
    serial = f"{unit[4:18]}0001"
    assert started["unit"]["serial_number"] == serial
    assert [
        (j["kind"], j["code"], j["status"]) for j in floor.get(f"/units/{unit}/trace").json()["labels"]
    ] == [("serial", serial, "queued")]
    assert _undo(floor, start_id, "ST-07").json()["unit"]["serial_number"] == serial
    assert [j["status"] for j in floor.get(f"/units/{unit}/trace").json()["labels"]] == ["void"]
    floor.through(unit, 7, "FAIL", defect={"code": "LABEL_PRINT_FAIL"})
    floor.post(f"/units/{unit}/rework", {"reason": "again"})
    assert floor.through(serial, 7)["unit"]["serial_number"] == serial
    assert len(floor.get(f"/units/{serial}/trace").json()["labels"]) == 1


def test_label_that_is_claimed_is_not_voided_by_undo(floor, sql):
    unit, start_id = floor.unit(passed=6), new_id()
    floor.start(unit, 7, event_id=start_id)
    sql(
        "update print_job set status = 'sent' where lot_id = (select id from lot where lot_number = %s)",
        unit[4:18],
    )
    _undo(floor, start_id, "ST-07")
    assert [j["status"] for j in floor.get(f"/units/{unit}/trace").json()["labels"]] == ["sent"]
