"""The normal form of an event: what its id is compared by and what a station signs."""

from uuid import UUID

import msgspec
import pytest

from neurohub.contract.commands import CompleteStep, StartStep, StepEvent, UndoStart, canonical, sign

ID = "01890000-0000-7000-8000-000000000001"
START = {
    "kind": "start",
    "event_id": ID,
    "unit": "WIP-KR01PSA2511001-001",
    "process": 3,
    "operator": "worker",
}
COMPLETE = START | {"kind": "complete", "result": "PASS", "process_data": {"b": 1, "a": {"y": 2, "x": 1.5}}}
UNDO = {"kind": "undo", "event_id": ID, "undo": ID}


def _event(fields):
    return msgspec.convert(fields, StepEvent)


EQUAL = [
    (START, START | {"unit": " wip-kr01psa2511001-001 "}),
    (START, START | {"event_id": ID.upper()}),
    (START, START | {"mac": "0" * 64}),
    (
        START | {"occurred_at": "2026-05-01T09:00:00Z"},
        START | {"occurred_at": "2026-05-01T18:00:00.000+09:00"},
    ),
    (COMPLETE, COMPLETE | {"process_data": {"a": {"x": 1.5, "y": 2}, "b": 1}}),
    (COMPLETE, COMPLETE | {"defect": None}),
    (START, START | {"operator": " Worker "}),
    (
        COMPLETE | {"process": 4, "process_data": {"board_serial": "BRD-7"}},
        COMPLETE | {"process": 4, "process_data": {"board_serial": " brd-7\r\n"}},
    ),
    (
        COMPLETE | {"process_data": {"a": {"x": 60, "y": [-0.0, 7]}, "b": "1.0"}},
        COMPLETE | {"process_data": {"a": {"x": 60.0, "y": [0, 7.0]}, "b": "1.0"}},
    ),
    (UNDO, dict(reversed(UNDO.items()))),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_spelling_does_not_matter(one, other):
    assert canonical(_event(one)) == canonical(_event(other))


DIFFERENT = [
    (START, START | {"process": 4}),
    (START, START | {"operator": "workers"}),
    (START, START | {"station_seq": 1}),
    (START, START | {"equipment": "EQ-1"}),
    (START, START | {"event_id": ID[:-1] + "2"}),
    (START, START | {"occurred_at": "2026-05-01T09:00:00Z"}),
    (START, COMPLETE),
    (COMPLETE, COMPLETE | {"result": "FAIL"}),
    (COMPLETE, COMPLETE | {"process_data": {}}),
    (
        COMPLETE | {"process_data": {"a": 60.5, "b": 2.0}},
        COMPLETE | {"process_data": {"a": 60, "b": 2.0}},
    ),
    (COMPLETE | {"process_data": {"a": "1.0"}}, COMPLETE | {"process_data": {"a": "1"}}),
    (COMPLETE, COMPLETE | {"start_event_id": ID}),
    (COMPLETE, COMPLETE | {"defect": {"code": "PART_DEFECT"}}),
    (UNDO, UNDO | {"undo": ID[:-1] + "2"}),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_meaning_does(one, other):
    assert canonical(_event(one)) != canonical(_event(other))


def test_own_route_and_batch_have_one_form():
    alone = {k: v for k, v in START.items() if k != "kind"}
    assert canonical(msgspec.convert(alone, StartStep)) == canonical(_event(START))
    assert isinstance(_event(COMPLETE), CompleteStep)
    assert _event(UNDO) == UndoStart(event_id=UUID(ID), undo=UUID(ID))


def test_signature_is_64_hex_digits_of_the_key_and_the_normal_form():
    event = _event(START)
    assert sign(event, b"k") == sign(_event(START | {"mac": "f" * 64}), b"k")
    assert sign(event, b"k") != sign(event, b"l")
    assert len(bytes.fromhex(sign(event, b"k"))) == 32
