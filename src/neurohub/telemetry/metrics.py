"""Metrics of the service, for Prometheus. Several workers write to one multiprocess directory.

Names, units and labels are here and nowhere else; labels are bounded: never a unit or a user.
"""

from typing import Final, NamedTuple

from prometheus_client import Counter, Gauge, Histogram

SECONDS: Final = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30,
)  # fmt: skip

requests: Final = Counter("neurohub_http_requests", "Requests answered", ["method", "route", "status"])
duration: Final = Histogram(
    "neurohub_http_request_duration_seconds", "Time to answer a request", ["method", "route"], buckets=SECONDS
)
in_progress: Final = Gauge(
    "neurohub_http_requests_in_progress", "Requests being answered", multiprocess_mode="livesum"
)
events: Final = Counter(
    "neurohub_events",
    "Start, complete and undo events by what became of them: accepted, replayed or the code of the refusal",
    ["kind", "process", "outcome"],
)
verdicts: Final = Counter(
    "neurohub_verdicts", "Completed steps by their result; a replay is not counted", ["process", "result"]
)
cache_reads: Final = Counter(
    "neurohub_cache_reads",
    "Reads of a cache (lot, board) by where they were answered from",
    ["cache", "level"],
)
pool: Final = Gauge(
    "neurohub_database_pool",
    "Connections of the pools by state: max, size, available; and requests waiting for one",
    ["state"],
    multiprocess_mode="livesum",
)
pool_requests: Final = Counter("neurohub_database_pool_requests", "Connections asked of the pools")
pool_queued: Final = Counter("neurohub_database_pool_queued", "Connections that had to be waited for")
pool_wait: Final = Counter("neurohub_database_pool_wait_seconds", "Time spent waiting for connections")
pool_errors: Final = Counter("neurohub_database_pool_errors", "Connections asked for and not had in time")
pool_lost: Final = Counter("neurohub_database_connections_lost", "Connections found broken by the pools")


class LaneMetrics(NamedTuple):
    """What lanes of one kind say of themselves."""

    name: str
    batch: Histogram
    wait: Histogram
    commit: Histogram
    queue: Gauge
    failures: Counter


def _lanes(name: str, what: str) -> LaneMetrics:
    return LaneMetrics(
        name=name,
        batch=Histogram(
            f"neurohub_{name}_batch_{what}",
            f"{what.capitalize()} that went together",
            buckets=(1, 2, 4, 8, 16, 32, 48, 64),
        ),
        wait=Histogram(
            f"neurohub_{name}_wait_seconds",
            "Time the oldest of a batch waited for a lane",
            buckets=SECONDS,
        ),
        commit=Histogram(
            f"neurohub_{name}_commit_seconds", "Time the database took for a batch", buckets=SECONDS
        ),
        queue=Gauge(
            f"neurohub_{name}_queue_{what}",
            f"{what.capitalize()} waiting for a lane",
            multiprocess_mode="livesum",
        ),
        failures=Counter(f"neurohub_{name}_failures", "Batches that failed, by what was done then", ["fate"]),
    )


lanes: Final = _lanes("lane", "events")
lookups: Final = _lanes("lookup", "reads")
redis_open: Final = Gauge(
    "neurohub_redis_breaker_open", "Workers that leave Redis alone just now", multiprocess_mode="livesum"
)
workers: Final = Gauge("neurohub_workers", "Workers alive", multiprocess_mode="livesum")
worker_starts: Final = Counter("neurohub_worker_starts", "Workers that came up, respawned ones too")
worker_cpu: Final = Counter("neurohub_worker_cpu_seconds", "CPU time of all workers")
worker_memory: Final = Gauge(
    "neurohub_worker_memory_bytes", "Resident memory of all workers", multiprocess_mode="livesum"
)
loop_lag: Final = Gauge(
    "neurohub_event_loop_lag_seconds",
    "How late the busiest worker's event loop woke, at its last look",
    multiprocess_mode="livemax",
)
build: Final = Gauge("neurohub_build_info", "1, with the version", ["version"], multiprocess_mode="max")
