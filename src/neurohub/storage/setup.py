"""What the command line and the demo write: people, stations and the demo plant. Every change is audited.

Not for the HTTP routes of master data. Who calls it: `neurohub user`, `neurohub station`, `neurohub seed`.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from msgspec import Struct

from neurohub.storage.pool import Connection, Database, rows
from neurohub.storage.statements import load

_SQL: Final = load("setup")
_ACTOR: Final = load("idempotency")["actor"]
_REVOKE: Final = load("sessions")["revoke_subject"]


class Person(Struct, frozen=True, kw_only=True):
    """A person to add. The hash of the password is argon2id, that of the badge `contract.stations.badge_sha256`."""

    username: str
    name: str
    role: str
    locale: str
    line: str | None
    password_hash: str
    badge_sha256: str | None = None


class Station(Struct, frozen=True, kw_only=True):
    """A station to add: the hash of its secret and the key its events are signed with."""

    code: str
    name: str
    line: str
    processes: Sequence[int]
    secret_hash: str
    event_key: bytes


def _facts(row: Struct) -> dict[str, Any]:
    return {field: getattr(row, field) for field in row.__struct_fields__}


@asynccontextmanager
async def changes(database: Database, actor: str) -> AsyncIterator[Connection]:
    """Lend a transaction in which `actor` changes master data."""
    async with database.transaction() as connection:
        await rows(connection, _ACTOR, (actor,))
        yield connection


async def add_person(connection: Connection, person: Person) -> bool:
    """Add a person; False when the username is taken."""
    return bool(await rows(connection, _SQL["add_person"], _facts(person)))


async def set_password(connection: Connection, username: str, password_hash: str) -> bool:
    """Change a password and end every sign-in made with the old one; False when nobody has that name."""
    facts = {"username": username, "password_hash": password_hash}
    if not await rows(connection, _SQL["set_password"], facts):
        return False
    await rows(connection, _REVOKE, {"subject": f"user:{username}", "reason": "password reset"})
    return True


async def add_station(connection: Connection, station: Station) -> bool:
    """Add a station; False when the code is taken."""
    return bool(await rows(connection, _SQL["add_station"], _facts(station)))


async def add(connection: Connection, noun: str, found: Iterable[Sequence[Any]]) -> None:
    """Add rows of one noun of the demo plant; those that exist stay as they are."""
    for row in found:
        await rows(connection, _SQL[noun], row)


async def add_limits(connection: Connection, model: str, limits: bytes, created_by: str) -> None:
    """Give `model` its first limits, as JSON; a model that has limits keeps them."""
    facts = {"model": model, "limits": limits.decode(), "created_by": created_by}
    await rows(connection, _SQL["limits"], facts)


async def demo_hash(database: Database, username: str, actor: str) -> str | None:
    """Return the password hash of a person whom the demo made, else None."""
    found = await database.row(_SQL["demo_hash"], {"username": username, "actor": actor})
    return None if found is None else str(found[0])


async def renew_demo(
    connection: Connection, actor: str, password_hash: str, secret_hash: str, event_key: bytes
) -> None:
    """Give everybody whom the demo made the demo's password of now."""
    await rows(connection, _SQL["renew_demo_people"], {"actor": actor, "password_hash": password_hash})
    stations = {"actor": actor, "secret_hash": secret_hash, "event_key": event_key}
    await rows(connection, _SQL["renew_demo_stations"], stations)


async def has_lots(database: Database) -> bool:
    found = await database.row(_SQL["has_lots"])
    return bool(found and found[0])
