"""Is a backup whole? Every byte of it is vouched for by a sum: PostgreSQL's manifest, our facts, a file's own name.

Not whether it starts and its indexes agree: that is the drill in `restore`. Called by `take`, `restore`, `cli_backup`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from neurohub.backup import archive, catalogue, files, programs
from neurohub.backup.catalogue import Backup, sha256_of
from neurohub.backup.problem import BackupError

# What pg_verifybackup does not read whole: it parses the part of the log that it needs, and skips these files.
_UNVOUCHED: Final = ("backup_manifest", "postgresql.auto.conf", "pg_wal/**/*")


def check_data(data: Path, version: int, copies: Path) -> None:
    """Compare a copy with its manifest, and read the log in it; `BackupError` names what differs."""
    program = programs.find(version, copies / "programs") / "pg_verifybackup"
    programs.run([program, "--exit-on-error", data], lambda _: None)


def unvouched(data: Path) -> dict[str, str]:
    """Return the sums of what the manifest does not vouch for."""
    found = (path for pattern in _UNVOUCHED for path in data.glob(pattern) if path.is_file())
    return {path.relative_to(data).as_posix(): sha256_of(path) for path in sorted(found)}


def faults(folder: Path, backups: list[Backup], backup: Backup) -> Iterator[str]:
    """Say what is wrong with `backup`, with what it builds on, and with the log from it on."""
    for link in catalogue.chain(backups, backup):
        data = catalogue.data_of(folder, link)
        found = unvouched(data)
        for path in sorted(link.sums.keys() | found.keys()):
            if link.sums.get(path) != found.get(path):
                yield f"{data / path} is damaged: its sum is not the one written down"
        try:
            check_data(data, link.version, folder)
        except BackupError as error:
            yield f"{link.name}: {error}"
    yield from files.faults(backup.files, catalogue.pool_of(folder))
    yield from archive.faults(catalogue.wal_of(folder), backup.first_wal)
