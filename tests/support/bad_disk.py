"""A disk that is slow to say that something is on it, or full: SQLite's own way to the disk, spoiled on demand."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import apsw

NAME = "bad"


class BadDisk(apsw.VFS):
    """`pause_s` of each sync and `is_full` may be changed at any time."""

    def __init__(self, base, pause_s):
        super().__init__(NAME, base, makedefault=True)
        self.base, self.pause_s, self.is_full = base, pause_s, False

    def xOpen(self, name, flags):  # noqa: N802  (SQLite's name)
        return _File(self, name, flags)


class _File(apsw.VFSFile):
    def __init__(self, disk, name, flags):
        super().__init__(disk.base, name, flags)
        self._disk = disk

    def xWrite(self, data, offset):  # noqa: N802  (SQLite's name)
        if self._disk.is_full:
            raise apsw.FullError("no room is left")
        super().xWrite(data, offset)

    def xSync(self, flags):  # noqa: N802  (SQLite's name)
        time.sleep(self._disk.pause_s)
        super().xSync(flags)


@contextmanager
def bad_disk(pause_s: float = 0.0) -> Iterator[BadDisk]:
    """Let every database that is opened inside the block be on such a disk."""
    disk = BadDisk(apsw.vfs_names()[0], pause_s)
    try:
        yield disk
    finally:
        disk.unregister()
