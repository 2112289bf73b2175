"""Databases of a test run: a migrated template with a small plant, copied for whoever needs a fresh one."""

import itertools
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import msgspec
import psycopg

from neurohub.auth.passwords import hash_password
from neurohub.contract.commands import station_key
from neurohub.domain.limits import STANDARD
from neurohub.storage.migrate import migrate

PASSWORD = "Test-floor-2026"
_numbers = itertools.count(1)


def with_name(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def make_template(url: str) -> None:
    """Create `neurohub_template`: migrated, with people, two lines, two models and stations."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create database neurohub_template")
    template = with_name(url, "neurohub_template")
    migrate(template)
    with psycopg.connect(template, options="-c search_path=neurohub") as connection:
        _fill(connection)


@contextmanager
def copy(url: str):
    """Make a fresh copy of the template; yield its URL and drop it."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create database {name} template neurohub_template")
    try:
        yield with_name(url, name)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)")


def _fill(connection: psycopg.Connection) -> None:
    limits = msgspec.json.encode(STANDARD).decode()
    secret = hash_password(PASSWORD)
    for line in ("KR01", "KR02"):
        connection.execute("insert into line (code, name) values (%s, %s)", (line, f"Line {line}"))
    for model in ("PSA", "WFO"):
        connection.execute("insert into model (code, name) values (%s, %s)", (model, model))
        connection.execute(
            "insert into limit_set (model, limits, created_by) values (%s, %s, 'test')", (model, limits)
        )
        connection.execute(
            "insert into firmware (model, version, major, minor, patch, size_bytes, sha256, md5, released_at)"
            " values (%s, 'v1.0.0', 1, 0, 0, 1, '', '', '2026-01-01Z')",
            (model,),
        )
    for username, line in (("admin", None), ("manager", None), ("worker", "KR01"), ("viewer", None)):
        connection.execute(
            "insert into person (username, name, role, line, password_hash) values (%s, %s, %s, %s, %s)",
            (username, username.title(), username, line, secret),
        )
    stations = [(f"ST-{p:02d}", "KR01", [p]) for p in range(1, 9)] + [("ST-99", "KR02", list(range(1, 9)))]
    for code, line, processes in stations:
        connection.execute(
            "insert into station (code, name, line, processes, secret_hash, event_key)"
            " values (%s, %s, %s, %s, %s, %s)",
            (code, code, line, processes, secret, station_key(PASSWORD)),
        )
    connection.execute("insert into equipment (code, name, line, process) values ('EQ-1', 'Rig', 'KR01', 3)")
