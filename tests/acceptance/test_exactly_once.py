"""Exactly-once over HTTP: however often an event is sent, by whatever worker it is taken, it happens once."""

import asyncio
import random

import httpx
import pytest

from support.floor import OF_PROCESS, good, new_id

DRAW = random.Random(7)


def _start(code, process=1, **more):
    return {"event_id": new_id(), "unit": code, "process": process, "operator": "worker", **more}


def _complete(code, process=1, result="PASS", **more):
    data = good(process, code) if result == "PASS" else {}
    return _start(code, process, result=result, process_data=data, **more)


async def _send_all(base, headers, calls):
    """Send all calls at once, each on a connection of its own, so that both workers get some."""
    limits = httpx.Limits(max_connections=40, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=f"{base}/api/v1", timeout=60, limits=limits) as client:
        return await asyncio.gather(*(client.post(p, json=b, headers=headers) for p, b in calls))


def _send(base, floor, who, calls):
    return asyncio.run(_send_all(base, floor.headers(who), calls))


def _replays(answers):
    return sum(a.headers.get("idempotent-replay") == "true" for a in answers)


def _count(sql_events, kind):
    return sum(event["kind"] == kind for event in sql_events)


def test_each_event_sent_up_to_20_times_has_one_effect_and_byte_equal_answers(floor, base):
    lot = floor.lot(40)
    starts = {f"WIP-{lot}-{n:03d}": _start(f"WIP-{lot}-{n:03d}") for n in range(1, 41)}
    for path, events, status in (
        ("/process/start", starts, 201),
        ("/process/complete", {code: _complete(code) for code in starts}, 200),
    ):
        times = {code: n % 20 + 1 for n, code in enumerate(events)}
        calls = [(path, event) for code, event in events.items() for _ in range(times[code])]
        DRAW.shuffle(calls)
        answers = _send(base, floor, "ST-01", calls)
        for code, event in events.items():
            mine = [a for a, (_, b) in zip(answers, calls, strict=True) if b is event]
            assert {a.status_code for a in mine} == {status}
            assert len({a.content for a in mine}) == 1
            assert _replays(mine) == times[code] - 1
    for code in list(starts)[::8]:
        trace = floor.get(f"/units/{code}/trace").json()
        assert [e["kind"] for e in trace["events"]] == ["START", "COMPLETE"]
        assert trace["passed_process"] == 1


def test_undo_sent_many_times_is_one_undo(floor, base):
    code = floor.unit()
    start = _start(code)
    undo = {"event_id": new_id(), "undo": start["event_id"], "operator": "worker"}
    assert floor.post("/process/start", start, "ST-01").status_code == 201
    answers = _send(base, floor, "ST-01", [("/process/undo", undo)] * 20)
    assert ({a.status_code for a in answers}, len({a.content for a in answers})) == ({200}, 1)
    assert _replays(answers) == 19
    events = floor.get(f"/units/{code}/trace").json()["events"]
    assert [e["kind"] for e in events] == ["START", "UNDO"]


def test_first_answer_is_given_again_after_the_unit_moved_on(floor):
    code = floor.unit()
    event = _start(code)
    first = floor.post("/process/start", event, "ST-01")
    floor.complete(code, 1)
    floor.through(code, 2)
    floor.post(f"/units/{code}/scrap", {"reason": "x"})
    again = floor.post("/process/start", event, "ST-01")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replay"] == "true"
    assert "idempotent-replay" not in first.headers


SAME = [
    lambda e: e | {"unit": f" {e['unit'].lower()} "},
    lambda e: dict(reversed(e.items())),
    lambda e: e | {"occurred_at": "2026-05-01T18:00:00+09:00"},
]


@pytest.mark.parametrize("again", SAME)
def test_same_command_written_differently_is_the_same_event(floor, again):
    event = _start(floor.unit(), occurred_at="2026-05-01T09:00:00Z")
    first = floor.post("/process/start", event, "ST-01")
    assert floor.post("/process/start", again(event), "ST-01").content == first.content


OTHER = [
    lambda e: e | {"process": 2},
    lambda e: e | {"occurred_at": "2026-05-01T09:00:01Z"},
    lambda e: e | {"operator": "manager"},
    lambda e: e | {"station_seq": 1},
    lambda e: e | {"equipment": "EQ-1"},
    lambda e: e | {"unit": e["unit"][:-3] + "002"},
]


