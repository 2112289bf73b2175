"""A connection in the role of the owner: migrations, partitions and roll-ups. The service never has one."""

import psycopg
from psycopg.rows import TupleRow


def as_owner(url: str) -> psycopg.Connection[TupleRow]:
    return psycopg.connect(
        url, options="-c role=neurohub_owner -c search_path=neurohub", target_session_attrs="read-write"
    )
