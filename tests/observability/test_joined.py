"""One id leads from a request to its batch, to the database's session, and to its trace."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from support import collector, databases, service
from support.collector import attributes
from support.floor import Floor, new_id
from support.watched import until

WITHIN_S = 20
WAITS = "select from pg_stat_activity where application_name = 'neurohub' and wait_event_type = 'Lock'"
TRACE = "0af7651916cd43dd8448eb211c80319c"
IMPORTS_NOTHING = """
import sys
from neurohub import app
assert app.create()
traces = {"neurohub.telemetry.tracing", "opentelemetry.sdk.trace.export", "opentelemetry.exporter"}
sys.exit(bool(traces & set(sys.modules)))
"""


class Log:
    """What the service has said, line by line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, event: str, request_id: str = "") -> list[dict]:
        lines = [json.loads(line) for line in self._path.read_text().splitlines()]  # every one of them
        return [one for one in lines if one["event"] == event and one.get("request_id", "") == request_id]


@pytest.fixture(scope="module")
def joined(servers_url, tmp_path_factory):
    """A service that logs everything and traces everything, with the means to read both."""
    log = tmp_path_factory.mktemp("joined") / "log"
    with (
        collector.running() as spans,
        databases.copy(servers_url.database_url) as url,
        service.running(
            url,
            servers_url.redis_url,
            workers=1,
            log=log,
            NEUROHUB_LOG_LEVEL="INFO",
            OTEL_EXPORTER_OTLP_ENDPOINT=spans.url,
            OTEL_BSP_SCHEDULE_DELAY="200",
        ) as base,
    ):
        floor = Floor(base)
        yield floor, Log(log), spans, url
        floor.close()


def scan(floor: Floor, request_id: str, **headers: str) -> str:
    """Start a new unit; return the event's id."""
    event_id = new_id()
    event = {"event_id": event_id, "unit": floor.unit(), "process": 1, "operator": "worker"}
    answer = floor.post("/process/start", event, "ST-01", **{"X-Request-ID": request_id} | headers)
    assert answer.status_code == 201, answer.text
    return event_id


def test_the_event_joins_a_request_with_its_batch_and_the_session_of_the_database(joined) -> None:
    floor, log, _, url = joined
    event_id = scan(floor, "scan-1")
    assert until(lambda: bool(log.of("request.answered", "scan-1")), WITHIN_S)
    (answered,) = log.of("request.answered", "scan-1")
    assert (answered["event_ids"], answered["status"], answered["who"]) == ([event_id], 201, "station:ST-01")
    (batch,) = [one for one in log.of("batch.committed") if event_id in one["event_ids"]]
    with psycopg.connect(url) as connection:
        named = "select application_name from pg_stat_activity where pid = %s"
        assert connection.execute(named, (batch["pid"],)).fetchone() == ("neurohub lane",)


def test_a_slow_statement_is_logged_by_its_name_with_the_request_that_waited(joined) -> None:
    floor, log, _, url = joined
    headers = floor.headers("viewer") | {"X-Request-ID": "slow-1"}
    asking = threading.Thread(target=floor.client.get, args=("/lots",), kwargs={"headers": headers})
    with psycopg.connect(url) as holding, psycopg.connect(url, autocommit=True) as watching:
        holding.execute("lock table neurohub.lot in access exclusive mode")
        asking.start()
        assert until(lambda: watching.execute(WAITS).fetchone() is not None, WITHIN_S, 0.05)
        time.sleep(0.3)
        holding.rollback()
        asking.join()
    assert until(lambda: bool(log.of("statement.slow", "slow-1")), WITHIN_S)
    slow = log.of("statement.slow", "slow-1")[0]
    assert slow["statement"].startswith("lots.")
    assert 200 < slow["duration_ms"] < 5000
    assert slow["pid"] > 0


def test_a_trace_leads_from_the_client_through_the_request_to_its_batch(joined) -> None:
    floor, _, spans, _ = joined
    event_id = scan(floor, "traced-1", traceparent=f"00-{TRACE}-b7ad6b7169203331-01")
    assert until(lambda: len(spans.of_trace(TRACE)) == 2, WITHIN_S), spans.spans
    request, batch = sorted(spans.of_trace(TRACE), key=lambda span: span.start_time_unix_nano)
    assert request.name == "POST /api/v1/process/start"
    assert request.parent_span_id.hex() == "b7ad6b7169203331"
    said = attributes(request)
    assert (said["neurohub.request_id"], said["http.response.status_code"]) == ("traced-1", 201)
    assert said["neurohub.event_ids"] == [event_id]
    assert (batch.name, batch.parent_span_id) == ("lane batch", request.span_id)
    assert [link.span_id for link in batch.links] == [request.span_id]
    assert [link.span_id for link in request.links] == [batch.span_id]


def test_what_the_server_says_of_a_worker_that_died_is_in_the_same_form(joined) -> None:
    """Last of those that use the service: requests of the killed worker would not be answered."""
    floor, log, _, _ = joined
    service.workers_of(floor.client.base_url.port)[0].kill()
    assert until(lambda: bool(log.of("_granian")), WITHIN_S)
    assert log.of("_granian")[0]["message"].startswith("Unexpected exit from worker")


def test_where_no_collector_is_named_nothing_that_traces_is_even_imported() -> None:
    """Where the library is installed, the Redis client imports its metrics for itself."""
    environment = {"DATABASE_URL": "postgresql://nowhere.invalid/x", "SECRET_KEY": "-" * 32}
    done = subprocess.run([sys.executable, "-c", IMPORTS_NOTHING], env=environment, check=False)
    assert done.returncode == 0
