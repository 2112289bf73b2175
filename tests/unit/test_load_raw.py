"""The raw driver's work: what it sends is what the contract takes, and no answer goes unchecked."""

from collections import deque

import msgspec
import pytest

from bench.driver import Answer, Request
from bench.plan import Key, Phase, Plan, Queue, Section, WorkUnit, share
from bench.raw.race import BACK, WIN, Race
from bench.raw.record import Record
from bench.raw.replay import EVENTS, Replay
from bench.raw.tape import Tape, Walker
from bench.raw.walk import COMPLETE, START, Walk
from neurohub.contract.commands import CompleteStep, StartStep, StepEvent, UndoStart
from neurohub.contract.process_data import BY_PROCESS

STATIONS = tuple(Key(f"LD-{n:02d}", "") for n in range(1, 9))
PLAN = Plan(
    host="http://127.0.0.1:8000",
    users=0,
    tps=0.0,
    seed=1,
    roles={"operator": 1},
    phases=[],
    workers=["ld-worker-01"],
    sections=[Section("KR01", STATIONS)],
    units=[WorkUnit("KR01", f"WIP-KR01PSA2511001-{n:03d}") for n in range(1, 4)],
)
decode = msgspec.json.Decoder(StepEvent).decode


@pytest.fixture
def tape():
    headers = {name: {"Authorization": f"Bearer {name}"} for name in [key.name for key in STATIONS] + ["LQ"]}
    return Tape(PLAN, headers)


@pytest.fixture
def record():
    return Record()


def walk(record, tape, units=1):
    return Walk(record, tape, deque((Walker(unit, n), b"") for n, unit in enumerate(PLAN.units[:units])))


def event_of(request: Request) -> StartStep | CompleteStep | UndoStart:
    return decode(request.wire.partition(b"\r\n\r\n")[2])


def answer(event, wip_id="WIP-KR01PSA2511001-001", **changes):
    """Answer as the service does: the unit after the event."""
    is_start = isinstance(event, StartStep)
    passed = event.process - 1 if is_start else event.process
    unit = {
        "wip_id": wip_id,
        "status": "PASSED" if passed == 8 else "IN_PROGRESS",
        "passed_process": passed,
        "open_process": event.process if is_start else None,
    }
    body = {"event_id": event.event_id, "unit": unit | changes, "process": event.process}
    if not is_start:
        body["result"] = event.result
    return Answer(201 if is_start else 200, msgspec.json.encode(body))


def refusal(status, code):
    return Answer(status, msgspec.json.encode({"code": code}))


def fates(record):
    return [fate for fate, _ in record.fates.values()]


def test_a_unit_is_walked_through_all_processes_with_data_the_contract_takes(record, tape):
    work, names = walk(record, tape), []
    while (request := work.next()) is not None:
        event = event_of(request)
        names.append((request.name, event.process))
        if isinstance(event, CompleteStep):
            msgspec.convert(event.process_data, BY_PROCESS[event.process])
        work.answered(request, answer(event))
    assert names == [(name, process) for process in range(1, 9) for name in (START, COMPLETE)]
    assert record.samples.errors == {}
    assert fates(record) == ["acknowledged"] * 16


def test_each_request_goes_with_the_token_of_the_processs_station(record, tape):
    work = walk(record, tape)
    request = work.next()
    assert b"\r\nAuthorization: Bearer LD-01\r\n" in request.wire
    head, _, body = request.wire.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head


def test_a_serial_is_scanned_back_and_named_from_the_completion_of_process_7_on(record, tape):
    work, seen = walk(record, tape), {}
    while (request := work.next()) is not None:
        event = event_of(request)
        seen[request.name, event.process] = event
        work.answered(request, answer(event))
    assert seen[START, 7].unit == "WIP-KR01PSA2511001-001"
    assert seen[COMPLETE, 7].unit == seen[START, 8].unit == "KR01PSA25110010001"
    assert seen[COMPLETE, 7].process_data["verified_code"] == "KR01PSA25110010001"


