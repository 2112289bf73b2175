"""Texts from a scanner or a keyboard that name nothing: each refusal says what was wrong."""

from uuid import uuid4

import pytest

from support.floor import new_id
from support.problems import refused


def event(unit, **more):
    return {"event_id": new_id(), "unit": unit, "process": 1, "operator": "worker"} | more


@pytest.mark.parametrize(
    "scanned",
    [
        "x",
        " ",
        "\u202eWIP-KR01PSA2511001-001",
        "WIP-KR01PSA2511001-00١",
        "ＷIP-KR01PSA2511001-001",
        "💥" * 30,
    ],
    ids=ascii,
)
def test_text_that_is_no_barcode_is_named_so(floor, scanned):
    answer = floor.post("/process/start", event(scanned), "ST-01")
    assert refused(answer).code == "INVALID_BARCODE"


@pytest.mark.parametrize("length", [0, 129, 10_000])
def test_barcode_of_any_length_is_named_so(floor, length):
    answer = floor.post("/process/start", event("A" * length), "ST-01")
    assert refused(answer).code == "INVALID_BARCODE"


def test_barcode_with_something_behind_it_is_none(floor):
    answer = floor.post("/process/start", event(floor.unit() + " " * 200 + "X"), "ST-01")
    assert refused(answer).code == "INVALID_BARCODE"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        *(
            ({"operator": text}, "OPERATOR_NOT_FOUND")
            for text in ("", "kim min", "x" * 41, "관리자", "x" * 3000)
        ),
        *(({"equipment": text}, "EQUIPMENT_NOT_FOUND") for text in ("", "A B", "x" * 41, "설비")),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_wrong_scan_is_named_by_what_was_scanned(floor, wrong, code):
    answer = floor.post("/process/start", event(floor.unit()) | wrong, "ST-01")
    assert refused(answer).code == code


def test_username_is_taken_in_any_case(floor):
    answer = floor.post("/process/start", event(floor.unit(), operator="WORKER"), "ST-01")
    assert answer.status_code == 201
    own = floor.post("/process/start", event(floor.unit(), operator="Worker"), "worker")
    assert own.status_code == 201


@pytest.mark.parametrize("code", ["", "BAD CODE", "x" * 50])
def test_defect_code_of_wrong_form_is_process_data(floor, code):
    unit = floor.unit()
    floor.start(unit, 1)
    answer = floor.complete(unit, 1, "FAIL", defect={"code": code})
    assert refused(answer) == (422, "INVALID_PROCESS_DATA")
    assert {field["name"] for field in answer.json()["fields"]} == {"defect.code"}


def test_event_id_of_another_version_is_refused(floor):
    answer = floor.post("/process/start", event(floor.unit(), event_id=str(uuid4())), "ST-01")
    assert refused(answer).code == "INVALID_REQUEST"
