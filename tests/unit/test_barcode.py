"""The barcode grammar: the plant's forms, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurohub.contract.barcode import (
    InvalidBarcodeError,
    parse_lot_number,
    parse_unit,
    serial_number,
    wip_id,
)

LOT = "KR01PSA2511001"
LOTS = st.from_regex(r"[A-Z]{2}[0-9]{2}[A-Z]{3}[0-9]{2}(0[1-9]|1[0-2])[0-9]{2}[1-9]", fullmatch=True).filter(
    str.isascii
)


@given(lot=LOTS, sequence=st.integers(1, 100))
def test_both_codes_of_a_unit_name_the_same_unit(lot, sequence):
    wip, serial = wip_id(lot, sequence), serial_number(lot, sequence)
    assert (len(lot), len(wip), len(serial)) == (14, 22, 18)
    by_wip, by_serial = parse_unit(wip), parse_unit(serial)
    assert by_wip._replace(is_serial=True) == by_serial
    assert (by_wip.lot_number, by_wip.sequence, by_wip.model) == (lot, sequence, lot[4:7])
    assert (by_serial.wip_id, by_serial.serial_number) == (wip, serial)


@pytest.mark.parametrize(
    "text", [f" {LOT}0001 ", f"{LOT.lower()}0001", f"\tWIP-{LOT}-001\r\n", f"wip-{LOT}-001"]
)
def test_scans_are_trimmed_and_upper_cased(text):
    assert parse_unit(text).wip_id == f"WIP-{LOT}-001"


WRONG = [
    "",
    " ",
    LOT,
    f"WIP-{LOT}",
    f"WIP-{LOT}-000",
    f"WIP-{LOT}-101",
    f"WIP-{LOT}-1",
    f"WIP-{LOT}-0001",
    f"WIP-{LOT}-00A",
    f"WIP {LOT} 001",
    f"WIP- {LOT}-001",
    f"WIP-{LOT}-001X",
    f"{LOT}0000",
    f"{LOT}0101",
    f"{LOT}001",
    f"{LOT}00001",
    "KR01PSA25110000001",
    "KR01PSA25130010001",
    "KR01PSA25000010001",
    "K101PSA25110010001",
    "KR01PS125110010001",
    f"WIP-{LOT}-٠٠١",
    f"{LOT}０００１",
    f"WIP-{LOT}-001\0",
    "ß" * 22,
    "A" * 10_000,
]


@pytest.mark.parametrize("text", WRONG)
def test_other_forms_are_refused(text):
    with pytest.raises(InvalidBarcodeError):
        parse_unit(text)


@given(st.text(max_size=200))
def test_any_text_is_a_code_or_refused(text):
    try:
        unit = parse_unit(text)
    except InvalidBarcodeError:
        return
    assert 1 <= unit.sequence <= 100


@pytest.mark.parametrize("text", [LOT, f" {LOT.lower()}\n"])
def test_lot_number_is_trimmed_and_upper_cased(text):
    assert parse_lot_number(text) == LOT


@pytest.mark.parametrize(
    "text", ["KR01PSA2511000", "KR01PSA2513001", "KR01PSA251101", f"{LOT}1", f"WIP-{LOT}-001"]
)
def test_other_lot_numbers_are_refused(text):
    with pytest.raises(InvalidBarcodeError):
        parse_lot_number(text)
