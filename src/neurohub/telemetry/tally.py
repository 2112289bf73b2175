"""Counts of the hot path in plain memory, handed to the metrics once a second.

A counter of several workers is a write into a shared file, about 1 us each; a request has six. A worker that is
killed takes the counts of its last second with it. Who calls it: the edge, the process routes; `gauges` flushes.
"""

from bisect import bisect_left
from collections import Counter
from typing import Final

from prometheus_client import Histogram

from neurohub.telemetry import metrics

_LEVELS: Final = (*metrics.SECONDS, float("inf"))
_FAILURES: Final = ("500", "503")


class _Durations:
    """Answers of one route by how long they took."""

    __slots__ = ("buckets", "total_s")

    def __init__(self) -> None:
        self.buckets = [0] * len(_LEVELS)
        self.total_s = 0.0


_requests: Final = Counter[tuple[str, str, int]]()
_durations: Final[dict[tuple[str, str], _Durations]] = {}
_events: Final = Counter[tuple[str, str, str]]()
_verdicts: Final = Counter[tuple[str, str]]()
_in_progress = 0


def request_begun() -> None:
    global _in_progress  # noqa: PLW0603 (one number of the worker)
    _in_progress += 1


def request_answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request. `route` is the template, `status` the HTTP status."""
    global _in_progress  # noqa: PLW0603
    _in_progress -= 1
    _requests[method, route, status] += 1
    took = _durations.get((method, route))
    if took is None:
        took = _durations[method, route] = _Durations()
    took.buckets[bisect_left(_LEVELS, seconds)] += 1
    took.total_s += seconds


def event_answered(kind: str, process: str, outcome: str) -> None:
    """Count one event: start, complete or undo, and accepted, replayed or the code of its refusal."""
    _events[kind, process, outcome] += 1


def step_judged(process: str, result: str) -> None:
    """Count one completed step by its result."""
    _verdicts[process, result] += 1


def flush() -> None:
    """Add what was counted since the last time to the metrics."""
    metrics.in_progress.set(_in_progress)
    for (method, route, status), count in _requests.items():
        metrics.requests.labels(method, route, str(status)).inc(count)
    for (kind, process, outcome), count in _events.items():
        metrics.events.labels(kind, process, outcome).inc(count)
    for (process, result), count in _verdicts.items():
        metrics.verdicts.labels(process, result).inc(count)
    for (method, route), took in _durations.items():
        _add(metrics.duration.labels(method, route), took)
        for failure in _FAILURES:  # at 0 from the first: a rate does not see what a series begins with
            metrics.requests.labels(method, route, failure)
    _requests.clear()
    _events.clear()
    _verdicts.clear()
    _durations.clear()


def _add(histogram: Histogram, took: _Durations) -> None:
    """Add many observations at once, which the library has no public way for."""
    for bucket, count in zip(histogram._buckets, took.buckets, strict=True):  # noqa: SLF001
        if count:
            bucket.inc(count)
    histogram._sum.inc(took.total_s)  # noqa: SLF001
