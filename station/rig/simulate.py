"""A simulated rig: drops example results into a result folder at a given pace, and counts what becomes of them.

Every n-th file fails or is cut in half, evenly spread, so that two runs are alike. Called by `neurohub-rig simulate`.
"""

import re
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from neurohub.contract.barcode import InvalidBarcodeError, parse_unit, wip_id
from neurohub.contract.enums import Result
from station.rig import drop, example, file

_SECONDS: Final = {"s": 1, "min": 60, "h": 3600}
_RATE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)/(s|min|h)")
_POLL_S: Final = 0.2


class Plan(NamedTuple):
    """How the rig works: a file of `process` into `folder` every so often, some per cent bad."""

    process: int
    folder: Path
    every_s: float
    fail_percent: int = 0
    broken_percent: int = 0


class Tally(NamedTuple):
    completed: int
    error: int
    waiting: int


def seconds_between(rate: str) -> float:
    """Return the seconds between two files of a rate such as `100/min`, or raise `ValueError`."""
    match = _RATE.fullmatch(rate)
    if match is None or float(match[1]) == 0:
        raise ValueError(f"{rate} is not a rate, e.g. 100/min")
    return _SECONDS[match[2]] / float(match[1])


def units(text: str) -> list[str]:
    """Return the units that `text` names: one, `FIRST+COUNT` within a LOT, or `@FILE` with one a line."""
    if text.startswith("@"):
        lines = Path(text[1:]).read_text(encoding="utf-8-sig").split()
        return [_wip_id(line) for line in lines]
    first, _, count = text.partition("+")
    if not count:
        return [_wip_id(first)]
    code = parse_unit(_wip_id(first))
    wanted = [wip_id(code.lot_number, code.sequence + number) for number in range(int(count))]
    return [_wip_id(unit) for unit in wanted]


def _wip_id(text: str) -> str:
    try:
        return parse_unit(text).wip_id
    except InvalidBarcodeError:
        raise ValueError(f"{text} is not a unit") from None


def write(plan: Plan, codes: Sequence[str]) -> Iterator[str]:
    """Drop one file a unit and yield its name; late files catch up."""
    start_s = time.monotonic()
    for number, unit in enumerate(codes):
        time.sleep(max(0.0, start_s + number * plan.every_s - time.monotonic()))
        result = Result.FAIL if _falls(number, plan.fail_percent) else Result.PASS
        completion = example.example(plan.process, unit, result, datetime.now().astimezone())
        content, name = example.encode(completion), file.name_of(completion).text()
        if _falls(number, plan.broken_percent):
            content = content[: len(content) // 2]
        yield drop.drop_bytes(plan.folder, name, content).name


def _falls(number: int, percent: int) -> bool:
    """Return whether file `number` is one of the `percent` of 100, evenly spread."""
    return (number + 1) * percent // 100 > number * percent // 100


def await_answers(folder: Path, names: Sequence[str], wait_s: float) -> Tally:
    """Return where the files are once none waits any more, or after `wait_s`."""
    until_s = time.monotonic() + wait_s
    while True:
        waiting = sum(_is_in(folder, ("pending", "processing"), name) for name in names)
        if waiting == 0 or time.monotonic() >= until_s:
            error = sum(_is_in(folder, ("error",), name) for name in names)
            return Tally(len(names) - waiting - error, error, waiting)
        time.sleep(_POLL_S)


def _is_in(folder: Path, places: tuple[str, ...], name: str) -> bool:
    return any((folder / place / name).exists() for place in places)
