"""What each field of a completion file means, in both languages: the words of the schemas and of the pages.

Types and forms are the contract's; `fields.tsv` adds meaning, unit, what the standard limits ask, and an example.
"""

import csv
from pathlib import Path
from typing import Final, NamedTuple

FILE: Final = Path(__file__).with_name("fields.tsv")
HEAD: Final = 0  # rows of the file itself, whatever its process


class Field(NamedTuple):
    """`path` marks lists with [] and what may be absent with ?. `limits`: what a PASS is judged by as delivered."""

    path: str
    unit: str
    limits: str
    example: str
    en: str
    ko: str


def read() -> dict[int, list[Field]]:
    """Return the fields of each process in the order a person reads them, those of every file under `HEAD`."""
    found: dict[int, list[Field]] = {}
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        for process, *cells in rows:
            found.setdefault(int(process), []).append(Field(*cells))
    return found


def table(process: int, language: str) -> list[str]:
    """Return the fields of one process as the lines of a Markdown table."""
    heads = {
        "en": ("field", "meaning", "unit", "for PASS", "example"),
        "ko": ("항목", "뜻", "단위", "PASS 조건", "예"),
    }[language]
    lines = [heads, ("---",) * len(heads)]
    for field in read()[process]:
        meaning = field.ko if language == "ko" else field.en
        lines.append((f"`{field.path}`", meaning, field.unit, field.limits, f"`{field.example}`"))
    return [f"| {' | '.join(cells)} |".replace("  ", " ") for cells in lines]
