"""What a scanned text is: a command of the card, a defect, a badge, a unit, a LOT, a part, or nothing of the plant.

One place knows the forms; what a kind of scan means at this moment is for `scan` to say.
"""

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct

from neurohub.contract.barcode import InvalidBarcodeError, UnitCode, normalize, parse_lot_number, parse_unit
from station.flow import plant
from station.flow.state import State, is_unit

COMMAND: Final = "CMD-"
DEFECT: Final = "DEF-"
_PART: Final = re.compile(r"[A-Z0-9\-]{1,40}", re.ASCII)
_TEXT: Final = re.compile(r"[!-~](?:[ -~]{0,78}[!-~])?", re.ASCII)
_WITH_VALUE: Final = frozenset({"process", "reason"})


class Kind(StrEnum):
    COMMAND = "command"
    BADGE = "badge"
    UNIT = "unit"
    LOT = "lot"
    PART = "part"
    TEXT = "text"
    GARBAGE = "garbage"


class Reading(Struct, frozen=True, kw_only=True):
    """A scan and its kind; `key` is the button a command stands for, `unit` the unit it names."""

    kind: Kind
    text: str
    key: str = ""
    unit: UnitCode | None = None


def read(state: State, scanned: str) -> Reading:
    """Return what `scanned` is."""
    text = normalize(scanned)
    if text.startswith((COMMAND, DEFECT)):
        return Reading(kind=Kind.COMMAND, text=text, key=key_of(text))
    if (person := plant.person_of_badge(state, text)) is not None:
        return Reading(kind=Kind.BADGE, text=text, key=person.username)
    if is_unit(text):
        return Reading(kind=Kind.UNIT, text=text, unit=parse_unit(text))
    if _is_lot(text):
        return Reading(kind=Kind.LOT, text=text)
    if text.startswith("WIP-"):  # a unit's label, but no unit of any LOT
        return Reading(kind=Kind.GARBAGE, text=text)
    if _PART.fullmatch(text):
        return Reading(kind=Kind.PART, text=text)
    return Reading(kind=Kind.TEXT if _TEXT.fullmatch(text) else Kind.GARBAGE, text=text)


def _is_lot(text: str) -> bool:
    try:
        parse_lot_number(text)
    except InvalidBarcodeError:
        return False
    return True


def barcode_of(key: str) -> str:
    """Return the command barcode that does what the button `key` does."""
    name, _, value = key.partition(":")
    if name == "defect":
        return f"{DEFECT}{value}"
    return f"{COMMAND}{key.upper().replace(':', '-')}"


def key_of(barcode: str) -> str:
    """Return the button that a command barcode stands for."""
    if barcode.startswith(DEFECT):
        return f"defect:{barcode[len(DEFECT) :]}"
    key = barcode[len(COMMAND) :].lower()
    name, _, value = key.partition("-")
    return f"{name}:{value}" if name in _WITH_VALUE else key
