"""The card of command barcodes: one page to print, Korean and English, everything the station does by scan.

`python -m station.card CARD.html [BRIEFING.json]`; with a briefing it holds the processes and defects of that
station alone. Uses no window and no network.
"""

import sys
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from neurohub.contract.stations import Briefing
from station import code128
from station.flow.buttons import TONES
from station.flow.labels import REASONS
from station.flow.reading import barcode_of
from station.screen import Tone
from station.text import LANGUAGES, say

_WORK: Final = ("pass", "fail", "rework", "error", "undo", "clear", "yes", "no", "ok", "cancel")
_MORE: Final = (
    "menu",
    "history",
    "refused",
    "next",
    "retry",
    "settle",
    "correct",
    "reprint",
    "label-yes",
    "label-no",
)
_REST: Final = (
    "prev-day",
    "next-day",
    "filter",
    "sign-out",
    "settings",
    "diagnostics",
    "help",
    "language",
    "theme",
    "text",
)
WORK: Final = "작업 · Work"
ASIDE: Final = "라벨 재출력 이유 · Why a label again"
_STYLE: Final = """
@page { size: A4; margin: 8mm }
body { font-family: Pretendard, "Malgun Gothic", "Noto Sans CJK KR", sans-serif; margin: 0; color: #000 }
h1 { font-size: 15pt; margin: 0 0 2mm } h2 { font-size: 11pt; margin: 5mm 0 2mm; border-bottom: .4mm solid }
h2.aside { break-before: page }
section { display: flex; flex-wrap: wrap; gap: 5mm 4mm; break-inside: avoid }
figure { margin: 0; padding: 2mm 0; border: .2mm solid #999; border-top-width: 1mm; break-inside: avoid;
  text-align: center; -webkit-print-color-adjust: exact; print-color-adjust: exact }
section.work figure { flex: 0 1 61mm; border-top-width: 3mm }
section.work figcaption b { font-size: 19pt }
.good { border-top-color: #15803d } .bad { border-top-color: #b91c1c } .warn { border-top-color: #ca8a04 }
.saved { border-top-color: #0e6d88 }
figcaption b { font-size: 13pt } figcaption { font-size: 9pt; padding: 0 3mm } code { font-size: 7pt; color: #555 }
"""


class Command(NamedTuple):
    """One barcode of the card with its words."""

    barcode: str
    korean: str
    english: str
    tone: str = ""  # as its button has it


def commands(briefing: Briefing | None = None) -> dict[str, list[Command]]:
    """Return the commands of the card by heading."""
    found = {
        WORK: [_command(key) for key in _WORK],
        "공정 · Process": _processes(briefing),
        "불량 · Defect": _defects(briefing),
        ASIDE: [_command(f"reason:{reason}") for reason in REASONS],
        "목록과 라벨 · Lists and labels": [_command(key) for key in _MORE],
        "그 밖 · More": [_command(key) for key in (*_REST, "sound")],
    }
    return {heading: rows for heading, rows in found.items() if rows}


def _command(key: str) -> Command:
    korean, english = (say(language, f"button.{key}") for language in LANGUAGES)
    return Command(barcode_of(key), korean, english, TONES.get(key, ""))


def _processes(briefing: Briefing | None) -> list[Command]:
    if briefing is None:
        return [Command(barcode_of(f"process:{n}"), f"공정 {n}", f"Process {n}") for n in range(1, 9)]
    names = {process.process: process for process in briefing.processes if process.model is None}
    own = [(n, names[n]) for n in sorted(briefing.station.processes) if n in names]
    return [Command(barcode_of(f"process:{n}"), f"{n} {p.name_ko}", p.name_en) for n, p in own]


def _defects(briefing: Briefing | None) -> list[Command]:
    known = [] if briefing is None else briefing.defect_codes
    here = {d.code: d for d in known if d.active and briefing and d.process in briefing.station.processes}
    return [Command(barcode_of(f"defect:{code}"), d.name_ko, d.name_en, Tone.BAD) for code, d in here.items()]


def page(briefing: Briefing | None = None) -> str:
    """Return the card as one HTML page that needs nothing else."""
    title = f"NeuroHub 명령 카드 · Command card {briefing.station.code if briefing else ''}".strip()
    sections = "".join(
        f"<h2{_aside(heading)}>{escape(heading)}</h2><section{_work(heading)}>"
        f"{''.join(_figure(row) for row in rows)}</section>"
        for heading, rows in commands(briefing).items()
    )
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="ko"><head>{head}</head><body><h1>{escape(title)}</h1>{sections}</body></html>\n'


def _work(heading: str) -> str:
    return ' class="work"' if heading == WORK else ""


def _aside(heading: str) -> str:
    """Begin the second page: the first holds what is needed at each unit."""
    return ' class="aside"' if heading == ASIDE else ""


def _figure(row: Command) -> str:
    words = f"<b>{escape(row.korean)}</b> {escape(row.english)}<br><code>{escape(row.barcode)}</code>"
    tone = f' class="{row.tone}"' if row.tone else ""
    return f"<figure{tone}>{code128.svg(row.barcode)}<figcaption>{words}</figcaption></figure>"


def main(arguments: list[str]) -> None:
    """Write the card to the file named first, for the briefing in the file named second."""
    target, *briefings = (Path(argument) for argument in arguments)
    briefing = msgspec.json.decode(briefings[0].read_bytes(), type=Briefing) if briefings else None
    target.write_text(page(briefing), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
