"""The only file operations of the result folder: each does one thing or raises `OSError`.

Tests put a broken disk in its place. What an error means for the operator is said by `state_of`.
"""

import errno
import os
from pathlib import Path
from typing import Final, NamedTuple

from neurohub.contract.stations import DeviceState

PROBE: Final = ".station-probe"
PROBE_BYTES: Final = 4096  # as much as a reason file may take
_FULL: Final = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY: Final = {errno.EROFS, errno.EACCES, errno.EPERM}


class Seen(NamedTuple):
    """A file as one scan saw it."""

    name: str
    size_bytes: int
    mtime_ns: int


class Disk:
    """The disk as it is."""

    def scan(self, folder: Path) -> list[Seen]:
        """Return the plain files of `folder`; one that goes away meanwhile is not among them."""
        found: list[Seen] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    if entry.is_file(follow_symlinks=False):
                        stat = entry.stat(follow_symlinks=False)
                        found.append(Seen(entry.name, stat.st_size, stat.st_mtime_ns))
                except FileNotFoundError:
                    continue
        return found

    def read(self, path: Path, size_bytes: int = -1) -> bytes:
        with path.open("rb") as stream:
            return stream.read(size_bytes)

    def tail(self, path: Path, size_bytes: int) -> bytes:
        """Return the last bytes of a file."""
        with path.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - size_bytes))
            return stream.read()

    def exists(self, path: Path) -> bool:
        return path.exists()

    def move(self, source: Path, target: Path) -> None:
        """Rename; the caller has made sure that nothing is at `target`."""
        source.rename(target)

    def touch(self, path: Path) -> None:
        """Set the file's time to now: what is kept is kept from when it was handled."""
        os.utime(path)

    def write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def make(self, folder: Path) -> bool:
        """Make `folder` if its parent is there (a share that is away is not made up); return whether it was missing."""
        try:
            folder.mkdir()
        except FileExistsError:
            return False
        return True

    def probe(self, folder: Path) -> None:
        """Raise what keeps files from being written and removed in `folder`."""
        path = folder / PROBE
        try:
            self.write(path, bytes(PROBE_BYTES))
        finally:
            self.remove(path)


def state_of(error: OSError) -> DeviceState:
    """Return how the folder is when an operation on it ended in `error`."""
    if error.errno in _FULL:
        return DeviceState.FULL
    return DeviceState.READ_ONLY if error.errno in _READ_ONLY else DeviceState.MISSING
