"""Databases of the storage tests, and a connection in the role of the app."""

import psycopg
import pytest

from neurohub.storage.pool import conninfo
from support import databases


@pytest.fixture(scope="module")
def module_database_url(servers_url):
    with databases.copy(servers_url.database_url) as url:
        yield url


@pytest.fixture
def owner(module_database_url):
    """A superuser's connection, past all grants."""
    with psycopg.connect(
        module_database_url, autocommit=True, options="-c search_path=neurohub"
    ) as connection:
        yield connection


@pytest.fixture
def app(module_database_url):
    """A connection as the service has it."""
    with psycopg.connect(conninfo(module_database_url), autocommit=True) as connection:
        yield connection
