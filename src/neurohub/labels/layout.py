"""Where everything of a label lands, in dots: the one model that both ZPL and the preview are made from.

A code keeps its quiet zone inside its box and boxes share no dot, so a quiet zone is never drawn into.
Who calls it: `labels.book` (to try a template out) and `operations.labels`.
"""

from typing import Final

from msgspec import Struct
from PIL import Image
from zxingcpp import BarcodeFormat

from neurohub.domain.label_facts import LabelFacts
from neurohub.labels import symbols
from neurohub.labels.letters import is_cut, written
from neurohub.labels.template import (
    Bar,
    Box,
    Code128,
    DataMatrix,
    Item,
    QrCode,
    Template,
    TemplateError,
    Text,
    filled,
)

DOTS_PER_MM: Final = {203: 8.0, 300: 11.8}  # what the heads really have
_FORMS: Final = {Code128: symbols.CODE_128, DataMatrix: symbols.DATA_MATRIX, QrCode: symbols.QR_CODE}
_QUIET: Final = {Code128: 10, DataMatrix: 2, QrCode: 4}  # modules on each side
_MODULE_MAX: Final = {Code128: 10, DataMatrix: 40, QrCode: 10}  # what ^BY and ^BQ take; no label needs more


class Area(Struct, frozen=True):
    """A rectangle in dots."""

    x: int
    y: int
    width: int
    height: int


class Ink(Struct, frozen=True):
    """Letters, as a picture."""

    area: Area
    picture: Image.Image


class Rule(Struct, frozen=True):
    area: Area


class Symbol(Struct, frozen=True):
    """A code: `module` dots for each of `modules`, which are its columns; `area` is without the quiet zone."""

    area: Area
    form: BarcodeFormat
    text: str
    module: int
    modules: int
    picture: Image.Image


Piece = Ink | Rule | Symbol


class Label(Struct, frozen=True):
    """A label in dots, ready to be drawn."""

    width: int
    height: int
    pieces: tuple[Piece, ...]


def place(template: Template, facts: LabelFacts, dpi: int) -> Label:
    """Return the label of `facts`; raises `TemplateError` when a code does not fit or cannot hold its text."""
    scale = DOTS_PER_MM[dpi]
    pieces: list[Piece] = []
    for number, item in enumerate(template.item, start=1):
        try:
            pieces.append(_piece(item, _area(item, scale), facts))
        except (TemplateError, symbols.SymbolError) as error:
            raise TemplateError(f"item {number}: {error}") from None
    return Label(int(template.width * scale), int(template.height * scale), tuple(pieces))


def check_room(template: Template) -> None:
    """Raise `TemplateError` where an item is outside of the label or in another one's place."""
    for number, item in enumerate(template.item, start=1):
        if item.x + item.width > template.width or item.y + item.height > template.height:
            size = f"{template.width:g} x {template.height:g}"
            raise TemplateError(f"item {number}: reaches over the edge of the label of {size} mm")
        for other, before in enumerate(template.item[: number - 1], start=1):
            if _share_a_place(item, before):
                raise TemplateError(f"item {number}: lies over item {other}")


def check_whole(template: Template, facts: LabelFacts, dpi: int) -> None:
    """Raise `TemplateError` where a text that holds the code would be cut."""
    for number, item in enumerate(template.item, start=1):
        if isinstance(item, Text) and "{code}" in item.value:
            area = _area(item, DOTS_PER_MM[dpi])
            if is_cut(filled(item.value, facts), area.width, area.height):
                raise TemplateError(f"item {number}: {{code}} does not fit; make it wider or less high")


def _area(box: Box, scale: float) -> Area:
    left, top = round(box.x * scale), round(box.y * scale)
    right, bottom = int((box.x + box.width) * scale), int((box.y + box.height) * scale)
    return Area(left, top, max(right - left, 1), max(bottom - top, 1))


def _piece(item: Item, area: Area, facts: LabelFacts) -> Piece:
    if isinstance(item, Bar):
        return Rule(area)
    text = filled(item.value, facts)
    if isinstance(item, Text):
        return _ink(item, area, text)
    return _symbol(item, area, text)


def _ink(item: Text, area: Area, text: str) -> Ink:
    picture = written(text, area.width, area.height)
    spare = area.width - picture.width
    shift = {"left": 0, "center": spare // 2, "right": spare}[item.align]
    top = area.y + (area.height - picture.height) // 2
    return Ink(Area(area.x + shift, top, picture.width, picture.height), picture)


def _symbol(item: Code128 | DataMatrix | QrCode, area: Area, text: str) -> Symbol:
    kind = type(item)
    picture = symbols.symbol(text, _FORMS[kind])
    quiet, modules = _QUIET[kind], picture.width
    room = area.width if kind is Code128 else min(area.width, area.height)
    module = min(room // (modules + 2 * quiet), _MODULE_MAX[kind])
    if module < 1:
        raise TemplateError(f"a code of {modules} modules and its quiet zone do not fit into the box")
    width = module * modules
    height = area.height if kind is Code128 else width
    left, top = area.x + (area.width - width) // 2, area.y + (area.height - height) // 2
    return Symbol(Area(left, top, width, height), _FORMS[kind], text, module, modules, picture)


def _share_a_place(one: Box, other: Box) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    above = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (beside or above)
