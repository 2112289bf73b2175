"""Signatures of events: right when present, required from a station once it has signed."""

import msgspec
import pytest

from neurohub.contract.commands import StartStep, sign, station_key
from support.databases import PASSWORD
from support.floor import new_id

KEY = station_key(PASSWORD)


@pytest.fixture
def signing(sql):
    """A station of its own that has never signed."""
    sql("delete from station where code = 'ST-42'")
    sql(
        "insert into station (code, name, line, processes, secret_hash, event_key)"
        " select 'ST-42', name, line, processes, secret_hash, event_key from station where code = 'ST-01'"
    )
    return "ST-42"


def _signed(code, key=KEY, **more):
    body = {"event_id": new_id(), "unit": code, "process": 1, "operator": "worker", **more}
    return body | {"mac": sign(msgspec.convert(body, StartStep), key)}


def test_right_signature_is_accepted_and_required_from_then_on(floor, signing):
    assert floor.start(floor.unit(), 1, signing).status_code == 201
    event = _signed(floor.unit())
    assert floor.post("/process/start", event, signing).status_code == 201
    unsigned = floor.start(floor.unit(), 1, signing)
    assert unsigned.json()["code"] == "FORBIDDEN"
    assert "mac" in unsigned.json()["detail"]
    assert floor.post("/process/start", event, signing).headers["idempotent-replay"] == "true"
    assert floor.post("/process/start", _signed(floor.unit()), signing).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        lambda e: e | {"mac": "0" * 64},
        lambda e: e | {"operator": "manager"},
        lambda e: e | {"event_id": new_id()},
        lambda e: _signed(e["unit"], b"k" * 32),
    ],
)
def test_wrong_signature_is_forbidden_and_changes_nothing(floor, signing, wrong):
    code = floor.unit()
    assert floor.post("/process/start", wrong(_signed(code)), signing).json()["code"] == "FORBIDDEN"
    assert floor.get(f"/units/{code}").json()["status"] == "CREATED"
    assert floor.start(code, 1, signing).status_code == 201


def test_signature_covers_the_meaning_and_not_the_spelling(floor, signing):
    code = floor.unit()
    event = _signed(code, occurred_at="2026-05-01T09:00:00Z")
    spelled = event | {"unit": f" {code.lower()}", "occurred_at": "2026-05-01T18:00:00+09:00"}
    assert floor.post("/process/start", spelled, signing).status_code == 201


def test_person_signs_nothing(floor):
    event = _signed(floor.unit())
    assert floor.post("/process/start", event, "worker").json()["code"] == "FORBIDDEN"
