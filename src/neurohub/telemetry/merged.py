"""The numbers of all workers as one page: those that live, and what those that have ended had counted.

A worker writes to files of its own. Those of one that has ended are added to the files of the past, so that a year
of reloads does not make a scrape slower; its gauges go with it. Who calls it: the server, in the parent process.
"""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import psutil
from prometheus_client import CollectorRegistry, multiprocess
from prometheus_client.mmap_dict import MmapedDict

PAST: Final = "0"  # no process has this number


class MergedCollector:
    """Collects the numbers in a multiprocess folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._one_at_a_time = threading.Lock()  # who reads while somebody folds would count twice

    def collect(self) -> Iterable[Any]:
        """Return the metrics; what a registry calls."""
        with self._one_at_a_time:
            self._fold()
            merged = multiprocess.MultiProcessCollector(CollectorRegistry(), path=str(self._folder))  # type: ignore[no-untyped-call]
            return list(merged.collect())  # type: ignore[no-untyped-call]

    def _fold(self) -> None:
        for path in self._folder.glob("*.db"):
            kind, _, pid = path.stem.rpartition("_")
            if pid == PAST or psutil.pid_exists(int(pid)):
                continue
            if not kind.startswith("gauge"):
                add(path, self._folder / f"{kind}_{PAST}.db")
            path.unlink()


def add(counted: Path, past: Path) -> None:
    """Add the counts in one file to those in another."""
    total = MmapedDict(str(past))  # type: ignore[no-untyped-call]
    for key, value, _, _ in MmapedDict.read_all_values_from_file(str(counted)):  # type: ignore[no-untyped-call]
        before, _ = total.read_value(key)  # type: ignore[no-untyped-call]
        total.write_value(key, before + value, 0)  # type: ignore[no-untyped-call]
    total.close()  # type: ignore[no-untyped-call]