def test_what_was_refused_for_overload_is_sent_again_with_its_id_and_counts_as_no_error(record, tape):
    work = walk(record, tape)
    first = work.next()
    work.answered(first, refusal(503, "OVERLOADED"))
    again = work.next()
    assert event_of(again).event_id == event_of(first).event_id
    assert (record.refused, record.samples.errors, fates(record)) == (1, {}, ["refused"])
    work.answered(again, answer(event_of(again)))
    assert fates(record) == ["acknowledged"]


def test_a_lost_answer_is_an_error_in_doubt_until_the_same_event_is_answered(record, tape):
    work = walk(record, tape)
    first = work.next()
    work.answered(first, Answer(0, b""))
    assert (fates(record), record.samples.errors.total()) == (["sent"], 1)
    again = work.next()
    assert event_of(again).event_id == event_of(first).event_id
    work.answered(again, answer(event_of(again)))
    assert fates(record) == ["acknowledged"]


@pytest.mark.parametrize(
    "lie", [{"passed_process": 3}, {"open_process": None}, {"status": "PASSED"}], ids=str
)
def test_an_answer_with_another_effect_than_asked_for_is_an_error(record, tape, lie):
    work = walk(record, tape)
    request = work.next()
    work.answered(request, answer(event_of(request), **lie))
    assert record.samples.errors.total() == 1


def test_a_refusal_that_is_no_overload_takes_the_unit_out(record, tape):
    work = walk(record, tape)
    work.answered(work.next(), refusal(409, "ALREADY_STARTED"))
    assert (record.samples.errors.total(), work.next()) == (1, None)


def test_a_race_is_started_again_only_after_its_winner_took_the_start_back(record, tape):
    race = Race(record, tape, [Walker(PLAN.units[0], n) for n in range(4)])
    one, other = race.next(), race.next()
    race.answered(one, answer(event_of(one)))
    race.answered(other, refusal(409, "ALREADY_STARTED"))
    back = race.next()
    assert (one.name, back.name) == (WIN, BACK)
    assert event_of(back).undo == event_of(one).event_id
    assert (fates(record), record.samples.errors) == (["acknowledged", "refused"], {})


def test_a_queue_is_handed_in_in_order_and_waits_when_the_service_asks_it_to(record, tape):
    units = tuple(WorkUnit("KR01", f"WIP-KR01PSA2511001-{n:03d}") for n in range(1, 14))
    replay = Replay(record, tape, Queue(Key("LQ", ""), units))
    request = replay.next()
    replay.answered(request, refusal(503, "OVERLOADED"))
    assert (replay.next(), replay.left) == (None, EVENTS)
    while (request := replay.next()) is not None:
        body = msgspec.json.decode(request.wire.partition(b"\r\n\r\n")[2], type=dict[str, list[msgspec.Raw]])
        replay.answered(request, _batch_answer(body["events"]))
    assert (replay.left, record.samples.errors, fates(record)) == (0, {}, ["acknowledged"] * EVENTS)


def _batch_answer(events):
    results, units = [], {}
    for raw in events:
        event = decode(raw)
        wip_id = event.unit if event.unit.startswith("WIP-") else f"WIP-{event.unit[:14]}-{event.unit[-3:]}"
        one = answer(event, wip_id=units.setdefault(event.unit, wip_id))
        results.append({"event_id": event.event_id, "status": one.status, "body": msgspec.Raw(one.body)})
    return Answer(200, msgspec.json.encode({"results": results}))


def test_every_generator_gets_the_raced_unit_and_nobody_else_walks_it():
    plan = msgspec.structs.replace(PLAN, phases=[Phase(name="race", seconds=1, stream="race")])
    parts = [share(plan, n, 2) for n in range(2)]
    assert {part.units[0] for part in parts} == {plan.units[0]}
    assert sorted(unit.wip_id for part in parts for unit in part.units[1:]) == [
        u.wip_id for u in plan.units[1:]
    ]
