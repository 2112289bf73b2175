"""Verbs of labels: what a code names, what its label says, and the label itself as ZPL or as a picture."""

from pathlib import Path

from neurohub.contract.barcode import InvalidBarcodeError, parse_lot_number, parse_unit
from neurohub.contract.printing import LabelKind
from neurohub.contract.problems import Code, ProblemError
from neurohub.domain.label_facts import LabelFacts
from neurohub.labels.book import template_of
from neurohub.labels.layout import Label, place
from neurohub.labels.picture import png
from neurohub.labels.template import TemplateError
from neurohub.labels.zpl import zpl
from neurohub.storage import print_jobs as storage
from neurohub.storage.pool import Database
from neurohub.storage.print_jobs import Wanted


def wanted(kind: LabelKind, code: str) -> Wanted:
    """Return the label that `code` asks for: a LOT number for a LOT, either name of a unit for the others."""
    try:
        if kind is LabelKind.LOT:
            return Wanted(kind=kind, lot_number=parse_lot_number(code), sequence=None)
        unit = parse_unit(code)
    except InvalidBarcodeError:
        named = "a LOT number" if kind is LabelKind.LOT else "a WIP id or a serial number"
        raise ProblemError(Code.INVALID_BARCODE, f"{code[:64]!r} is not {named}") from None
    return Wanted(kind=kind, lot_number=unit.lot_number, sequence=unit.sequence)


async def facts_of(database: Database, asked: Wanted) -> LabelFacts:
    """Return what a label says; 404 without the LOT, the unit or, for a serial label, its serial number."""
    found = await storage.facts(database, asked)
    if found is not None:
        return found
    if asked.sequence is None:
        raise ProblemError(Code.LOT_NOT_FOUND, f"There is no LOT {asked.lot_number}")
    raise ProblemError(
        Code.UNIT_NOT_FOUND, f"LOT {asked.lot_number} has no {asked.kind} label of unit {asked.sequence}"
    )


def label_of(kind: LabelKind, facts: LabelFacts, dpi: int, directory: Path | None) -> Label:
    """Return the label in dots; `INVALID_LABEL_DATA` says what is wrong with its template or its data."""
    try:
        return place(template_of(kind, directory), facts, dpi)
    except TemplateError as error:
        raise ProblemError(Code.INVALID_LABEL_DATA, f"The {kind} label cannot be made: {error}") from None


def as_zpl(kind: LabelKind, facts: LabelFacts, dpi: int, directory: Path | None) -> str:
    """Return the label for a printer of `dpi`."""
    return zpl(label_of(kind, facts, dpi, directory))


def as_png(kind: LabelKind, facts: LabelFacts, dpi: int, directory: Path | None) -> bytes:
    """Return the label as it will look, a pixel for each dot."""
    return png(label_of(kind, facts, dpi, directory), dpi)
