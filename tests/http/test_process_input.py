"""Texts and clocks a client may send: kept, flagged or refused, never an error of ours."""

import pytest

from support.floor import new_id


@pytest.mark.parametrize(
    "text",
    ["a\\u0000b", "\\u0000"],
)
def test_text_the_database_cannot_keep_is_refused_and_leaves_nothing(floor, text):
    code = floor.unit()
    floor.start(code, 1)
    body = (
        f'{{"event_id": "{new_id()}", "unit": "{code}", "process": 1, "operator": "worker", "result": "FAIL",'
        f' "process_data": {{}}, "defect": {{"code": "MARKING_UNREADABLE", "description": "{text}"}}}}'
    )
    headers = floor.headers("ST-01") | {"Content-Type": "application/json"}
    answer = floor.client.post("/process/complete", content=body, headers=headers)
    assert answer.json()["code"] == "INVALID_REQUEST"
    assert floor.get(f"/units/{code}").json()["open_process"] == 1


def test_text_that_only_looks_like_nul_is_kept(floor):
    code = floor.unit()
    floor.through(code, 1, "FAIL", defect={"code": "MARKING_UNREADABLE", "description": "\\u0000"})
    assert floor.get(f"/units/{code}/trace").json()["defects"][0]["description"] == "\\u0000"


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_instant_outside_the_calendar_is_refused(floor, instant):
    assert floor.start(floor.unit(), 1, occurred_at=instant).json()["code"] == "INVALID_REQUEST"


@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2020-01-01T00:00:00+09:00"]
)
def test_wrong_clock_is_accepted_and_shown(floor, instant):
    code = floor.unit()
    assert floor.start(code, 1, occurred_at=instant).status_code == 201
    assert floor.complete(code, 1).status_code == 200
    assert floor.get(f"/units/{code}/trace").status_code == 200
    assert floor.get("/dashboard/summary").status_code == 200


def test_event_out_of_clock_order_is_flagged(floor):
    code = floor.unit()
    floor.start(code, 1, occurred_at="2099-01-01T00:00:00Z")
    floor.complete(code, 1, occurred_at="2026-01-01T00:00:00Z")
    flags = [event["flags"] for event in floor.get(f"/units/{code}/trace").json()["events"]]
    assert flags == [["clock"], ["clock"]]


def test_event_in_clock_order_is_not_flagged(floor):
    code = floor.unit()
    floor.start(code, 1, occurred_at="2026-01-01T00:00:00Z")
    floor.complete(code, 1, occurred_at="2026-01-01T00:01:00Z")
    trace = floor.get(f"/units/{code}/trace").json()
    assert [event["flags"] for event in trace["events"]] == [[], []]
    assert trace["steps"][0]["duration_s"] == 60.0
