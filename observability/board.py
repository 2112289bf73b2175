"""What a board is, as data: rows of panels, each with a title in two languages, a reason and its expressions.

Not how Grafana draws it (`panels`). The boards themselves are in `boards/`.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

Words = tuple[str, str]  # English, Korean


class Kind(StrEnum):
    """`STAT` says one number, `LINES` and `STACK` show it over time, `BARS` compares what is now."""

    STAT = "stat"
    LINES = "lines"
    STACK = "stack"
    BARS = "bars"


class Unit(StrEnum):
    """Units by the names that Grafana knows."""

    COUNT = "short"
    SECONDS = "s"
    SHARE = "percentunit"
    A_SECOND = "ops"
    REQUESTS = "reqps"
    BYTES = "bytes"
    BITS = "bps"
    CORES = "none"


class Target(Struct, frozen=True):
    """One expression, and how its series are called: `{{label}}` is filled in."""

    expr: str
    legend: str = ""


class Panel(Struct, frozen=True, kw_only=True):
    """One panel. `limit` is where it turns red, above it or, with `low`, below. `width` is in 24ths of the board."""

    title: Words
    why: str
    unit: Unit
    targets: tuple[Target, ...]
    kind: Kind = Kind.LINES
    limit: float | None = None
    low: bool = False
    width: int = 8


class Row(Struct, frozen=True):
    title: Words
    panels: tuple[Panel, ...]


class Board(Struct, frozen=True, kw_only=True):
    """One board. `uid` is its address and its file; the title is the question that it answers."""

    uid: str
    title: Words
    why: str
    rows: tuple[Row, ...]
    since: str = "now-1h"
    refresh: str = "10s"


RUNBOOK: Final = "neurohub-runbook"  # the board of the alerts' entries
STAT_WIDTH: Final = 3


def stat(
    title: Words,
    why: str,
    unit: Unit,
    expr: str,
    *,
    limit: float | None = None,
    low: bool = False,
    width: int = STAT_WIDTH,
) -> Panel:
    """Return a panel that says one number."""
    targets = (Target(expr),)
    return Panel(
        kind=Kind.STAT, title=title, why=why, unit=unit, targets=targets, limit=limit, low=low, width=width
    )


def panels(board: Board) -> list[Panel]:
    """Return every panel of a board, in the order they are read."""
    return [panel for row in board.rows for panel in row.panels]


def said(words: Words) -> str:
    """Return both languages as one title."""
    return " · ".join(words)
