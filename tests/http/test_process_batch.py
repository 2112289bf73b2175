"""Batches of events: in order, each with the status and body its own route would have given."""

from neurohub.contract.commands import BATCH_MAX_EVENTS
from support.floor import good, new_id


def _event(kind, code, process, **more):
    return {
        "kind": kind,
        "event_id": new_id(),
        "unit": code,
        "process": process,
        "operator": "worker",
        **more,
    }


def _pass(code, process):
    return _event("complete", code, process, result="PASS", process_data=good(process, code))


def _send(floor, events, who="ST-01"):
    answer = floor.post("/process/events", {"events": events}, who)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def test_batch_of_all_kinds_is_recorded_in_order(floor):
    code = floor.unit()
    start = _event("start", code, 1)
    undo = {"kind": "undo", "event_id": new_id(), "undo": start["event_id"], "operator": "worker"}
    events = [start, undo, _event("start", code, 1), _pass(code, 1), _event("start", code, 1)]
    results = _send(floor, events)
    assert [r["status"] for r in results] == [201, 200, 201, 200, 409]
    assert [r["event_id"] for r in results] == [e["event_id"] for e in events]
    assert results[-1]["body"]["code"] == "PROCESS_ALREADY_PASSED"
    kinds = [e["kind"] for e in floor.get(f"/units/{code}/trace").json()["events"]]
    assert kinds == ["START", "UNDO", "START", "COMPLETE"]


def test_malformed_event_is_refused_alone(floor):
    lot = floor.lot(3)
    codes = [f"WIP-{lot}-{n:03d}" for n in (1, 2, 3)]
    bad = [
        {"kind": "start"},
        {"kind": "explode", "event_id": new_id()},
        {},
        _event("start", codes[1], 9),
        _event("start", codes[1], 1, surprise=True),
        _event("start", "WIP-NONSENSE", 1),
        _event("start", codes[1], 1, operator="nobody"),
        _event("complete", codes[1], 1, result="ERROR", process_data={"lot_number_engraved": "\0"}),
        _event("start", codes[1], 1, occurred_at="0001-01-01T00:00:00+14:00"),
    ]
    results = _send(floor, [_event("start", codes[0], 1), *bad, _event("start", codes[2], 1)])
    assert [results[0]["status"], results[-1]["status"]] == [201, 201]
    assert [r["status"] for r in results[1:-1]] == [400] * 6 + [404, 400, 400]
    assert results[1]["event_id"] is None
    assert results[4]["event_id"] == bad[3]["event_id"]
    assert floor.get(f"/units/{codes[1]}").json()["status"] == "CREATED"


def test_each_result_equals_that_of_the_own_route(floor):
    """A twin unit walks the same way by single calls; only ids, codes and clocks differ."""
    one, twin = floor.unit(), floor.unit()
    events = [_event("start", one, 2), _event("start", one, 1), _event("start", one, 1), _pass(one, 1)]
    results = _send(floor, events)
    singles = [
        floor.start(twin, 2, "ST-01"),
        floor.start(twin, 1),
        floor.start(twin, 1),
        floor.complete(twin, 1),
    ]
    assert [r["status"] for r in results] == [a.status_code for a in singles]
    for result, single in zip(results, singles, strict=True):
        assert _shape(result["body"]) == _shape(single.json())
    again = floor.post("/process/start", {k: v for k, v in events[1].items() if k != "kind"}, "ST-01")
    assert again.json() == results[1]["body"]


def _shape(body):
    """Return `body` without what two units cannot share."""
    own = {
        "event_id",
        "wip_id",
        "lot_number",
        "updated_at",
        "started_at",
        "completed_at",
        "step_id",
        "duration_s",
    }
    return {k: _shape(v) if isinstance(v, dict) else v for k, v in body.items() if k not in own} | {
        "has": sorted(body)
    }


def test_same_event_twice_in_a_batch_is_one(floor):
    event = _event("start", floor.unit(), 1)
    first, second = _send(floor, [event, event])
    assert first == second


def test_batch_has_1_to_500_events(floor):
    lot = floor.lot(100)
    codes = [f"WIP-{lot}-{n:03d}" for n in range(1, 101)]
    passes = [e for code in codes for e in (_event("start", code, 1), _pass(code, 1))]
    full = passes + [_event("start", code, 1) for code in codes * 3]
    results = _send(floor, full)
    assert [r["status"] for r in results] == [201, 200] * 100 + [409] * 300
    assert len(full) == BATCH_MAX_EVENTS
    for wrong in ([], [*full, full[0]]):
        answer = floor.post("/process/events", {"events": wrong}, "ST-01")
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")
    assert floor.get(f"/lots/{lot}").json()["by_process"][1]["waiting"] == 100


def test_batches_are_for_stations(floor):
    events = {"events": [_event("start", floor.unit(), 1)]}
    assert floor.post("/process/events", events, "manager").json()["code"] == "FORBIDDEN"


def test_batch_over_1_mb_is_too_large(floor):
    event = _event("start", "WIP-X", 1) | {"padding": "x" * 1_100_000}
    answer = floor.post("/process/events", {"events": [event]}, "ST-01")
    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")
