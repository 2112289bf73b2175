"""Commands as they are decoded: what is brought to one form before anybody sees it, and what is refused."""

from uuid import UUID, uuid4

import msgspec
import pytest

from neurohub.contract.commands import CompleteStep, Decide, GenerateUnits, StartStep
from neurohub.contract.forms import said
from neurohub.domain.limits import Range
from support.floor import new_id


def _completed(process, data):
    fields = {"event_id": new_id(), "unit": "x", "process": process, "result": "PASS", "process_data": data}
    return msgspec.convert(fields, CompleteStep).process_data


@pytest.mark.parametrize(
    ("process", "name", "text", "kept"),
    [
        (1, "lot_number_engraved", " kr01psa2511001 ", "KR01PSA2511001"),
        (2, "sma_spring_lot", "sma-9 ", "SMA-9"),
        (2, "busbar_lot", "\tbus-1\r\n", "BUS-1"),
        (4, "board_serial", " brd-7 ", "BRD-7"),
        (5, "link_lot", "l-1", "L-1"),
        (7, "verified_code", "kr01psa25110010007\n", "KR01PSA25110010007"),
        (7, "printer_id", " zt-1 ", " zt-1 "),
        (4, "board_serial", 7, 7),
    ],
)
def test_scanned_codes_are_trimmed_and_upper_cased_and_nothing_else(process, name, text, kept):
    assert _completed(process, {name: text, "other": " x "}) == {name: kept, "other": " x "}


def test_operator_is_a_username_in_any_case():
    start = StartStep(event_id=UUID(new_id()), unit="x", process=1, operator=" WORKER ")
    assert start.operator == "worker"


def test_event_id_is_a_uuid_of_version_7():
    with pytest.raises(msgspec.ValidationError, match="version 7"):
        msgspec.convert({"event_id": str(uuid4()), "unit": "x", "process": 1}, StartStep)


@pytest.mark.parametrize("reason", ["", " ", "\t\n", "\u3000"])
def test_blank_reason_is_none(reason):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"reason": reason}, Decide)


def test_more_units_than_a_lot_can_have_is_for_the_lot_to_refuse():
    assert msgspec.convert({"quantity": 101}, GenerateUnits).quantity == 101


def test_range_ends_where_it_began_or_above():
    assert msgspec.convert({"low": 1, "high": 1}, Range).holds(1)
    with pytest.raises(msgspec.ValidationError, match="is above"):
        msgspec.convert({"low": 2, "high": 1}, Range)


def test_refusal_shows_words_and_no_pattern():
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert({"reason": " "}, Decide)
    assert said(refused.value) == "Expected a text that is not blank - at `$.reason`"


def test_refusal_is_short_however_long_the_field_it_names():
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(b'{"reason": "x", "' + b"y" * 60_000 + b'": 1}', type=Decide)
    assert len(said(refused.value)) < 400
