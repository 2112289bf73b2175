"""`neurohub user ...` and `neurohub station ...`: the first admin and the first stations, without demo data.

Passwords and badges are asked for or read from stdin, never given as arguments and never printed.
"""

import asyncio
import os
import secrets
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import msgspec

from neurohub.auth.passwords import check_password, hash_password
from neurohub.contract import forms
from neurohub.contract.commands import station_key
from neurohub.contract.enums import Locale, Role
from neurohub.contract.problems import Code, ProblemError
from neurohub.contract.stations import badge_sha256
from neurohub.embedded import local
from neurohub.storage import people, setup
from neurohub.storage.pool import Connection, Database
from neurohub.storage.probe import probe

ACTOR: Final = "system:command-line"
PEOPLE_ROLES: Final = [role.value for role in Role if role is not Role.STATION]
T = TypeVar("T")


@click.group()
def user() -> None:
    """Add people, give them another password or a badge."""


@click.group()
def station() -> None:
    """Add stations."""


def _fits(kind: Any) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Return the check of a parameter by a type of the contract, the one the HTTP interface checks by."""

    def check(_ctx: click.Context, _param: click.Parameter, text: str | None) -> str | None:
        try:
            return None if text is None else msgspec.convert(text, kind)
        except msgspec.ValidationError as error:
            raise click.BadParameter(forms.said(error)) from None

    return check


@user.command("add")
@click.argument("username", callback=_fits(forms.Username))
@click.option("--role", type=click.Choice(PEOPLE_ROLES), required=True)
@click.option("--name", callback=_fits(forms.Label), help="Name as shown; the username where not given.")
@click.option("--line", callback=_fits(forms.LineCode), help="Line of a worker, e.g. KR01.")
@click.option("--locale", type=click.Choice([*Locale]), default=Locale.KOREAN)
@click.pass_obj
def add_user(folder: Path, /, username: str, name: str | None, **facts: Any) -> None:
    """Add USERNAME; the password is asked for, or read from stdin."""
    password_hash = _ask_password(username)
    person = setup.Person(username=username, name=name or username, password_hash=password_hash, **facts)
    if not _change(folder, lambda connection: setup.add_person(connection, person), line=person.line):
        raise click.ClickException(f"There is already a user {username}")
    click.echo(f"Added {person.role} {username}.")


@user.command("badge")
@click.argument("username")
@click.pass_obj
def set_badge(folder: Path, username: str) -> None:
    """Give USERNAME the badge that is scanned, or read from stdin; an empty line takes it back."""
    scanned = (
        click.prompt("Badge", default="", show_default=False) if sys.stdin.isatty() else sys.stdin.readline()
    )
    badge = _badge_hash(scanned.strip())
    if not _change(folder, lambda connection: people.set_badge(connection, username, badge)):
        raise click.ClickException(f"There is no user {username}")
    click.echo(f"{username} has no badge now." if badge is None else f"Gave {username} the badge.")


@user.command("reset-password")
@click.argument("username")
@click.pass_obj
def reset_password(folder: Path, username: str) -> None:
    """Give USERNAME another password and end every sign-in made with the old one."""
    password_hash = _ask_password(username)
    if not _change(folder, lambda connection: setup.set_password(connection, username, password_hash)):
        raise click.ClickException(f"There is no user {username}")
    click.echo(f"Changed the password of {username}.")


@station.command("add")
@click.argument("code", callback=_fits(forms.Key))
@click.option("--line", required=True, callback=_fits(forms.LineCode), help="Line, e.g. KR01.")
@click.option("--process", "processes", type=click.IntRange(1, 8), multiple=True, required=True)
@click.option("--name", callback=_fits(forms.Label), help="Name as shown; the code where not given.")
@click.pass_obj
def add_station(folder: Path, code: str, line: str, processes: tuple[int, ...], name: str | None) -> None:
    """Add station CODE and print its secret, this once."""
    secret = secrets.token_urlsafe(24)
    new = setup.Station(
        code=code,
        name=name or code,
        line=line,
        processes=sorted(set(processes)),
        secret_hash=hash_password(secret),
        event_key=station_key(secret),
    )
    if not _change(folder, lambda connection: setup.add_station(connection, new), line=line):
        raise click.ClickException(f"There is already a station {code}")
    click.echo(f"Added station {code}. Its secret, shown this once: {secret}")


def _ask_password(username: str) -> str:
    """Return the hash of a password that the policy accepts."""
    if sys.stdin.isatty():
        text: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        text = sys.stdin.readline().rstrip("\r\n")
    try:
        check_password(text, username)
    except ValueError as error:
        raise click.ClickException(f"The password is refused: {error}") from None
    return hash_password(text)


def _badge_hash(scanned: str) -> str | None:
    if not scanned:
        return None
    try:
        return badge_sha256(msgspec.convert(scanned, forms.Badge))
    except msgspec.ValidationError as error:
        raise click.ClickException(f"This is no badge: {forms.said(error)}") from None


def _change(folder: Path, work: Callable[[Connection], Awaitable[T]], *, line: str | None = None) -> T:
    """Do `work` in one audited transaction; the `line` it names must exist."""
    with local.database(folder, os.environ) as url:
        if probe(url).migrations == 0:
            raise click.ClickException("The database is not migrated; run `neurohub migrate` first")
        try:
            return asyncio.run(_in_transaction(url, work))
        except ProblemError as error:
            if error.problem.code is Code.NOT_FOUND:
                raise click.ClickException(f"There is no line {line}; an admin adds it first") from None
            raise


async def _in_transaction(url: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    database = Database(url, 1, application="neurohub command")
    await database.pool.open(wait=True, timeout=10)
    try:
        async with setup.changes(database, ACTOR) as connection:
            return await work(connection)
    finally:
        await database.pool.close()
