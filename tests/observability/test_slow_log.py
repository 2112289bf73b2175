"""PostgreSQL with `slow.conf` says of a slow batch what ran, in the session that the service names, and no data."""

import json
import re
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tree import ROOT

from neurohub.embedded import postgres
from support import databases, service
from support.floor import Floor
from support.watched import until

pytestmark = pytest.mark.long
SETTINGS = re.compile(r"^([\w.]+) = '?([^'#\n]*?)'?\s*(?:#.*)?$", re.MULTILINE)
PASSWORD = "of one test"
WITHIN_S = 20
WAITS = "select from pg_stat_activity where application_name = 'neurohub lane' and wait_event_type = 'Lock'"


def settings() -> dict[str, str]:
    return dict(
        SETTINGS.findall((ROOT / "observability" / "postgresql" / "slow.conf").read_text(encoding="utf-8"))
    )


@pytest.fixture(scope="module")
def folder():
    # Not pytest's folder: PostgreSQL's own account has to reach its data.
    with tempfile.TemporaryDirectory(prefix="nh-slow-", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def url(folder):
    """A server that was started with the settings of the file."""
    with postgres.running(folder, PASSWORD) as url:
        databases.make_template(url)
        with psycopg.connect(url, autocommit=True) as connection:
            for name, value in settings().items():
                set_it = sql.SQL("alter system set {} = {}")
                connection.execute(set_it.format(sql.SQL(name), sql.Literal(value)))
    with postgres.running(folder, PASSWORD) as url:
        yield databases.with_name(url, "neurohub_template")


def said(folder: Path, pid: int) -> list[dict]:
    """Return what the database has logged of a session."""
    lines = [line for path in folder.rglob("log/*.json") for line in path.read_text().splitlines()]
    return [one for one in map(json.loads, lines) if one.get("pid") == pid]


def test_a_slow_batch_is_found_in_the_log_of_the_database_by_its_session(folder, url) -> None:
    log = folder / "service.log"
    with (
        service.running(url, None, workers=1, log=log, NEUROHUB_LOG_LEVEL="INFO") as base,
        closing(Floor(base)) as floor,
    ):
        code = floor.unit()
        starting = threading.Thread(target=floor.start, args=(code, 1))
        with psycopg.connect(url) as holding, psycopg.connect(url, autocommit=True) as watching:
            holding.execute("select from neurohub.unit for update")
            starting.start()
            assert until(lambda: watching.execute(WAITS).fetchone() is not None, WITHIN_S)
            time.sleep(0.4)
            holding.rollback()
            starting.join()
    lines = map(json.loads, log.read_text().splitlines())
    (batch,) = [one for one in lines if one["event"] == "batch.committed"]
    assert batch["duration_ms"] > 200

    def found() -> list[dict]:
        return [one for one in said(folder, batch["pid"]) if "duration" in one["message"]]

    assert until(lambda: len(found()) >= 2, WITHIN_S)
    assert {one["application_name"] for one in found()} == {"neurohub lane"}
    assert any("Function Scan on record_events_v1" in one["message"] for one in found())
    assert not any(batch["event_ids"][0] in json.dumps(one) for one in found())
