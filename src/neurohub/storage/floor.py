"""The floor as the metrics tell it, read over a connection of its own that lasts for one statement."""

from typing import Final

import msgspec
import psycopg

from neurohub.storage.pool import adapt, conninfo
from neurohub.storage.statements import load
from neurohub.telemetry.floor import Floor

_SQL: Final = load("floor")
_decode: Final = msgspec.json.Decoder(Floor).decode


def read_floor(url: str) -> Floor:
    """Return the floor. Takes 10 ms, most of it to connect; the database's time-outs bound it."""
    with psycopg.connect(conninfo(url, application="neurohub metrics"), autocommit=True) as connection:
        adapt(connection)
        row = connection.execute(_SQL["numbers"]).fetchone()
    if row is None:  # the statement always gives one row
        raise LookupError("floor numbers without a row")
    return _decode(row[0])
