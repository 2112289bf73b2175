"""A first look at a database: is it reachable, which version, is it migrated, may we work in it.

Not a pool: one connection, refused with a sentence. Who calls it: the commands, before they begin; `doctor`.
"""

import re
from typing import Any, Final

import psycopg
from msgspec import Struct

VERSION_MIN: Final = 15
# Of several hosts the one that may be written to, as the service itself finds it.
_SESSION: Final[dict[str, Any]] = {"connect_timeout": 5, "target_session_attrs": "read-write"}
_PASSWORD: Final = re.compile(r"(://[^:/@]*):[^@/]*@")


class DatabaseError(Exception):
    """The database cannot be used; the text says why and what to do."""


class Facts(Struct, frozen=True, kw_only=True):
    """What a database says of itself."""

    version: int
    version_text: str
    migrations: int
    is_in_recovery: bool
    is_member: bool
    plant_timezone: str | None


def shown(url: str) -> str:
    """Return `url` without its password."""
    return _PASSWORD.sub(r"\1:***@", url)


def probe(url: str) -> Facts:
    """Return what the database at `url` says of itself; `DatabaseError` when it says nothing."""
    try:
        with psycopg.connect(url, autocommit=True, **_SESSION) as connection:
            return _facts(connection)
    except psycopg.Error as error:
        raise DatabaseError(sentence(url, error)) from None


def sentence(url: str, error: psycopg.Error) -> str:
    """Say in one line why the database at `url` could not be used."""
    cause = " ".join(str(error).split()) or type(error).__name__
    return f"The database {shown(url)} cannot be used: {cause}"


def _facts(connection: psycopg.Connection) -> Facts:
    version = connection.info.server_version
    row = connection.execute(
        "select current_setting('server_version'), pg_is_in_recovery(),"
        " to_regclass('neurohub._yoyo_migration') is not null,"
        " exists (select from pg_roles where rolname = 'neurohub_app' and pg_has_role(oid, 'member'))"
    ).fetchone()
    if row is None:
        raise DatabaseError("The database answered nothing")
    text, is_in_recovery, is_migrated, is_member = row
    migrations, timezone = 0, None
    if is_migrated:
        found = connection.execute(
            "select (select count(*) from neurohub._yoyo_migration), (select timezone from neurohub.plant)"
        ).fetchone()
        migrations, timezone = found or (0, None)
    return Facts(
        version=version // 10000,
        version_text=text,
        migrations=migrations,
        is_in_recovery=is_in_recovery,
        is_member=is_member,
        plant_timezone=timezone,
    )
