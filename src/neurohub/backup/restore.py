"""Bring a backup back: choose it, check it, copy it, let PostgreSQL replay the log up to a moment, look at the result.

Never writes over a database: the target must be new or empty, and is so again should anything fail. Called by
`cli_backup`, for the plant and for the nightly drill.
"""

import shutil
from datetime import datetime
from pathlib import Path

import psutil
from msgspec import Struct

from neurohub.backup import catalogue, programs
from neurohub.backup.catalogue import Backup
from neurohub.backup.problem import BackupError
from neurohub.backup.programs import Say
from neurohub.backup.replay import Replay, replayed
from neurohub.backup.verify import faults
from neurohub.embedded import account as accounts
from neurohub.storage import copies


class Order(Struct, frozen=True, kw_only=True):
    """What is wanted: the state of `moment` (none: the newest) in `target`, from the backups in `folder`.

    `archives`: it will be the plant's, so its history goes on in the archive. A drill's does not.
    """

    folder: Path
    target: Path
    moment: datetime | None
    timeline: str = "latest"
    archives: bool = True


class Restored(Struct, frozen=True):
    """What came back: from which backup, and when the last event of the floor in it was received."""

    backup: Backup
    newest_event: datetime | None


def choose(backups: list[Backup], moment: datetime | None) -> Backup:
    """Return the newest backup that was whole at `moment` (none: the newest of all)."""
    fit = [backup for backup in backups if moment is None or backup.ended_at <= moment]
    if fit:
        return fit[-1]
    if not backups:
        raise BackupError("There is no backup in this folder")
    raise BackupError(
        f"The oldest backup is of {backups[0].ended_at:%Y-%m-%d %H:%M:%S %Z}; name a later time"
    )


def check_free(target: Path) -> None:
    """Refuse a target in which there is something, above all a database that runs."""
    if not target.exists() or not any(target.iterdir()):
        return
    if (pid := _pid(target)) is not None and psutil.pid_exists(pid):
        raise BackupError(f"A database runs in {target} (pid {pid}). Nothing was changed; stop it first")
    raise BackupError(f"{target} is not empty. Nothing was changed; move it away: mv {target} {target}.old")


def _pid(target: Path) -> int | None:
    try:
        return int((target / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def restore(order: Order, say: Say) -> Restored:
    """Restore, check what came back and stop it again: what is in the target then is to be started as ever."""
    check_free(order.target)
    backups = catalogue.read_all(order.folder)
    backup = choose(backups, order.moment)
    say(f"Checking {backup.name}, whole at {backup.ended_at:%Y-%m-%d %H:%M:%S %Z}, and the log since then")
    if wrong := list(faults(order.folder, backups, backup)):
        raise BackupError(
            "\n".join(["The backup is damaged; name an earlier time to use an older one:", *wrong])
        )
    was_there = order.target.exists()
    try:
        _lay_out(order, catalogue.chain(backups, backup), say)
        return Restored(backup, _replay(order, backup, say))
    except BaseException:
        shutil.rmtree(order.target, ignore_errors=True)
        if was_there:
            order.target.mkdir(mode=0o700)
        raise


def _lay_out(order: Order, links: list[Backup], say: Say) -> None:
    """Put the copies together in the target, for the account that PostgreSQL runs as."""
    account = accounts.choose(order.target)
    say(f"Copying to {order.target}")
    order.target.parent.mkdir(parents=True, exist_ok=True)
    sources = [catalogue.data_of(order.folder, link) for link in links]
    if len(sources) == 1:
        shutil.copytree(sources[0], order.target, symlinks=True, dirs_exist_ok=True)
    else:
        bin_folder = programs.find(links[-1].version, order.folder / "programs")
        programs.run([bin_folder / "pg_combinebackup", *sources, "--output", order.target], say)
    if account is not None:
        for path in [order.target, *order.target.rglob("*")]:
            shutil.chown(path, account.uid, account.gid)
    order.target.chmod(0o700)


def _replay(order: Order, backup: Backup, say: Say) -> datetime | None:
    """Replay the log, check every table and index; return when the last event was received."""
    account = accounts.choose(order.target)
    signal_file = order.target / "recovery.signal"
    signal_file.touch()
    if account is not None:
        shutil.chown(signal_file, account.uid, account.gid)
    run = Replay(
        target=order.target,
        wal=catalogue.wal_of(order.folder),
        programs=programs.find(backup.version, order.folder / "programs", account),
        superuser=backup.superuser,
        database=backup.database,
        moment=order.moment,
        timeline=order.timeline,
        archives=order.archives,
    )
    say("Replaying the log" + ("" if order.moment is None else f" to {order.moment}"))
    with replayed(run, say) as url:
        say("Checking tables and indexes")
        programs.run([run.programs / "pg_amcheck", "--install-missing", "--jobs=2", url], say)
        copies.drop_amcheck(url)
        return copies.newest_event(url)
