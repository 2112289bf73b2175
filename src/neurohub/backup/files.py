"""Files beside the database that belong to a backup: firmware, settings, certificates. Each content is kept once.

A release of firmware never changes, so thirty backups of it take the room of one. Called by `take`, `verify` and
`cli_backup`.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from neurohub.backup.catalogue import File, sha256_of
from neurohub.backup.problem import BackupError


def keep(paths: Iterable[Path], pool: Path, before: Iterable[File] = ()) -> tuple[File, ...]:
    """Copy the files at and below `paths` into `pool`; return them, and those of `before` not among them."""
    pool.mkdir(mode=0o700, exist_ok=True)
    found = {file.path: file for file in before}
    found |= {file.path: file for file in (_keep(path, pool) for top in paths for path in _below(top))}
    return tuple(found.values())


def _below(top: Path) -> Iterator[Path]:
    if not top.exists():
        raise BackupError(f"{top} is to be in the backup, and is not there")
    yield from sorted(path for path in ([top] if top.is_file() else top.rglob("*")) if path.is_file())


def _keep(path: Path, pool: Path) -> File:
    part = pool / f"part-{os.getpid()}"
    try:
        shutil.copyfile(path, part)
    except OSError as error:
        raise BackupError(f"{path} is to be in the backup, and cannot be copied: {error.strerror}") from None
    found = File(str(path.absolute()), sha256_of(part), part.stat().st_size, path.stat().st_mode & 0o7777)
    if (pool / found.sha256).exists():
        part.unlink()
        return found
    with part.open("rb") as copy:
        os.fsync(copy.fileno())
    part.rename(pool / found.sha256)
    return found


def faults(files: Iterable[File], pool: Path) -> Iterator[str]:
    """Say which of `files` are missing or damaged in `pool`."""
    for file in files:
        kept = pool / file.sha256
        if not kept.exists():
            yield f"the copy of {file.path} is gone from {pool}"
        elif sha256_of(kept) != file.sha256:
            yield f"the copy of {file.path}, {kept}, is damaged"


def put_back(files: Iterable[File], pool: Path, root: Path) -> list[str]:
    """Write `files` below `root`; what was there and differs stays beside as NAME.before-restore."""
    written = []
    for file in files:
        target = root / file.path.lstrip("/")
        if target.exists():
            if sha256_of(target) == file.sha256:
                continue
            target.rename(target.with_name(f"{target.name}.before-restore"))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(pool / file.sha256, target)
        target.chmod(file.mode)
        written.append(str(target))
    return written


def forget(pool: Path, needed: Iterable[File]) -> None:
    """Delete what no backup needs any more."""
    kept = {file.sha256 for file in needed}
    for path in pool.glob("*"):
        if path.name not in kept:
            path.unlink()