@pytest.mark.parametrize("other", OTHER)
def test_id_of_another_command_is_refused(floor, other):
    event = _start(floor.unit(), occurred_at="2026-05-01T09:00:00Z")
    assert floor.post("/process/start", event, "ST-01").status_code == 201
    answer = floor.post("/process/start", other(event), "ST-01")
    assert (answer.status_code, answer.json()["code"]) == (422, "EVENT_ID_REUSED")


def test_id_of_another_credential_is_refused(floor):
    event = _start(floor.unit())
    assert floor.post("/process/start", event, "ST-01").status_code == 201
    assert floor.post("/process/start", event, "worker").json()["code"] == "EVENT_ID_REUSED"


def test_one_id_for_many_units_at_once_has_one_effect(floor, base):
    lot, event_id = floor.lot(20), new_id()
    calls = [("/process/start", _start(f"WIP-{lot}-{n:03d}") | {"event_id": event_id}) for n in range(1, 21)]
    answers = _send(base, floor, "ST-01", calls)
    assert sorted(a.status_code for a in answers) == [201] + [422] * 19
    units = floor.get(f"/lots/{lot}/units").json()["items"]
    assert sum(u["open_process"] == 1 for u in units) == 1


def test_rejected_event_leaves_no_trace_and_is_judged_afresh(floor):
    code = floor.unit()
    early = _start(code, 2)
    before = floor.get(f"/units/{code}/trace").json()
    refused = floor.post("/process/start", early, "ST-02")
    assert refused.json()["code"] == "PREVIOUS_PROCESS_NOT_COMPLETED"
    assert floor.get(f"/units/{code}/trace").json() == before
    floor.through(code, 1)
    assert floor.post("/process/start", early, "ST-02").status_code == 201


def test_batch_and_own_route_are_one_event(floor, base):
    code = floor.unit()
    start, done = _start(code), _complete(code)
    batch = {"events": [{"kind": "start", **start}, {"kind": "complete", **done}]}
    calls = [("/process/events", batch)] * 10 + [("/process/start", start)] * 10
    answers = _send(base, floor, "ST-01", calls)
    assert {a.status_code for a in answers} == {200, 201}
    single = {a.content for a in answers[10:]}
    bodies = [a.json()["results"] for a in answers[:10]]
    assert len(single) == 1
    assert all(results == bodies[0] for results in bodies)
    assert bodies[0][0]["body"] == answers[10].json()
    assert [e["kind"] for e in floor.get(f"/units/{code}/trace").json()["events"]] == ["START", "COMPLETE"]
    assert floor.post("/process/complete", done, OF_PROCESS[1]).json() == bodies[0][1]["body"]


def test_create_with_a_key_happens_once_with_byte_equal_answers(floor, base):
    command = {"line": "KR02", "model": "WFO", "target_quantity": 3, "shift": "N"}
    headers = floor.headers("manager") | {"Idempotency-Key": new_id()}
    answers = asyncio.run(_send_all(base, headers, [("/lots", command)] * 20))
    assert ({a.status_code for a in answers}, len({a.content for a in answers})) == ({201}, 1)
    assert _replays(answers) == 19
    lot = answers[0].json()["lot_number"]
    units = asyncio.run(_send_all(base, headers, [(f"/lots/{lot}/units", {"quantity": 2})]))[0]
    assert units.json()["code"] == "EVENT_ID_REUSED"
    key = {"Idempotency-Key": new_id()}
    more = [floor.post(f"/lots/{lot}/units", {"quantity": 3}, **key) for _ in range(3)]
    assert (len({a.content for a in more}), _replays(more)) == (1, 2)
    assert floor.get(f"/lots/{lot}").json()["unit_count"] == 3


def test_refused_create_frees_its_key(floor):
    lot = floor.lot(1)
    key = {"Idempotency-Key": new_id()}
    assert floor.post(f"/lots/{lot}/units", {"quantity": 5}, **key).json()["code"] == "WIP_LIMIT_EXCEEDED"
    assert floor.post(
        "/lots", {"line": "KR01", "model": "PSA", "target_quantity": 1, "shift": "D"}, **key
    ).is_success
