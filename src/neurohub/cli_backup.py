"""`neurohub backup`, `restore` and `verify-backup`: what a person or a timer asks of `neurohub.backup`.

Knows where things are (the environment, the data directory of `up`); decides nothing about copies.
"""

import os
import sys
import tempfile
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from neurohub import settings
from neurohub.backup import catalogue, files, metric, take, verify
from neurohub.backup import restore as restoring
from neurohub.backup.problem import BackupError
from neurohub.embedded import local

PLANT_TIMEZONE: Final = "Asia/Seoul"
KEEP_DAYS: Final = 30

_in_folder = click.option(
    "--in",
    "backups",
    envvar="NEUROHUB_BACKUP_DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the backups, on another disk or machine than the database.  [env: NEUROHUB_BACKUP_DIR]",
)
_metrics = click.option(
    "--metrics",
    envvar="NEUROHUB_BACKUP_METRICS",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The node exporter's folder of text files.  [env: NEUROHUB_BACKUP_METRICS]",
)


def _moment(_ctx: click.Context, _param: click.Parameter, text: str | None) -> datetime | None:
    """Read a time; without an offset it is the plant's."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time, e.g. '2026-11-25 14:30:00'") from None
    zone = zoneinfo.ZoneInfo(settings.timezone() or PLANT_TIMEZONE)
    return found.replace(tzinfo=zone) if found.tzinfo is None else found


@click.command("backup")
@_in_folder
@click.option("--increment", is_flag=True, help="Only what has changed since the last backup.")
@click.option("--also", multiple=True, type=click.Path(path_type=Path), help="A file or folder to keep, too.")
@click.option("--keep-days", type=click.IntRange(1, 3650), default=KEEP_DAYS, show_default=True)
@click.option("--prepare", is_flag=True, help="Only make the folder, once.")
@_metrics
@click.pass_obj
def backup(
    folder: Path,
    backups: Path | None,
    increment: bool,
    also: tuple[Path, ...],
    keep_days: int,
    prepare: bool,
    metrics: Path | None,
) -> None:
    """Copy the database, the firmware and the settings; check the copy; let old ones go."""
    place = backups or folder / "backups"
    if prepare or backups is None:
        take.prepare(place)
    if prepare:
        return
    with local.database(folder, os.environ) as url:
        beside = [*_own_files(folder), *also]
        order = take.Order(url=url, folder=place, beside=beside, keep=timedelta(days=keep_days))
        made = take.take(order, click.echo, increment=increment)
    if made is not None:
        if metrics is not None:
            metric.tell(metrics, metric.MADE, made.ended_at)
        click.echo(f"Backup {made.name} is whole.")


def _own_files(folder: Path) -> Iterator[Path]:
    """Yield what belongs to a plant beside its database: firmware, and the secrets of `up`."""
    firmware = Path(os.environ.get("FIRMWARE_DIR") or folder / "firmware")
    yield from (path for path in (firmware, folder / "secrets") if path.exists())


@click.command("restore")
@_in_folder
@click.option("--to", "moment", callback=_moment, help="The moment to go back to; without it, the newest.")
@click.option(
    "--into",
    "target",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The data folder to make; must be new or empty.",
)
@click.option(
    "--files-into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Put firmware and settings back, too, below this folder; / is where they were.",
)
@click.option(
    "--timeline", default="latest", show_default=True, help="After an earlier restore: which history."
)
@click.pass_obj
def restore(
    folder: Path,
    backups: Path | None,
    moment: datetime | None,
    target: Path,
    files_into: Path | None,
    timeline: str,
) -> None:
    """Bring the plant's data back as they were at a moment. Never writes over a database."""
    place = backups or folder / "backups"
    order = restoring.Order(folder=place, target=target.absolute(), moment=moment, timeline=timeline)
    found = restoring.restore(order, click.echo)
    if files_into is not None:
        for path in files.put_back(found.backup.files, catalogue.pool_of(place), files_into):
            click.echo(f"  {path}")
    event = "none" if found.newest_event is None else f"received {found.newest_event}"
    click.echo(f"Restored into {target}; the last event in it: {event}. Start PostgreSQL as ever.")


@click.command("verify-backup")
@_in_folder
@click.option("--all", "every", is_flag=True, help="All backups, not the newest alone.")
@click.option("--drill", is_flag=True, help="Restore the newest in a folder of its own, too, and look at it.")
@_metrics
@click.pass_obj
def verify_backup(folder: Path, backups: Path | None, every: bool, drill: bool, metrics: Path | None) -> None:
    """Read backups through and say what is damaged or missing."""
    place = backups or folder / "backups"
    known = catalogue.read_all(place)
    if not known:
        raise BackupError(f"There is no backup in {place}")
    damaged = False
    for each in known if every else known[-1:]:
        wrong = list(verify.faults(place, known, each))
        damaged = damaged or bool(wrong)
        click.echo(f"{'DAMAGED' if wrong else 'whole  '}  {each.name}  {each.size_bytes >> 20} MB")
        for line in wrong:
            click.echo(f"         {line}")
    if damaged:
        sys.exit(1)
    if drill:
        _drill(place, metrics)


def _drill(place: Path, metrics: Path | None) -> None:
    with _scratch(place) as target:
        order = restoring.Order(folder=place, target=target, moment=None, archives=False)
        found = restoring.restore(order, click.echo)
    click.echo(f"Restored and looked at; the last event in it: {found.newest_event or 'none'}.")
    if metrics is not None:
        metric.tell(metrics, metric.TRIED, datetime.now(UTC))


@contextmanager
def _scratch(place: Path) -> Iterator[Path]:
    """Yield a new place beside the backups; whatever comes of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="drill-", suffix=catalogue.PART, dir=place) as made:
        Path(made).chmod(0o755)
        yield Path(made) / "data"


COMMANDS: Final[tuple[click.Command, ...]] = (backup, restore, verify_backup)
