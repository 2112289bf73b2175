"""The `neurohub` command: its commands and how it tells a person what went wrong.

One composition root: it alone turns the environment into servers, settings and a running service. What the
commands do is in `cli_up`, `cli_people`, `cli_backup` and `cli_doctor`.
"""

import os
import secrets
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from neurohub import __version__, app, cli_backup, cli_doctor, cli_people, cli_up
from neurohub.backup.problem import BackupError
from neurohub.contract.problems import ProblemError
from neurohub.embedded import data_directory
from neurohub.embedded.problem import EmbeddedError
from neurohub.http.openapi import document
from neurohub.server import PortError
from neurohub.settings import Settings, SettingsError
from neurohub.storage.migrate import MigrationError
from neurohub.storage.probe import DatabaseError

# What the person at the terminal can do something about. Anything else is a bug and shows its traceback.
KNOWN_ERRORS: Final = (EmbeddedError, PortError, SettingsError, DatabaseError, MigrationError, BackupError)


class _Commands(click.Group):
    """A group whose known errors are one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KNOWN_ERRORS as error:
            raise click.ClickException(str(error)) from None
        except ProblemError as error:
            raise click.ClickException(f"{error.problem.detail} ({error.problem.code})") from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data-dir",
    envvar="NEUROHUB_DATA_DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=data_directory.default_folder,
    help="Where a local service keeps everything.  [env: NEUROHUB_DATA_DIR]",
)
@click.pass_context
def main(ctx: click.Context, data_dir: Path) -> None:
    """NeuroHub MES: run it, look after it, add people and stations."""
    ctx.obj = data_dir.expanduser().absolute()


def _folder(function: Callable[..., None]) -> Callable[..., None]:
    return click.make_pass_decorator(Path)(function)


@main.command()
@click.option("--demo/--no-demo", default=None, help="Demo data or an empty plant; kept for the next `up`.")
@click.option("--demo-traffic", is_flag=True, help="Play stations at work.")
@click.option(
    "--demo-pace",
    type=click.FloatRange(0.1, 10),
    default=2.0,
    show_default=True,
    help="Events a second of the demo traffic.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the service.  [env: API_PORT]")
@_folder
def up(folder: Path, demo: bool | None, demo_traffic: bool, demo_pace: float, port: int | None) -> None:
    """Set everything up and run the service until Ctrl-C."""
    if port is not None:
        os.environ["API_PORT"] = str(port)
    cli_up.up(folder, demo=demo, events_per_s=demo_pace if demo_traffic else None)


@main.command()
@_folder
def down(folder: Path) -> None:
    """Stop the service that `up` runs."""
    pid = data_directory.stop(folder)
    click.echo("No service is running." if pid is None else f"Stopped the service (pid {pid}).")


@main.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@_folder
def reset(folder: Path, yes: bool) -> None:
    """Delete all data of the local service."""
    if not folder.exists():
        click.echo(f"{folder} does not exist: nothing to delete.")
        return
    if not yes:
        click.confirm(f"Delete the database and everything else in {folder}?", abort=True)
    data_directory.reset(folder)
    click.echo(f"Deleted the local data in {folder}.")


@main.command()
def serve() -> None:
    """Run the service alone, with the servers that the environment names."""
    cli_up.serve()


@main.command()
@_folder
def migrate(folder: Path) -> None:
    """Bring the database to the newest schema."""
    for line in cli_up.migrate(folder):
        click.echo(line)


@main.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The first day, else all of the history.")
@_folder
def rollups(folder: Path, since: datetime | None) -> None:
    """Count the board's numbers anew from the history, day by day."""
    cli_up.rollups(folder, since.date() if since else None)


@main.command()
@_folder
def seed(folder: Path) -> None:
    """Write the demo data (twice does no harm)."""
    cli_up.seed(folder)


@main.command()
@_folder
def doctor(folder: Path) -> None:
    """Check what the service needs, and say what to do about what is missing."""
    checks = list(cli_doctor.examine(folder, os.environ))
    for check in checks:
        click.echo(check.line())
    sys.exit(0 if all(check.ok for check in checks) else 1)


@main.command()
def openapi() -> None:
    """Print the OpenAPI document of this version; needs no server."""
    made = app.build(Settings(database_url="postgresql://none", secret_key=secrets.token_hex()))
    click.echo(msgspec.json.encode(document(made, made.openapi_schema.to_schema())))


@main.command()
def version() -> None:
    """Print the version."""
    click.echo(__version__)


main.add_command(cli_people.user)
main.add_command(cli_people.station)
for command in cli_backup.COMMANDS:
    main.add_command(command)
