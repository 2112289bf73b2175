"""A PostgreSQL of the benchmarks' own, as the tests start theirs, with a small plant in it."""

from collections.abc import Iterator

import psycopg
import pytest

from support import databases, servers


@pytest.fixture(scope="session")
def plant() -> Iterator[psycopg.Connection]:
    """A connection as the service has them: autocommit, prepared at once, durable commits."""
    with servers.running() as found:
        databases.make_template(found.database_url)
        with (
            databases.copy(found.database_url) as url,
            psycopg.connect(
                url, autocommit=True, prepare_threshold=0, options="-c search_path=neurohub"
            ) as connection,
        ):
            assert connection.execute("show synchronous_commit").fetchone() == ("on",)
            yield connection
