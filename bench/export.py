"""A run's own numbers as a Prometheus page, so that the load board shows what was offered beside what was served.

Told once a second what the generators said; a scrape costs the run nothing. Not the report: that is made of exact
samples. Who calls it: `conduct` tells it, `load` opens it.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from bench.words import BOUNDS_S, Tick

HOST: Final = "127.0.0.1"
PORT: Final = 9646


class Export:
    """What has been so far, as a collector of Prometheus."""

    def __init__(self, scenario: str) -> None:
        self._scenario = scenario
        self._phase = ""
        self._ticks: Sequence[Tick] = ()

    def tell(self, phase: str, ticks: Sequence[Tick]) -> None:
        """Take what each generator said last."""
        self._phase, self._ticks = phase, ticks

    def collect(self) -> Iterable[Metric]:
        """Return the metrics; what a registry calls."""
        ticks = self._ticks
        if not ticks:
            return
        what = GaugeMetricFamily("neurohub_load_info", "What runs", labels=["scenario", "phase"])
        what.add_metric([self._scenario, self._phase], 1)
        yield what
        users = sum(tick.users for tick in ticks)
        yield GaugeMetricFamily("neurohub_load_users", "Users, or connections of the raw driver", users)
        if offered := sum(tick.offered for tick in ticks):
            told = "Requests a second that the plan asks for; a closed loop has no such number"
            yield GaugeMetricFamily("neurohub_load_offered_per_second", told, offered)
        yield _answers(ticks)
        yield _durations(ticks)


def _answers(ticks: Sequence[Tick]) -> Metric:
    refused, failed = (sum(getattr(tick, name) for tick in ticks) for name in ("refused", "errors"))
    served = max(0, sum(tick.requests for tick in ticks) - refused - failed)
    answers = CounterMetricFamily(
        "neurohub_load_answers", "Answers as the client saw them", labels=["outcome"]
    )
    for outcome, count in (("served", served), ("refused", refused), ("failed", failed)):
        answers.add_metric([outcome], count)
    return answers


def _durations(ticks: Sequence[Tick]) -> Metric:
    counts = [sum(of_bucket) for of_bucket in zip(*(tick.spread.counts for tick in ticks), strict=True)]
    bounds = [*(str(float(bound)) for bound in BOUNDS_S), "+Inf"]
    seconds = sum(tick.spread.total_ms for tick in ticks) / 1e3
    durations = HistogramMetricFamily(
        "neurohub_load_answer_duration_seconds", "Time to an answer, at the client"
    )
    durations.add_metric([], list(zip(bounds, accumulate(counts), strict=True)), seconds)
    return durations


@contextmanager
def exported(export: Export, port: int) -> Iterator[None]:
    """Serve the page on the loopback; with port 0, or where another run has it, go on without."""
    registry = CollectorRegistry()
    registry.register(export)  # type: ignore[arg-type]
    try:
        page = start_http_server(port, HOST, registry) if port else None
    except OSError as error:
        print(f"No Prometheus page on {HOST}:{port} ({error.strerror})", file=sys.stderr)
        page = None
    try:
        yield
    finally:
        if page is not None:
            httpd, thread = page
            httpd.shutdown()
            httpd.server_close()
            thread.join()
