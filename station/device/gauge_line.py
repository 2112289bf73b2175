"""What a line of a gauge says: a value and its unit. Pure; the pattern is a setting, for gauges speak many ways."""

import math
import re
from typing import Final, NamedTuple

# `12.34 kgf`, `+0060.1 C`, `ST,GS,+  12.3kgf`: not `US,..` (still moving), `OL,..` (overload) or a counter after it.
PATTERN: Final = (
    r"(?:ST,(?:[A-Z]{2},)?)?\s*(?P<value>[+-]?\s*[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[^\s0-9,;]\S*)?\s*"
)


class Measured(NamedTuple):
    value: float
    unit: str


def measure(line: str, pattern: re.Pattern[str]) -> Measured | None:
    """Return what `line` says, or None when it is not a reading."""
    match = pattern.fullmatch(line)
    if match is None:
        return None
    said = match.groupdict(default="")
    try:
        value = float("".join(said["value"].split()).replace(",", "."))
    except ValueError:
        return None
    return Measured(value, said.get("unit", "")) if math.isfinite(value) else None
