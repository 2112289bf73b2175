"""The command table of the plant: which command is allowed in which state, and what a refusal says."""

import pytest

from support.floor import good, new_id


def _open(floor):
    code = floor.unit(passed=1)
    floor.start(code, 2)
    return code


def _defected(floor):
    code = floor.unit(passed=1)
    floor.through(code, 2, "FAIL", defect={"code": "PART_DEFECT"})
    return code


def _rework(floor):
    code = _defected(floor)
    floor.post(f"/units/{code}/rework", {"reason": "new spring"})
    return code


def _scrapped(floor):
    code = floor.unit()
    floor.post(f"/units/{code}/scrap", {"reason": "dropped"})
    return code


STATE = {
    "created": lambda floor: floor.unit(),
    "waiting": lambda floor: floor.unit(passed=1),
    "open": _open,
    "defected": _defected,
    "rework": _rework,
    "scrapped": _scrapped,
    "passed": lambda floor: floor.unit(passed=8),
}

TABLE = [
    ("created", "start", 1, "IN_PROGRESS"),
    ("waiting", "start", 2, "IN_PROGRESS"),
    ("rework", "start", 2, "IN_PROGRESS"),
    ("open", "start", 2, "ALREADY_STARTED"),
    ("open", "start", 1, "ALREADY_STARTED"),
    ("open", "start", 3, "ALREADY_STARTED"),
    ("waiting", "start", 1, "PROCESS_ALREADY_PASSED"),
    ("waiting", "start", 3, "PREVIOUS_PROCESS_NOT_COMPLETED"),
    ("rework", "start", 1, "PROCESS_ALREADY_PASSED"),
    ("defected", "start", 2, "UNIT_NOT_ACTIVE"),
    ("scrapped", "start", 1, "UNIT_NOT_ACTIVE"),
    ("passed", "start", 8, "UNIT_NOT_ACTIVE"),
    ("open", "complete", 2, "IN_PROGRESS"),
    ("open", "complete", 3, "PROCESS_NOT_STARTED"),
    ("open", "complete", 1, "PROCESS_NOT_STARTED"),
    ("created", "complete", 1, "PROCESS_NOT_STARTED"),
    ("waiting", "complete", 2, "PROCESS_NOT_STARTED"),
    ("rework", "complete", 2, "PROCESS_NOT_STARTED"),
    ("defected", "complete", 2, "UNIT_NOT_ACTIVE"),
    ("scrapped", "complete", 1, "UNIT_NOT_ACTIVE"),
    ("passed", "complete", 8, "UNIT_NOT_ACTIVE"),
    ("defected", "rework", 0, "REWORK"),
    *((state, "rework", 0, "UNIT_NOT_ACTIVE") for state in STATE if state != "defected"),
    *((state, "scrap", 0, "SCRAPPED") for state in ("created", "waiting", "open", "defected", "rework")),
    *((state, "scrap", 0, "UNIT_NOT_ACTIVE") for state in ("passed", "scrapped")),
    *((state, "reopen", 0, "UNIT_NOT_ACTIVE") for state in ("created", "open", "scrapped")),
    ("waiting", "reopen", 0, "IN_PROGRESS"),
    ("passed", "reopen", 0, "IN_PROGRESS"),
    ("defected", "reopen", 0, "IN_PROGRESS"),
    ("rework", "reopen", 0, "REWORK"),
]


@pytest.mark.parametrize(("state", "command", "process", "outcome"), TABLE)
def test_command_table(floor, state, command, process, outcome):
    code = STATE[state](floor)
    before = floor.get(f"/units/{code}").json()
    if command == "start":
        answer = floor.start(code, process)
    elif command == "complete":
        answer = floor.complete(code, process)
    else:
        answer = floor.post(f"/units/{code}/{command}", {"reason": "decided"})
    body = answer.json()
    if outcome.isupper() and "code" in body:
        assert (answer.status_code, body["code"]) == (409, outcome)
        assert floor.get(f"/units/{code}").json() == before
    else:
        assert answer.status_code in {200, 201}, body
        assert body.get("unit", body)["status"] == outcome
        assert floor.get(f"/units/{code}").json() == body.get("unit", body)


@pytest.mark.parametrize("command", ["rework", "scrap", "reopen"])
def test_decisions_need_a_reason_and_a_manager(floor, command):
    code = floor.unit()
    assert floor.post(f"/units/{code}/{command}", {}).json()["code"] == "INVALID_REQUEST"
    assert floor.post(f"/units/{code}/{command}", {"reason": ""}).json()["code"] == "INVALID_REQUEST"
    for who in ("worker", "viewer", "ST-01"):
        assert floor.post(f"/units/{code}/{command}", {"reason": "x"}, who).json()["code"] == "FORBIDDEN"


@pytest.mark.parametrize(("process", "due"), [(1, 2), (3, 2)])
def test_refused_start_names_the_due_process_and_its_station(floor, process, due):
    body = floor.start(floor.unit(passed=1), process).json()
    assert (body["due_process"], body["due_stations"]) == (due, ["ST-02"])
    assert (body["unit"]["passed_process"], body["unit"]["due_process"]) == (1, 2)
    assert "process 2 is due, at ST-02" in body["detail"]


def test_refused_second_start_names_who_has_the_unit(floor):
    body = floor.start(_open(floor), 2, "manager").json()
    assert (body["open_station"], body["open_operator"], body["due_process"]) == ("ST-02", "worker", 2)


