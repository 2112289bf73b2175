"""Who may do a step, and whose step it is."""

import pytest

from support.floor import new_id


def test_station_does_only_its_processes_on_its_line(floor):
    code = floor.unit()
    assert floor.start(code, 1, "ST-02").json()["code"] == "FORBIDDEN"
    assert floor.start(code, 1, "ST-99").json()["code"] == "FORBIDDEN"
    assert floor.start(floor.unit(line="KR02"), 1, "ST-99").status_code == 201


def test_worker_scans_on_the_own_line_only(floor):
    assert floor.start(floor.unit(line="KR02"), 1, "worker").json()["code"] == "FORBIDDEN"
    assert floor.start(floor.unit(), 1, "worker").status_code == 201


def test_manager_of_one_line_scans_on_every_line(floor, sql):
    sql("update person set line = 'KR02' where username = 'manager'")
    try:
        assert floor.start(floor.unit(), 1, "manager").status_code == 201
    finally:
        sql("update person set line = null where username = 'manager'")


def test_station_names_the_operator_and_a_person_is_the_operator(floor):
    code = floor.unit()
    body = {"event_id": new_id(), "unit": code, "process": 1}
    assert floor.post("/process/start", body, "ST-01").json()["code"] == "INVALID_REQUEST"
    assert floor.start(code, 1, "manager", operator="worker").json()["code"] == "INVALID_REQUEST"
    assert floor.start(code, 1, operator="viewer").json()["code"] == "OPERATOR_NOT_FOUND"
    assert floor.start(code, 1, "viewer").json()["code"] == "FORBIDDEN"


def test_inactive_operator_never_blocks_finished_work_and_is_flagged(floor, sql):
    sql(
        "insert into person (username, name, role, line, password_hash, active)"
        " values ('gone', 'Gone', 'worker', 'KR01', 'x', false) on conflict do nothing"
    )
    code = floor.unit()
    assert floor.start(code, 1, operator="gone").status_code == 201
    assert floor.get(f"/units/{code}/trace").json()["events"][-1]["flags"] == ["operator_inactive"]


OWNERS = [
    ("ST-02", {}, 200),
    ("manager", {}, 200),
    ("admin", {}, 200),
    ("worker", {}, 409),
    ("worker", {"start_event_id": "own"}, 200),
    ("ST-02", {"start_event_id": "other"}, 409),
    ("manager", {"start_event_id": "other"}, 409),
]


@pytest.mark.parametrize(("who", "more", "status"), OWNERS)
def test_step_of_a_station_is_completed_by_its_owner_alone(floor, who, more, status):
    code, event_id = floor.unit(passed=1), new_id()
    floor.start(code, 2, event_id=event_id)
    ids = {"own": event_id, "other": new_id()}
    answer = floor.complete(code, 2, who=who, **{key: ids[value] for key, value in more.items()})
    assert answer.status_code == status, answer.text
    if status == 409:
        assert answer.json()["code"] == "PROCESS_NOT_STARTED"


def test_step_of_a_person_is_completed_by_that_person_at_any_station(floor):
    code = floor.unit()
    floor.start(code, 1, "worker")
    assert floor.complete(code, 1, operator="manager").json()["code"] == "PROCESS_NOT_STARTED"
    assert floor.complete(code, 1, operator="worker").status_code == 200
