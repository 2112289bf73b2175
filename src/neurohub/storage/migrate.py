"""Migrations: roles and schema first, then the plain SQL files of `sql/migrations` in order, by yoyo.

Who calls it: `neurohub migrate` and `neurohub up`. Safe to call twice and from two machines at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Final
from urllib.parse import quote, urlencode

import psycopg
import yoyo
from psycopg.conninfo import conninfo_to_dict

from neurohub.storage import rollups
from neurohub.storage.owner import as_owner
from neurohub.storage.probe import sentence

LOCK_TIMEOUT_S: Final = 2
OTHER_MIGRATION_TIMEOUT_S: Final = 60


class MigrationError(Exception):
    """The database could not be brought to the newest schema; the text says why."""


def migrate(url: str, timezone: str | None = None) -> list[str]:
    """Bring the database at `url` to the newest schema; return the names of what was applied.

    `url` needs a login that may create roles (first time) or is a member of `neurohub_owner`. `timezone`, if
    named, becomes the plant's: months, days and shifts are counted in it.
    """
    try:
        with _alone(url):
            _make_roles(url)
            names = _apply(url)
            ensure_partitions(url)
            _set_timezone(url, timezone)
    except psycopg.Error as error:
        raise MigrationError(sentence(url, error)) from error
    return names


def available() -> int:
    """Return how many migrations this version of the service brings."""
    folder = resources.files("neurohub") / "sql" / "migrations"
    return sum(path.name.endswith(".sql") and ".rollback." not in path.name for path in folder.iterdir())


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Wait until no other migration runs. Not yoyo's lock, a row: that one outlives a killed migration."""
    with psycopg.connect(url, autocommit=True, target_session_attrs="read-write") as connection:
        connection.execute(f"set lock_timeout = '{OTHER_MIGRATION_TIMEOUT_S}s'".encode())
        connection.execute("select pg_advisory_lock(hashtext('neurohub migration'))")
        yield


def _apply(url: str) -> list[str]:
    backend = yoyo.get_backend(_owner_url(url))
    try:
        with resources.as_file(resources.files("neurohub") / "sql" / "migrations") as folder:
            migrations = yoyo.read_migrations(str(folder))
            pending = backend.to_apply(migrations)
            backend.apply_migrations(pending)
    finally:
        backend.connection.close()
    return [migration.id for migration in pending]


def ensure_partitions(url: str) -> None:
    """Make the history's partitions of this quarter and the next four."""
    with as_owner(url) as connection:
        connection.execute("select ensure_history_quarters(clock_timestamp(), 5)")


def _set_timezone(url: str, timezone: str | None) -> None:
    """Set the plant's zone; where that moves the borders of days, their roll-ups are counted anew."""
    with as_owner(url) as connection:
        changed = connection.execute(
            "update plant set timezone = %(name)s where timezone <> %(name)s", {"name": timezone}
        ).rowcount
    if changed:
        for _ in rollups.rebuild(url, rollups.days(url)):
            pass


def _make_roles(url: str) -> None:
    statement = (resources.files("neurohub") / "sql" / "roles.sql").read_text(encoding="utf-8")
    with psycopg.connect(url, autocommit=True, target_session_attrs="read-write") as connection:
        connection.execute(statement.encode())


def _owner_url(url: str) -> str:
    """Return `url` for yoyo: psycopg 3, in the role of the owner, in our schema.

    All but the database is a parameter: so a list of hosts, which yoyo cannot read, passes through to libpq.
    """
    given = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    database = quote(given.pop("dbname", ""), safe="")
    options = f"-c role=neurohub_owner -c search_path=neurohub -c lock_timeout={LOCK_TIMEOUT_S}s"
    query = {"target_session_attrs": "read-write"} | given | {"options": options}
    return f"postgresql+psycopg:///{database}?{urlencode(query, quote_via=quote)}"
