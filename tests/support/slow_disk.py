"""A disk that is slow to say that something is on it: SQLite's own way to the disk, with a pause in each sync."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import apsw

NAME = "slow"


class SlowDisk(apsw.VFS):
    """`pause_s` may be changed at any time."""

    def __init__(self, base, pause_s):
        super().__init__(NAME, base, makedefault=True)
        self.base, self.pause_s = base, pause_s

    def xOpen(self, name, flags):  # noqa: N802  (SQLite's name)
        return _File(self, name, flags)


class _File(apsw.VFSFile):
    def __init__(self, disk, name, flags):
        super().__init__(disk.base, name, flags)
        self._disk = disk

    def xSync(self, flags):  # noqa: N802  (SQLite's name)
        time.sleep(self._disk.pause_s)
        super().xSync(flags)


@contextmanager
def slow_disk(pause_s: float) -> Iterator[SlowDisk]:
    """Let every database that is opened inside the block be on such a disk."""
    disk = SlowDisk(apsw.vfs_names()[0], pause_s)
    try:
        yield disk
    finally:
        disk.unregister()
