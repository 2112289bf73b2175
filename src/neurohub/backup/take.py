"""Make a backup: copy, check, write down, and only then let older ones go.

A full one, or on PostgreSQL 17 and newer what has changed since the last one. On 15 and 16 the log's archive is the
increment: it is brought up to this moment. Called by `cli_backup`.
"""

import shutil
import time
from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from neurohub.backup import archive, catalogue, files, keeping, programs
from neurohub.backup.catalogue import Backup
from neurohub.backup.problem import BackupError
from neurohub.backup.programs import Say
from neurohub.backup.verify import check_data, unvouched
from neurohub.embedded import account as accounts
from neurohub.storage import copies
from neurohub.storage.copies import Cluster

INCREMENTS_SINCE: Final = 17
ARCHIVE_TIMEOUT_S: Final = 120
POLL_S: Final = 0.1


class Order(Struct, frozen=True, kw_only=True):
    """What is to be copied, and where to."""

    url: str
    folder: Path
    beside: Sequence[Path]
    keep: timedelta


def prepare(folder: Path) -> None:
    """Make the folder of backups and, in it, the archive; they are the account's that PostgreSQL runs as."""
    account = accounts.choose(folder)
    for place in (folder, catalogue.wal_of(folder)):
        if not place.exists():
            accounts.give(place, account)


def take(order: Order, say: Say, *, increment: bool) -> Backup | None:
    """Make and check a backup; None where only the log's archive was brought up to now (see above)."""
    if not order.folder.is_dir():
        raise BackupError(f"{order.folder} is not there: mount the disk, or `neurohub backup --prepare` once")
    cluster = copies.read_cluster(order.url)
    with catalogue.locked(order.folder):
        catalogue.sweep(order.folder)
        backups = catalogue.read_all(order.folder)
        _check_same(backups, cluster, order.folder)
        if increment and cluster.version < INCREMENTS_SINCE:
            say(f"PostgreSQL {cluster.version} makes no incremental copies; its log is the increment")
            _archive_now(order, cluster, say)
            return None
        parent = _parent(backups, cluster) if increment else None
        backup = _copy(order, cluster, parent, say)
        if cluster.archives and not cluster.is_in_recovery:
            _archive_now(order, cluster, say)
        elif not cluster.archives:
            say("  no archive of the log (archive_mode=off): only the moments of backups can be restored")
        _tidy(order, [*backups, backup], say)
    return backup


def _check_same(backups: Sequence[Backup], cluster: Cluster, folder: Path) -> None:
    if backups and backups[-1].system_id != cluster.system_id:
        raise BackupError(
            f"{folder} holds the backups of another database (system {backups[-1].system_id}, this one is "
            f"{cluster.system_id}); name another folder, so that neither is mistaken for the other"
        )


def _parent(backups: list[Backup], cluster: Cluster) -> Backup:
    if not cluster.summarizes:
        raise BackupError("Incremental copies need summarize_wal = on in postgresql.conf")
    if not backups:
        raise BackupError("There is no backup to build on; make a full one first: neurohub backup")
    catalogue.chain(backups, backups[-1])  # whole, or said to be broken
    return backups[-1]


def _copy(order: Order, cluster: Cluster, parent: Backup | None, say: Say) -> Backup:
    """Copy, check and write down; until its last step nobody takes it for a backup."""
    begun_at = copies.clock(order.url)
    kind: Literal["full", "increment"] = "full" if parent is None else "increment"
    name = f"{begun_at.astimezone(UTC):%Y%m%dT%H%M%S}Z-{kind}"
    part = order.folder / f"{name}{catalogue.PART}"
    part.mkdir(mode=0o700)
    data = part / "data"
    _base_backup(order, cluster, parent, data, say)
    kept = files.keep(order.beside, catalogue.pool_of(order.folder), () if parent is None else parent.files)
    backup = Backup(
        name=name,
        kind=kind,
        parent=None if parent is None else parent.name,
        begun_at=begun_at,
        ended_at=copies.clock(order.url),
        version=cluster.version,
        system_id=cluster.system_id,
        database=cluster.database,
        superuser=cluster.superuser,
        first_wal=_first_wal(data),
        size_bytes=sum(path.stat().st_size for path in data.rglob("*") if path.is_file()),
        sums=unvouched(data),
        files=kept,
    )
    catalogue.write(part, backup)
    say(f"  {backup.size_bytes >> 20} MB copied and checked, with {len(kept)} files beside the database")
    return backup


def _base_backup(order: Order, cluster: Cluster, parent: Backup | None, data: Path, say: Say) -> None:
    free_bytes = shutil.disk_usage(order.folder).free
    if parent is None and free_bytes < cluster.size_bytes:
        raise BackupError(
            f"{order.folder} has {free_bytes >> 20} MB free, the database is {cluster.size_bytes >> 20} MB"
        )
    say(f"Copying {cluster.size_bytes >> 20} MB to {order.folder}")
    program = programs.find(cluster.version, order.folder / "programs") / "pg_basebackup"
    command: list[str | Path] = [
        *(program, "--dbname", order.url, "--pgdata", data, "--progress", "--no-password"),
        *("--checkpoint=fast", "--wal-method=stream", "--manifest-checksums=SHA256"),
    ]
    if parent is not None:
        command += ["--incremental", catalogue.data_of(order.folder, parent) / "backup_manifest"]
    programs.run(command, say)
    check_data(data, cluster.version, order.folder)


def _first_wal(data: Path) -> str:
    """Read where the log that a copy needs begins: `START WAL LOCATION: 0/2000028 (file NAME)`."""
    line = (data / "backup_label").read_text(encoding="utf-8").splitlines()[0]
    return line.partition("(file ")[2].rstrip(")")


def _archive_now(order: Order, cluster: Cluster, say: Say) -> None:
    """End the segment being written and wait until the archive has it."""
    if not cluster.archives:
        raise BackupError("The log is not archived: set archive_mode = on and archive_command")
    name = copies.end_segment(order.url)
    wal = catalogue.wal_of(order.folder)
    end = time.monotonic() + ARCHIVE_TIMEOUT_S
    while not archive.has(wal, name):
        if time.monotonic() > end:
            raise BackupError(
                f"The log's segment {name} has not come to {wal} within {ARCHIVE_TIMEOUT_S} s; "
                "PostgreSQL's log has what archive_command said"
            )
        time.sleep(POLL_S)
    say(f"  the log is archived up to {name}")


def _tidy(order: Order, backups: list[Backup], say: Say) -> None:
    gone = keeping.superfluous(backups, backups[-1].ended_at, order.keep)
    for backup in gone:
        catalogue.remove(order.folder, backup)
    left = [backup for backup in backups if backup not in gone]
    dropped = archive.forget_before(catalogue.wal_of(order.folder), left[0].first_wal)
    files.forget(catalogue.pool_of(order.folder), (file for backup in left for file in backup.files))
    if gone or dropped:
        say(
            f"  let {len(gone)} old backups and {dropped} segments of the log go; {len(left)} backups are kept"
        )
