"""A result folder under test: the real one on a real disk, and the facts that it posts, in order."""

import contextlib
import errno
import queue
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from neurohub.contract.enums import Result
from station.device.folder import ResultFolder
from station.device.folder_disk import Disk
from station.flow.facts import DeviceSaid, Fact, RigFileRefused, RigResult
from station.rig.drop import drop
from station.rig.example import example
from station.rig.file import CompletionFile

LOT = "KR01PSA2511001"
POLL_S = 0.02
WAIT_S = 10.0
T0 = datetime(2025, 11, 17, 9, 30, tzinfo=UTC)


class BrokenDisk(Disk):
    """Refuses to change anything while `broken` holds an errno; `away` refuses to be looked at as well."""

    broken = 0
    away = False

    def _check(self) -> None:
        if self.broken:
            raise OSError(self.broken, "broken by the test")

    def scan(self, folder: Path) -> list[Any]:
        if self.away:
            raise OSError(errno.ENOTCONN, "broken by the test")
        return super().scan(folder)

    def move(self, source: Path, target: Path) -> None:
        if self.broken != errno.ENOSPC:  # a full disk still renames
            self._check()
        super().move(source, target)

    def write(self, path: Path, content: bytes) -> None:
        self._check()
        super().write(path, content)


class Watched:
    """A running folder and its facts."""

    def __init__(self, root: Path, **options: Any) -> None:
        self.root = root
        self.facts: queue.SimpleQueue[Fact] = queue.SimpleQueue()
        self._kept: list[Fact] = []
        self.folder = ResultFolder(root, self.facts.put, poll_s=POLL_S, **options)

    def next(self, kind: type) -> Any:
        """Return the next fact of `kind`; others stay for whoever asks for them."""
        while not any(isinstance(fact, kind) for fact in self._kept):
            self._kept.append(self.facts.get(timeout=WAIT_S))
        found = next(fact for fact in self._kept if isinstance(fact, kind))
        self._kept.remove(found)
        return found

    def refused(self) -> RigFileRefused:
        return self.next(RigFileRefused)

    def result(self) -> RigResult:
        return self.next(RigResult)

    def said(self) -> DeviceSaid:
        return self.next(DeviceSaid)

    def names(self, folder: str) -> set[str]:
        return {path.name for path in (self.root / folder).iterdir() if not path.name.startswith(".")}

    def close(self) -> None:
        """End the thread: what was asked before is done after this."""
        self.folder.close()


@contextlib.contextmanager
def watched(root: Path, processes: tuple[int, ...] = tuple(range(1, 9)), **options: Any) -> Iterator[Watched]:
    running = Watched(root, **options)
    running.folder.assign(processes)
    running.folder.start()
    try:
        yield running
    finally:
        running.close()


@contextlib.contextmanager
def answered(root: Path) -> Iterator[ResultFolder]:
    """Run a folder whose results are all settled at once. Half-written files are not waited for."""

    def settle(fact: Fact) -> None:
        if isinstance(fact, RigResult):
            folder.settle(fact.digest)

    folder = ResultFolder(root, settle, poll_s=POLL_S, unfinished_s=0.0)
    folder.assign(range(1, 9))
    folder.start()
    try:
        yield folder
    finally:
        folder.close()


def passed(sequence: int = 1, process: int = 3, seconds: int = 0) -> CompletionFile:
    """Return a PASS of one unit of a LOT, completed some seconds after T0."""
    unit = f"WIP-{LOT}-{sequence:03d}"
    return example(process, unit, Result.PASS, T0 + timedelta(seconds=seconds))


def put(root: Path, completion: CompletionFile) -> str:
    """Drop a file as a rig does and return its name."""
    return drop(root, completion).name
