"""Barcode grammar: LOT numbers, WIP ids and serial numbers.

Source: the plant's identifier table. No other form is accepted; scanned text is trimmed and upper-cased,
nothing else. Who calls it: every edge that takes a scan. It never looks anything up.
"""

import re
from typing import Final, NamedTuple

from neurohub.contract import forms

_LOT = rf"{forms.LINE}{forms.MODEL}[0-9]{{2}}(?:0[1-9]|1[0-2])(?!000)[0-9]{{3}}"
_LOT_FORM: Final = re.compile(_LOT, re.ASCII)
_UNIT_FORM: Final = re.compile(rf"WIP-({_LOT})-([0-9]{{3}})|({_LOT})([0-9]{{4}})", re.ASCII)

UNITS_PER_LOT: Final = 100
SCAN_MAX_CHARS: Final = 64


class InvalidBarcodeError(ValueError):
    """The text is not a LOT number, WIP id or serial number."""


class UnitCode(NamedTuple):
    """A unit as its barcode names it. `sequence` is 1..100 and the same in both forms."""

    lot_number: str
    sequence: int
    is_serial: bool

    @property
    def model(self) -> str:
        return self.lot_number[4:7]

    @property
    def wip_id(self) -> str:
        return wip_id(self.lot_number, self.sequence)

    @property
    def serial_number(self) -> str:
        return serial_number(self.lot_number, self.sequence)


def normalize(scanned: str) -> str:
    """Trim and upper-case scanned text; longer texts than any code are cut to a refusable length."""
    return scanned.strip()[: SCAN_MAX_CHARS * 2].upper()


def parse_lot_number(scanned: str) -> str:
    """Return the LOT number in `scanned` or raise `InvalidBarcodeError`."""
    text = normalize(scanned)
    if _LOT_FORM.fullmatch(text) is None:
        raise InvalidBarcodeError(text)
    return text


def parse_unit(scanned: str) -> UnitCode:
    """Return the unit that `scanned` (WIP id or serial number) names or raise `InvalidBarcodeError`."""
    text = normalize(scanned)
    match = _UNIT_FORM.fullmatch(text)
    if match is None:
        raise InvalidBarcodeError(text)
    wip_lot, wip_digits, serial_lot, serial_digits = match.groups()
    sequence = int(wip_digits or serial_digits)
    if not 1 <= sequence <= UNITS_PER_LOT:
        raise InvalidBarcodeError(text)
    return UnitCode(wip_lot or serial_lot, sequence, is_serial=serial_lot is not None)


def wip_id(lot_number: str, sequence: int) -> str:
    return f"WIP-{lot_number}-{sequence:03d}"


def serial_number(lot_number: str, sequence: int) -> str:
    return f"{lot_number}{sequence:04d}"
