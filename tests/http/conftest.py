"""Fixtures of the HTTP tests: a look past the service into its database."""

import psycopg
import pytest


@pytest.fixture
def sql(database_url):
    with psycopg.connect(database_url, autocommit=True, options="-c search_path=neurohub") as connection:
        yield lambda text, *params: connection.execute(text, params)
