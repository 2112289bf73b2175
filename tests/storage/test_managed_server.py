"""A managed PostgreSQL gives nobody a superuser: whoever migrates may make roles, and no more."""

from urllib.parse import urlsplit, urlunsplit

import psycopg

from neurohub.storage.migrate import migrate
from neurohub.storage.pool import conninfo
from support import servers


def test_login_that_is_no_superuser_migrates_and_serves():
    """On servers of its own: the roles belong to all databases of a server."""
    with servers.running() as found:
        with psycopg.connect(found.database_url, autocommit=True) as superuser:
            superuser.execute("create role managed login createrole password 'managed'")
            superuser.execute("create database plant owner managed")
        address = urlsplit(found.database_url)
        host = address.netloc.rpartition("@")[2]
        url = urlunsplit(address._replace(netloc=f"managed:managed@{host}", path="/plant"))
        migrate(url)
        migrate(url)
        with psycopg.connect(conninfo(url)) as app:
            asked = "select current_user::text, count(*) from process"
            assert app.execute(asked).fetchone() == ("neurohub_app", 8)
