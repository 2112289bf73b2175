"""The folder of backups: which there are, what each needs, and how a new one gets there whole or not at all.

<name>/data          what pg_basebackup copied          <name>/facts.json     what is known of it, with its sum beside
wal/                 the archive of the log             files/<sha256>        settings and firmware, each content once
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from neurohub.backup.problem import BackupError

FACTS: Final = "facts.json"
SUM: Final = "facts.json.sha256"
PART: Final = ".part"
CHUNK_BYTES: Final = 1 << 20


class File(Struct, frozen=True):
    """A file beside the database: where it was, and the sum it is kept under."""

    path: str
    sha256: str
    size_bytes: int
    mode: int


class Backup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One copy. `sums` are of the files that PostgreSQL's manifest does not vouch for."""

    name: str
    kind: Literal["full", "increment"]
    parent: str | None
    begun_at: datetime
    ended_at: datetime
    version: int
    system_id: str
    database: str
    superuser: str
    first_wal: str
    size_bytes: int
    sums: dict[str, str]
    files: tuple[File, ...]


def data_of(folder: Path, backup: Backup) -> Path:
    return folder / backup.name / "data"


def wal_of(folder: Path) -> Path:
    return folder / "wal"


def pool_of(folder: Path) -> Path:
    return folder / "files"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder alone; the lock ends with the process, however it ends."""
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another backup is being made in {folder}; wait for it") from None
        yield


def read_all(folder: Path) -> list[Backup]:
    """Return the backups in `folder`, oldest first; `BackupError` names one whose facts cannot be trusted."""
    if not folder.is_dir():
        raise BackupError(f"{folder} is not there; is the disk of the backups mounted?")
    names = (path.parent for path in folder.glob(f"*/{FACTS}") if not path.parent.name.endswith(PART))
    return sorted((read(path) for path in names), key=lambda backup: backup.ended_at)


def read(place: Path) -> Backup:
    """Return the facts of the backup at `place`, which must be those that were written."""
    try:
        text = (place / FACTS).read_bytes()
        is_whole = (place / SUM).read_bytes() == _sum_line(text)
        if is_whole:
            return msgspec.json.decode(text, type=Backup)
    except (OSError, msgspec.DecodeError) as error:
        raise BackupError(f"{place / FACTS} cannot be read: {error}") from None
    raise BackupError(f"{place / FACTS} is damaged: it is not what was written; move {place} away")


def chain(backups: list[Backup], backup: Backup) -> list[Backup]:
    """Return the backups that `backup` is made of, the full one first."""
    links = [backup]
    by_name = {each.name: each for each in backups}
    while (parent := links[0].parent) is not None:
        if parent not in by_name:
            raise BackupError(f"{backup.name} builds on {parent}, which is gone; restore from another backup")
        links.insert(0, by_name[parent])
    return links


def write(part: Path, backup: Backup) -> Path:
    """Make the backup in `part` one of the catalogue: facts, then its name, each on the disk first."""
    text = msgspec.json.format(msgspec.json.encode(backup), indent=1)
    for name, content in ((FACTS, text), (SUM, _sum_line(text))):
        with (part / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    sync_folder(part)
    place = part.with_name(backup.name)
    part.rename(place)
    sync_folder(place.parent)
    return place


def remove(folder: Path, backup: Backup) -> None:
    """Delete a backup; should that be cut short, the rest is no backup any more."""
    part = folder / f"{backup.name}{PART}"
    (folder / backup.name).rename(part)
    shutil.rmtree(part)


def sweep(folder: Path) -> None:
    """Delete what a backup that was cut short left behind. The caller holds the lock."""
    for part in folder.glob(f"*{PART}"):
        shutil.rmtree(part)


def sha256_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sum_line(text: bytes) -> bytes:
    return f"{hashlib.sha256(text).hexdigest()}  {FACTS}\n".encode()
