"""Pieces of the path of a scan, each by itself (pytest-benchmark). Compare with the last run, not with a number."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from neurohub.contract.barcode import parse_unit
from neurohub.contract.commands import StartStep, canonical, sign
from neurohub.contract.enums import UnitStatus
from neurohub.contract.views import StepView, UnitView

EVENT_ID = UUID("0190a6d2-0000-7000-8000-000000000001")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BODY = msgspec.json.encode(
    {"event_id": EVENT_ID, "unit": "WIP-KR01PSA2611001-001", "process": 1, "operator": "worker"}
)
UNIT = UnitView(
    wip_id="WIP-KR01PSA2611001-001",
    serial_number=None,
    lot_number="KR01PSA2611001",
    sequence=1,
    status=UnitStatus.IN_PROGRESS,
    passed_process=0,
    open_process=1,
    due_process=1,
    rework_count=0,
    attempt=1,
    updated_at=NOW,
)
STEP = StepView(event_id=EVENT_ID, unit=UNIT, process=1, step_id=1, attempt=1, started_at=NOW)
decode = msgspec.json.Decoder(StartStep).decode
encode = msgspec.json.Encoder().encode


def test_parse_a_wip_id(benchmark):
    assert benchmark(parse_unit, " wip-kr01psa2611001-001 ").sequence == 1


def test_decode_a_start(benchmark):
    assert benchmark(decode, BODY).process == 1


def test_encode_its_answer(benchmark):
    assert benchmark(encode, STEP).startswith(b'{"event_id"')


def test_normal_form_of_a_start(benchmark):
    assert b'"kind":"start"' in benchmark(canonical, decode(BODY))


def test_signature_of_a_start(benchmark):
    assert len(benchmark(sign, decode(BODY), b"k" * 32)) == 64
