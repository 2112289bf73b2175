"""The archive of the log as Python sees it: which segments it holds, whether they are whole, which may go.

Not what puts them there: that is `wal.sh`, called by PostgreSQL. Called by `take` and `verify`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from neurohub.backup.catalogue import sha256_of

_SEGMENT: Final = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})-[0-9a-f]{64}\.gz")
_HISTORY: Final = re.compile(r"([0-9A-F]{8})\.history-[0-9a-f]{64}\.gz")
SEGMENTS_PER_FILE: Final = 256  # of 16 MB each: what a cluster has unless it was made otherwise


class Segment(Struct, frozen=True, order=True):
    """A segment in the archive: its place in the log, its timeline, its file."""

    number: int
    timeline: int
    path: Path


def number_of(name: str) -> int:
    """Return the place in the log of a segment by its name, the same on every timeline."""
    return int(name[8:16], 16) * SEGMENTS_PER_FILE + int(name[16:24], 16)


def segments(wal: Path) -> list[Segment]:
    """Return the segments in the archive, in the order of the log."""
    names = ((path, _SEGMENT.fullmatch(path.name)) for path in wal.glob("*.gz"))
    return sorted(
        Segment(number_of(path.name), int(found[1], 16), path) for path, found in names if found is not None
    )


def has(wal: Path, name: str) -> bool:
    return any(wal.glob(f"{name}-*.gz"))


def faults(wal: Path, first: str) -> Iterator[str]:
    """Say what is missing or damaged in the log from the segment `first` on."""
    wanted = [each for each in segments(wal) if each.number >= number_of(first)]
    there = {each.number for each in wanted}
    if there:
        for number in sorted(set(range(number_of(first), max(there) + 1)) - there):
            yield f"the log has a hole: segment {number:X} is not in {wal}"
    histories = [path for path in sorted(wal.glob("*.gz")) if _HISTORY.fullmatch(path.name)]
    for path in [*(each.path for each in wanted), *histories]:
        if sha256_of(path) != path.name.rpartition("-")[2].removesuffix(".gz"):
            yield f"{path} is damaged: its sum is not the one in its name"


def forget_before(wal: Path, first: str) -> int:
    """Delete the segments before `first`; return how many. Histories of timelines stay: they keep numbers apart."""
    old = [each.path for each in segments(wal) if each.number < number_of(first)]
    marks = [path for path in wal.glob("*.backup-*.gz") if number_of(path.name) < number_of(first)]
    for path in [*old, *marks]:
        path.unlink()
    return len(old)
