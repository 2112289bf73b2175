"""The runbook as Grafana shows it: a board with a panel of text for each alert, so that a link works offline."""

import re
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Row

from observability.alerts import ALL
from observability.board import RUNBOOK
from observability.panels import encode, frame, note
from observability.rules import panel_of

PAGE: Final = Path(__file__).parent / "README.md"
_HEADING: Final = re.compile(r"^## (\w+)\n", re.MULTILINE)


def entries() -> dict[str, str]:
    """Return the entries of the page by the name of their alert."""
    parts = _HEADING.split(PAGE.read_text(encoding="utf-8"))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def draw() -> str:
    """Return the JSON of the runbook's board."""
    board = frame(
        RUNBOOK, "What do I do about this alert? · 이 알림에 어떻게 대응합니까?", "One panel for each alert."
    )
    said = entries()
    board.with_row(Row("Alerts · 알림"))
    for alert in ALL:
        board.with_panel(note(panel_of(alert), alert.name, f"**{alert.summary[1]}**\n\n{said[alert.name]}"))
    return encode(board)
