"""Fixtures: servers of the run, the service of the run, and fresh ones for tests that change too much."""

import pytest

from support import databases, servers, service
from support.floor import Floor


@pytest.fixture(scope="session")
def servers_url():
    with servers.running() as found:
        databases.make_template(found.database_url)
        yield found


@pytest.fixture(scope="session")
def database_url(servers_url):
    """A database shared by the run: tests make their own LOTs in it."""
    with databases.copy(servers_url.database_url) as url:
        yield url


@pytest.fixture
def fresh_database_url(servers_url):
    with databases.copy(servers_url.database_url) as url:
        yield url


@pytest.fixture(scope="session")
def base(servers_url, database_url):
    """The service of the run: two Granian workers on the shared database."""
    with service.running(database_url, servers_url.redis_url) as url:
        yield url


@pytest.fixture
def floor(base):
    made = Floor(base)
    yield made
    made.close()
