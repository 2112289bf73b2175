# ruff: noqa: N802, ARG002  (SQLite names the methods and what they are given)
"""A disk in memory that loses its power: an SQLite VFS that cuts at any write, and then tears what was not synced.

After a cut each write since the last sync of its file is there, not there, or there in part, by chance; so may a
new file be missing. What was synced is there.
"""

import random

import apsw

SECTOR = 512


class Disk:
    """Files by name: what is durable, and what was written since. `cut_at` counts writes, syncs and truncations."""

    def __init__(self, seed=0):
        self.durable = {}
        self.now = {}
        self.pending = {}
        self.operations = 0
        self.cut_at = None
        self.chance = random.Random(seed)

    @property
    def is_dead(self):
        return self.cut_at is not None and self.operations >= self.cut_at

    def step(self):
        """Count an operation; from the cut on there is none."""
        if self.is_dead:
            raise apsw.IOError("the power is gone")
        self.operations += 1

    def power_on(self):
        """Bring the disk back with what survived."""
        for name, writes in self.pending.items():
            data = self.durable.get(name)
            survived = [one for one in writes if self.chance.random() < 0.5]
            if data is None and not survived:
                continue
            data = bytearray(data or b"")
            for offset, piece in survived:
                _apply(data, offset, self._torn(piece))
            self.durable[name] = bytes(data)
        self.pending = {}
        self.now = {name: bytearray(data) for name, data in self.durable.items()}
        self.operations, self.cut_at = 0, None

    def _torn(self, piece):
        """Return a write as it survived: now and then only its first or last sectors."""
        if piece is None or len(piece) <= SECTOR or self.chance.random() < 0.7:
            return piece
        return piece[: self.chance.randrange(0, len(piece), SECTOR)]

    def snapshot(self):
        return {name: bytes(data) for name, data in self.durable.items()}

    def restore(self, durable, seed):
        self.durable = dict(durable)
        self.pending = {}
        self.chance = random.Random(seed)
        self.power_on()


def _apply(data, offset, piece):
    if piece is None:
        del data[offset:]
        return
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(piece)] = piece


class CrashVFS(apsw.VFS):
    def __init__(self, name, disk):
        self.disk = disk
        super().__init__(name, "")

    def xOpen(self, name, flags):
        filename = name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary"
        if filename not in self.disk.now:
            self.disk.step()
            self.disk.now[filename] = bytearray()
            self.disk.pending.setdefault(filename, [])
        return CrashFile(self.disk, filename)

    def xDelete(self, filename, syncdir):
        self.disk.step()
        for files in (self.disk.now, self.disk.durable, self.disk.pending):
            files.pop(filename, None)

    def xAccess(self, pathname, flags):
        return pathname in self.disk.now

    def xFullPathname(self, name):
        return name


class CrashFile:
    def __init__(self, disk, name):
        self.disk, self.name = disk, name

    def xRead(self, amount, offset):
        if self.disk.is_dead:
            raise apsw.IOError("the power is gone")
        return bytes(self.disk.now[self.name][offset : offset + amount])

    def xWrite(self, data, offset):
        self.disk.step()
        piece = bytes(data)
        _apply(self.disk.now[self.name], offset, piece)
        self.disk.pending.setdefault(self.name, []).append((offset, piece))

    def xTruncate(self, size):
        self.disk.step()
        _apply(self.disk.now[self.name], size, None)
        self.disk.pending.setdefault(self.name, []).append((size, None))

    def xSync(self, flags):
        self.disk.step()
        self.disk.durable[self.name] = bytes(self.disk.now[self.name])
        self.disk.pending.pop(self.name, None)

    def xFileSize(self):
        return len(self.disk.now[self.name])

    def xSectorSize(self):
        return SECTOR

    def xDeviceCharacteristics(self):
        return 0

    def xFileControl(self, op, ptr):
        return False

    def xLock(self, level):
        pass

    def xUnlock(self, level):
        pass

    def xCheckReservedLock(self):
        return False

    def xClose(self):
        pass
