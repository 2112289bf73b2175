"""The servers of a local service: those the environment names, embedded ones for the rest.

Who calls it: `neurohub up`, and the commands that need the database when no `up` is running.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

from neurohub.embedded import data_directory, postgres, valkey
from neurohub.embedded.problem import EmbeddedError

PASSWORD: Final = "database_password"  # noqa: S105 (the name of a file)


class Servers(Struct, frozen=True):
    """Where PostgreSQL and, if there is one, Redis answer."""

    database_url: str
    redis_url: str | None


@contextmanager
def servers(folder: Path, given: Mapping[str, str]) -> Iterator[Servers]:
    """Run what `given` (the environment) does not name, with its files in `folder`, locked by the caller."""
    with ExitStack() as stack:
        database_url = given.get("DATABASE_URL") or stack.enter_context(
            postgres.running(folder, _password(folder), is_vital=True)
        )
        redis_url = given.get("REDIS_URL") or stack.enter_context(valkey.running(folder))
        yield Servers(database_url, redis_url)


@contextmanager
def database(folder: Path, given: Mapping[str, str]) -> Iterator[str]:
    """Yield the URL of the database: the one named, the one of a running `up`, else ours for this while."""
    if url := given.get("DATABASE_URL"):
        yield url
        return
    if found := data_directory.read_running(folder):
        yield found.database_url
        return
    data_directory.prepare(folder)
    with data_directory.locked(folder), postgres.running(folder, _password(folder)) as url:
        yield url


def _password(folder: Path) -> str:
    """Return the password of the database in `folder`; one that was lost is not made anew."""
    if postgres.exists(folder) and not (folder / "secrets" / PASSWORD).exists():
        raise EmbeddedError(
            f"The database's password, {folder / 'secrets' / PASSWORD}, is gone; bring `secrets` back from the "
            "same copy as `postgres`, or begin anew with `neurohub reset`"
        )
    return data_directory.secret(folder, PASSWORD)
