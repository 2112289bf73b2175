"""Alerts over HTTP: listed, paged, read once; and the jobs of a running service raise them."""

import time

import pytest

from support.problems import refused


def alerts(floor, **params):
    answer = floor.get("/alerts", "manager", **params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.fixture
def failed(floor):
    """Fail a unit at process 2; return its alert."""
    code = floor.unit(passed=1)
    floor.start(code, 2)
    defect = {"code": "ASSEMBLY_ERROR", "description": "x"}
    assert floor.complete(code, 2, "FAIL", defect=defect).status_code == 200
    (found,) = [a for a in alerts(floor, kind="DEFECT_DETECTED") if a["facts"]["wip_id"] == code]
    return found


def test_an_alert_says_what_where_and_when(failed):
    assert (failed["kind"], failed["severity"], failed["line"]) == ("DEFECT_DETECTED", "high", "KR01")
    assert failed["facts"]["code"] == "ASSEMBLY_ERROR"
    assert failed["raised_at"]
    assert (failed["over_at"], failed["read_at"], failed["read_by"]) == (None, None, None)


def test_who_has_read_an_alert_first_stays_who_has_read_it(floor, failed):
    path = f"/alerts/{failed['id']}/read"
    first = floor.client.put(path, headers=floor.headers("manager"))
    assert first.json()["read_by"] == "user:manager"
    again = floor.client.put(path, headers=floor.headers("admin"))
    assert again.json() == first.json()
    assert failed["id"] not in {a["id"] for a in alerts(floor, unread="true", limit=200)}
    assert failed["id"] in {a["id"] for a in alerts(floor, limit=200)}


def test_pages_of_the_list_hold_every_alert_once_raised_last_first(floor, sql):
    sql(
        "insert into alert (kind, severity, cause, line, facts, raised_at)"
        " select 'LOT_COMPLETED', 'low', 'page:' || n, 'KR02', '{}', timestamptz '2026-01-01Z' + n / 4 * interval '1 s'"
        " from generate_series(1, 23) n"
    )
    found, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = floor.get("/alerts", "manager", kind="LOT_COMPLETED", line="KR02", limit=5, **more).json()
        found += page["items"]
        if (cursor := page["next"]) is None:
            break
    raised = [a["raised_at"] for a in found if a["facts"] == {}]
    assert len(raised) == len({a["id"] for a in found if a["facts"] == {}}) == 23
    assert raised == sorted(raised, reverse=True)


def test_an_alert_of_the_whole_plant_is_in_the_list_of_every_line(floor, sql):
    sql(
        "insert into alert (kind, severity, cause, facts) values ('FIRMWARE_UPDATE', 'low', 'plant', '{}')"
        " on conflict do nothing"
    )
    for line in ("KR01", "KR02"):
        assert None in {a["line"] for a in alerts(floor, line=line, kind="FIRMWARE_UPDATE")}


def test_what_is_no_alert_cannot_be_read(floor):
    for number in (0, -1, 2**40, 2**70):
        answer = floor.client.put(f"/alerts/{number}/read", headers=floor.headers("manager"))
        assert refused(answer)[0] == 404
    assert refused(floor.client.put("/alerts/x/read", headers=floor.headers("manager")))[0] in {400, 404}


def test_a_running_service_notices_a_silent_station(floor, sql):
    beat = {"version": "1", "queue_depth": 0, "oldest_unsent_s": None}
    devices = {"scanner": "OK", "printer": "OK", "folder": "OFF"}
    floor.post("/stations/heartbeat", beat | devices, "ST-02")
    sql("update station_beat set at = at - interval '3 minutes' where station = 'ST-02'")
    sql("update job set ran_at = '-infinity' where name = 'alerts'")
    deadline = time.monotonic() + 20
    while not any(a["facts"]["station"] == "ST-02" for a in alerts(floor, kind="STATION_SILENT")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
