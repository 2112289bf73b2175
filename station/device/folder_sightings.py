"""When a file in `pending/` is complete: pure, from one scan to the next.

A file is ripe when two scans in a row see the same size and time and it holds something. One that does not end as
a completion file may have a slow writer: it has ten seconds without a change to be finished.
"""

from collections.abc import Callable, Iterable
from typing import Final

from station.device.folder_disk import Seen

UNFINISHED_S: Final = 10.0
_ENDING: Final = ".json"


def is_result(name: str) -> bool:
    """Return whether a file of this name is meant for the station: temporary and hidden ones are not."""
    return name.lower().endswith(_ENDING) and not name.startswith(("~", "."))


class Sightings:
    """Remembers the last scan: each file as it was, and since when it has been so."""

    def __init__(self, unfinished_s: float = UNFINISHED_S) -> None:
        self._unfinished_s = unfinished_s
        self._since: dict[Seen, float] = {}

    def ripe(self, scan: Iterable[Seen], now_s: float, is_whole: Callable[[str], bool]) -> list[Seen]:
        """Return the files to take now, oldest first; `is_whole` looks at a file's end."""
        present = {seen: self._since.get(seen, now_s) for seen in scan if is_result(seen.name)}
        again = [seen for seen in present if seen in self._since and seen.size_bytes > 0]
        self._since = present
        ripe = (s for s in again if now_s - present[s] >= self._unfinished_s or is_whole(s.name))
        return sorted(ripe, key=lambda seen: (seen.mtime_ns, seen.name))
