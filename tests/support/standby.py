"""A primary with a plant in it, and a standby of it that it waits for at each commit."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import quote

import psycopg

from support import cluster, databases
from support.cluster import Cluster

PLANT = "neurohub_template"


@contextmanager
def pair() -> Iterator[tuple[Cluster, subprocess.Popen, Cluster, subprocess.Popen]]:
    """Yield the primary, its process, the standby and its process."""
    with ExitStack() as stack:
        ground = stack.enter_context(cluster.place())
        primary = cluster.make(ground / "primary")
        process = stack.enter_context(cluster.running(primary))
        databases.make_template(primary.url())
        standby = cluster.make(ground / "standby", f"{primary.url()}&application_name=standby")
        following = stack.enter_context(cluster.running(standby))
        with primary.connect() as connection:
            connection.execute("alter system set synchronous_standby_names = 'standby'")
            connection.execute("select pg_reload_conf()")
        wait_for("select exists (select from pg_stat_replication where sync_state = 'sync')", primary)
        yield primary, process, standby, following


def two_hosts(first: Cluster, second: Cluster, database: str = PLANT) -> str:
    hosts = ",".join(quote(str(each.folder), safe="") for each in (first, second))
    return f"postgresql://neurohub@/{database}?host={hosts}"


def wait_for(statement: str, on: Cluster) -> None:
    """Ask until the answer is yes, however often the server starts anew meanwhile."""
    while True:  # bounded by the time-out of the test
        with suppress(psycopg.OperationalError), on.connect() as connection:
            if connection.execute(statement).fetchone() == (True,):
                return
        time.sleep(0.02)
