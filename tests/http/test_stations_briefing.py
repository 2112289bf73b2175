"""The briefing: what a station must know to work on its own, and nothing of other lines."""

import hashlib
from uuid import uuid4

import msgspec

from neurohub import __version__
from neurohub.contract.stations import Briefing
from support.master import add, name, send, station, user
from support.problems import refused


def briefed(floor, who="ST-03", **headers):
    answer = floor.client.get("/stations/briefing", headers=floor.headers(who) | headers)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Briefing)


def test_a_briefing_names_the_station_its_plant_and_its_processes(floor):
    found = briefed(floor)
    assert (found.station.code, found.station.processes, found.line) == ("ST-03", [3], "KR01")
    assert found.timezone == "Asia/Seoul"
    assert [process.process for process in found.processes] == [*range(1, 9)]
    assert {code.code for code in found.defect_codes} >= {"SENSOR_TEMP_FAIL", "SENSOR_TOF_FAIL"}
    assert {code.process for code in found.defect_codes} == {3}
    assert found.newest_version == __version__


def test_a_briefing_holds_who_may_work_on_the_line(floor):
    here = add(floor, "/users", user())["username"]
    elsewhere = add(floor, "/users", user(line="KR02"))["username"]
    gone = add(floor, "/users", user())["username"]
    send(floor, "DELETE", f"/users/{gone}")
    found = {person.username for person in briefed(floor).people}
    assert found >= {here, "worker", "manager", "admin"}
    assert not found & {elsewhere, gone, "viewer"}
    assert elsewhere in {person.username for person in briefed(floor, "ST-99").people}


def test_a_briefing_says_who_is_a_manager(floor):
    roles = {person.username: person.role for person in briefed(floor).people}
    assert [roles[name] for name in ("worker", "manager", "admin")] == ["worker", "manager", "admin"]


def test_a_briefing_holds_the_limits_in_force_of_the_stations_processes(floor):
    model = add(floor, "/models", {"code": "QQZ", "name": "Told"})["code"]
    points = {"T60_P210": {"target": 18.3, "tolerance": 0.1}, "COLD": {"target": 1, "tolerance": 0}}
    limits = {"measured_temp_degc": {"low": 58.5, "high": 61}, "test_points": points}
    add(floor, "/limits", {"model": model, "limits": limits})
    told = {
        (limit.name, limit.unit, limit.low, limit.high)
        for who in ("ST-03", "ST-06")
        for limit in briefed(floor, who).limits
        if limit.model == model
    }
    assert told == {
        ("temp_sensor.measured_temp", "degC", 58.5, 61.0),
        ("T60_P210.measured_force", "kgf", 18.2, 18.4),
        ("COLD.measured_force", "kgf", 1.0, 1.0),
    }
    assert briefed(floor, "ST-05").limits == []


def test_a_briefing_holds_the_things_of_the_line(floor):
    rig = add(floor, "/equipment", {"code": name(), "name": "Rig", "line": "KR01", "process": 3})["code"]
    other = add(floor, "/equipment", {"code": name(), "name": "Oven", "line": "KR01", "process": 5})["code"]
    shared = add(floor, "/equipment", {"code": name(), "name": "Gauge"})["code"]
    printer = add(
        floor, "/printers", {"code": name("P"), "name": "Zebra", "line": "KR01", "address": "10.0.0.7:9100"}
    )["code"]
    next_door = add(floor, "/stations", station(line="KR02"))["code"]
    found = briefed(floor)
    equipment = {item.code for item in found.equipment}
    assert equipment >= {"EQ-1", rig, shared}
    assert other not in equipment
    assert printer in {item.code for item in found.printers}
    stations = {item.code for item in found.stations}
    assert stations >= {f"ST-{process:02d}" for process in range(1, 9)}
    assert not stations & {"ST-99", next_door}


def test_a_briefing_is_not_sent_again_until_something_changes(floor):
    first = floor.get("/stations/briefing", "ST-05")
    held = {"If-None-Match": first.headers["etag"]}
    unchanged = floor.client.get("/stations/briefing", headers=floor.headers("ST-05") | held)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    who = add(floor, "/users", user())["username"]
    assert who in {person.username for person in briefed(floor, "ST-05", **held).people}


def test_a_badge_travels_to_the_stations_as_its_hash_alone(floor, sql):
    code = f"kr-{uuid4().hex[:12]}"
    made = add(floor, "/users", user(badge=f" {code} "))
    assert made["has_badge"] is True
    (person,) = [p for p in briefed(floor).people if p.username == made["username"]]
    assert person.badge_sha256 == hashlib.sha256(code.upper().encode()).hexdigest()
    audited = sql("select before::text, after::text from audit where key = %s", made["username"]).fetchall()
    assert audited
    assert person.badge_sha256 not in str(audited)
    assert code.upper() not in str(audited).upper()


def test_a_badge_is_held_by_one_active_person(floor):
    badge = uuid4().hex[:16]
    first = add(floor, "/users", user(badge=badge))["username"]
    second = add(floor, "/users", user())["username"]
    taken = send(floor, "PATCH", f"/users/{second}", {"badge": badge.upper()})
    assert refused(taken) == (409, "CONFLICT")
    assert badge.upper() not in taken.text
    send(floor, "DELETE", f"/users/{first}")
    assert send(floor, "PATCH", f"/users/{second}", {"badge": badge}).json()["has_badge"] is True
    assert refused(send(floor, "PATCH", f"/users/{first}", {"active": True})) == (409, "CONFLICT")
    returned = send(floor, "PATCH", f"/users/{first}", {"active": True, "badge": None}).json()
    assert (returned["active"], returned["has_badge"]) == (True, False)


def test_what_is_no_badge_is_refused(floor):
    for badge in ("ABC", "A" * 33, "배지-0001", "AB_CD", "AB CD", "ABCD\n", ""):
        answer = send(floor, "POST", "/users", user(badge=badge))
        assert refused(answer) == (400, "INVALID_REQUEST"), badge
