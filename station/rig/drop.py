"""Dropping a file into a result folder the way a rig should: whole or not at all, even when the power goes.

Written under a name that no station takes, forced to the disk, then renamed. Called by the simulated rigs.
"""

import os
from pathlib import Path

from station.rig import example, file
from station.rig.file import CompletionFile

PENDING = "pending"


def drop(folder: Path, completion: CompletionFile) -> Path:
    """Write `completion` into `pending/` of a result folder and return where."""
    return drop_bytes(folder, file.name_of(completion).text(), example.encode(completion))


def drop_bytes(folder: Path, name: str, content: bytes) -> Path:
    """Write `content` as `name` into `pending/` of a result folder, which is made when missing."""
    pending = folder / PENDING
    pending.mkdir(parents=True, exist_ok=True)
    unfinished = pending / f"{name}.tmp"
    with unfinished.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return unfinished.rename(pending / name)
