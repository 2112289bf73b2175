"""Templates of labels as data: TOML files, sizes in mm from the top left corner, `{fact}` where a fact stands.

Not where things land in dots (`labels.layout`). Who calls it: `labels.book`, which also tries each one out.
"""

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from neurohub.domain.label_facts import LabelFacts

ITEMS_MAX: Final = 50
Millimetres = Annotated[float, Meta(ge=0, le=200)]
Length = Annotated[float, Meta(gt=0, le=200)]
_FACT: Final = re.compile(r"\{([^{}]*)\}")
_ITEM: Final = re.compile(r"\$\.item\[(\d+)\]")  # how a decoder counts, from 0
_FACTS: Final = LabelFacts.__struct_fields__


class TemplateError(ValueError):
    """A template is not usable; the text says where and why."""


class Box(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an item is. It keeps inside, codes with their quiet zone, and shares the place with no other item."""

    x: Millimetres
    y: Millimetres
    width: Length
    height: Length


class Text(Box, tag_field="kind", tag="text", frozen=True, kw_only=True):
    """Letters as large as the box allows."""

    value: str
    align: Literal["left", "center", "right"] = "left"


class Code128(Box, tag_field="kind", tag="code128", frozen=True, kw_only=True):
    """Bars as wide as the box allows, in the middle of it."""

    value: str


class DataMatrix(Box, tag_field="kind", tag="datamatrix", frozen=True, kw_only=True):
    value: str


class QrCode(Box, tag_field="kind", tag="qr", frozen=True, kw_only=True):
    value: str


class Bar(Box, tag_field="kind", tag="bar", frozen=True, kw_only=True):
    """A black rectangle: a rule between things."""


Item = Text | Code128 | DataMatrix | QrCode | Bar


class Template(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    width: Length
    height: Length
    item: Annotated[list[Item], Meta(min_length=1, max_length=ITEMS_MAX)]


def parse(text: bytes) -> Template:
    """Return the template in `text`, or raise `TemplateError`."""
    try:
        template = msgspec.toml.decode(text, type=Template)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TemplateError(_ITEM.sub(lambda found: f"item {int(found[1]) + 1}", str(error))) from None
    for number, item in enumerate(template.item):
        if not isinstance(item, Bar):
            _check_facts(f"item {number + 1}", item.value)
    return template


def filled(value: str, facts: LabelFacts) -> str:
    """Return `value` with the facts put in."""
    return _FACT.sub(lambda found: str(getattr(facts, found[1])), value)


def _check_facts(where: str, value: str) -> None:
    known = ", ".join(_FACTS)
    for name in _FACT.findall(value):
        if name not in _FACTS:
            raise TemplateError(f"{where}: there is no fact {{{name}}}; there are {known}")
    if "{" in _FACT.sub("", value) or "}" in _FACT.sub("", value):
        raise TemplateError(f"{where}: a brace stands alone in {value!r}; a fact is {{code}}")