def test_answers_to_stations_are_small(floor):
    code = floor.unit(passed=1)
    for answer in (floor.start(code, 3), floor.start(code, 2), floor.complete(code, 2)):
        assert len(answer.content) < 2048


@pytest.mark.parametrize("name", ["x", "값", "\u0001", "💥" * 90])
def test_refusal_of_many_fields_is_small_and_says_how_many_there_are(floor, name):
    code = floor.unit()
    floor.start(code, 1)
    answer = floor.complete(code, 1, "FAIL", data={f"{name}{i}": i for i in range(150)})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "INVALID_PROCESS_DATA")
    assert len(answer.content) < 2048
    assert len(body["fields"]) + body["more"] == 151  # and the missing defect code


def test_answer_to_many_test_points_is_small_names_the_failed_and_the_trace_has_all(floor):
    code = floor.unit(passed=5)
    point = {"test_point_id": "T38_P170", "temperature": 38, "displacement": 170, "measured_force": 12.8}
    points = [point] * 48 + [point | {"measured_force": 9.9}] * 2
    floor.start(code, 6)
    answer = floor.complete(code, 6, "FAIL", data={"test_results": points})
    assert len(answer.content) < 2048
    assert [judged["ok"] for judged in answer.json()["judged"]][:3] == [False, False, True]
    assert len(floor.get(f"/units/{code}/trace").json()["steps"][-1]["measurements"]) == 50


IN_ORDER = [
    "EVENT_ID_REUSED",
    "INVALID_BARCODE",
    "UNIT_NOT_FOUND",
    "OPERATOR_NOT_FOUND",
    "EQUIPMENT_NOT_FOUND",
    "FORBIDDEN",
    "LOT_NOT_ACTIVE",
    "UNIT_NOT_ACTIVE",
    "ALREADY_STARTED",
    "PROCESS_ALREADY_PASSED",
]


def test_refusal_names_the_first_cause_in_the_plants_order(floor, sql):
    """Break everything at once, then mend one cause after the other: each time the next one is named."""
    code, used, seen = floor.unit(passed=2), new_id(), []
    of_lot = "(select id from lot where lot_number = %s)"
    assert floor.start(floor.unit(), 1, event_id=used).status_code == 201
    wrong = {"event_id": used, "unit": "WIP-X", "process": 2, "operator": "nobody", "equipment": "EQ-404"}

    def send(**mended):
        wrong.update(mended)
        seen.append(floor.post("/process/start", wrong, "ST-01").json().get("code"))

    send()
    send(event_id=new_id())
    send(unit=code.replace("-001", "-002"))
    send(unit=code)
    send(operator="worker")
    send(equipment="EQ-1")
    sql("update lot set status = 'CLOSED' where lot_number = %s", code[4:18])
    send(process=1)
    sql("update lot set status = 'IN_PROGRESS' where lot_number = %s", code[4:18])
    sql(f"update unit set status = 'DEFECTED' where lot_id = {of_lot}", code[4:18])
    send()
    sql(f"update unit set status = 'IN_PROGRESS' where lot_id = {of_lot}", code[4:18])
    floor.start(code, 3)
    send()
    floor.complete(code, 3, "ERROR")
    send()
    assert seen == IN_ORDER
    assert floor.start(code, 4).json()["code"] == "PREVIOUS_PROCESS_NOT_COMPLETED"


def test_completion_names_the_step_before_the_data(floor):
    code = floor.unit()
    assert floor.complete(code, 1, data={"nonsense": 1}).json()["code"] == "PROCESS_NOT_STARTED"
    floor.start(code, 1)
    body = floor.complete(code, 1, data={"nonsense": 1}).json()
    assert body["code"] == "INVALID_PROCESS_DATA"
    assert {f["name"] for f in body["fields"]} == {"nonsense"}


@pytest.mark.parametrize("scan", ["{wip}", " {lower} ", "{serial}", "{serial}\r\n"])
def test_either_code_names_the_unit_trimmed_and_in_any_case(floor, scan):
    wip = floor.unit(passed=7)
    serial = f"{wip[4:18]}0001"
    text = scan.format(wip=wip, lower=wip.lower(), serial=serial)
    body = floor.start(text, 8).json()
    assert (body["unit"]["wip_id"], body["unit"]["serial_number"]) == (wip, serial)


def test_serial_names_no_unit_before_it_is_issued(floor):
    wip = floor.unit()
    serial = f"{wip[4:18]}0001"
    assert floor.start(serial, 1).json()["code"] == "UNIT_NOT_FOUND"
    assert floor.get(f"/units/{serial}").json()["code"] == "UNIT_NOT_FOUND"
    assert floor.post(f"/units/{serial}/scrap", {"reason": "x"}).json()["code"] == "UNIT_NOT_FOUND"


def test_completion_carries_the_judgement_and_the_trace_keeps_it(floor):
    code = floor.unit(passed=2)
    data = good(3, code)
    step = floor.through(code, 3, data=data)
    measured = step["judged"][0]
    assert (measured["name"], measured["low"], measured["high"], measured["ok"]) == (
        "temp_sensor.measured_temp",
        59.0,
        61.0,
        True,
    )
    traced = floor.get(f"/units/{code}/trace").json()["steps"][-1]
    assert traced["measurements"] == step["judged"]
    assert traced["limits_version"] >= 1
