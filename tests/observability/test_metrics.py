"""What the page says is what happened: over two workers, over one that is killed, and at next to no cost."""

import re
import time

import httpx
import psutil
import pytest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from neurohub.telemetry import tally
from neurohub.telemetry.floor import Chore, FloorCollector, Jobs, Station, Units, Waiting
from neurohub.telemetry.floor import Floor as Reading
from neurohub.telemetry.merged import MergedCollector
from support import databases, service
from support.floor import Floor
from support.watched import until

COST_MAX_S = 3e-6
WITHIN_S = 20


@pytest.fixture(scope="module")
def watched(servers_url):
    """A service of its own, and a way to read its page."""
    port = service.free_port()
    with (
        databases.copy(servers_url.database_url) as url,
        service.running(url, servers_url.redis_url, METRICS_PORT=str(port)) as base,
    ):
        floor = Floor(base)
        yield floor, Page(port)
        floor.close()


class Page:
    """The page of metrics, asked anew each time."""

    def __init__(self, port: int) -> None:
        self.port = port

    def samples(self, pattern: str) -> list[float]:
        page = httpx.get(f"http://127.0.0.1:{self.port}/metrics", timeout=10).text
        found = re.findall(rf"^{pattern}(?:\{{[^}}]*\}})? (\S+)$", page, re.MULTILINE)
        return [float(value) for value in found]

    def __call__(self, pattern: str) -> float:
        return sum(self.samples(pattern))


SCANS = r'neurohub_events_total\{[^}]*outcome="accepted"[^}]*\}'
REFUSED = r'neurohub_events_total\{[^}]*outcome="PREVIOUS_PROCESS_NOT_COMPLETED"[^}]*process="3"[^}]*\}'


def test_scans_refusals_and_verdicts_are_counted_over_both_workers(watched) -> None:
    floor, told = watched
    codes = [floor.unit(passed=1) for _ in range(4)]
    for code in codes:
        assert floor.start(code, 3).status_code == 409
        assert floor.complete(code, 3).status_code == 409
    assert until(lambda: told(SCANS) == 8 and told(REFUSED) >= 4, WITHIN_S), (told(SCANS), told(REFUSED))
    assert told(r'neurohub_verdicts_total\{process="1",result="PASS"\}') == 4
    assert told(r"neurohub_http_request_duration_seconds_count") == told("neurohub_http_requests_total")
    assert told("neurohub_workers") == 2


def test_a_killed_worker_takes_its_gauges_with_it_and_leaves_its_counts(watched) -> None:
    floor, told = watched
    before, starts = told(SCANS), told("neurohub_worker_starts_total")
    service.workers_of(told.port)[0].kill()
    assert until(lambda: told("neurohub_worker_starts_total") == starts + 1, WITHIN_S)
    assert until(lambda: told("neurohub_workers") == 2, WITHIN_S)
    assert told(SCANS) == before
    assert told("neurohub_worker_memory_bytes") < 2 * 2**30
    fresh = Floor(
        str(floor.client.base_url).partition("/api")[0]
    )  # a connection may have ended with the worker
    fresh.unit(passed=1)
    fresh.close()
    assert until(lambda: told(SCANS) == before + 2, WITHIN_S), told(SCANS)


def test_a_route_that_fails_for_the_first_time_shows_as_a_rise(watched) -> None:
    """Else the first failure would be the first sample, and a rate would not see it."""
    floor, told = watched
    summary = r'neurohub_http_requests_total\{[^}]*summary",status="%s"\}'
    floor.get("/dashboard/summary")
    assert until(lambda: told(summary % 200) > 0, WITHIN_S)
    assert told.samples(summary % 503) == [0.0]


def test_the_server_tells_connections_waits_and_respawns_by_worker(watched) -> None:
    _, told = watched
    assert until(lambda: len(told.samples("neurohub_server_connections")) == 2, WITHIN_S)
    assert len(told.samples("neurohub_server_gil_wait_seconds_total")) == 2
    assert told("neurohub_server_respawns_total") == 1  # of the test before


def test_workers_that_have_ended_leave_their_counts_in_one_file(tmp_path) -> None:
    """Else each reload would make every scrape after it 2 ms slower, for ever."""
    gone = max(psutil.pids()) + 1_000_000
    for pid in range(gone, gone + 5):
        counted = MmapedDict(str(tmp_path / f"counter_{pid}.db"))
        counted.write_value(mmap_key("scans", "scans_total", [], [], "Scans"), 3.0, 0)
        counted.close()
        (tmp_path / f"gauge_livesum_{pid}.db").write_bytes((tmp_path / f"counter_{pid}.db").read_bytes())
    collector = MergedCollector(tmp_path)
    for _ in range(2):
        (metric,) = collector.collect()
        assert [sample.value for sample in metric.samples] == [15.0]
        assert [path.name for path in tmp_path.iterdir()] == ["counter_0.db"]


def test_counting_a_request_costs_at_most_three_microseconds() -> None:
    """CPU time of the best of ten rounds, a scan with its event and its verdict."""
    rounds = []
    for _ in range(10):
        begun = time.process_time()
        for _ in range(5_000):
            tally.request_begun()
            tally.request_answered("POST", "/api/v1/process/complete", 200, 0.004)
            tally.event_answered("complete", "3", "accepted")
            tally.step_judged("3", "PASS")
        rounds.append((time.process_time() - begun) / 5_000)
    tally.flush()
    assert min(rounds) <= COST_MAX_S, f"{min(rounds) * 1e6:.2f} us"


def test_a_floor_that_cannot_be_read_is_told_by_its_age_and_not_by_old_numbers() -> None:
    floor = Reading(
        [Units(1, "OPEN", 3)],
        [Station("ST-01", "KR01", 5.0, 2, 1.0)],
        [Jobs("queued", 1)],
        [Waiting("KR01", 9.0)],
        [Chore("alerts", 7.0)],
    )
    answers = iter([floor, OSError("away")])

    def read() -> Reading:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    collector = FloorCollector(read)
    collector.look()
    told = {metric.name: metric.samples for metric in collector.collect()}
    read_at = told.pop("neurohub_floor_read_timestamp_seconds")[0].value
    assert {samples[0].value for samples in told.values()} == {3, 5.0, 2, 1.0, 9.0, 7.0}
    collector.look()
    (left,) = collector.collect()
    assert left.samples[0].value == read_at
