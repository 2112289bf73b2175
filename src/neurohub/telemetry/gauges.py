"""What is handed to the metrics once a second: the tally, and what the worker's parts say of themselves."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, Protocol

import psutil
from prometheus_client import Counter as Counted
from psycopg_pool import AsyncConnectionPool

from neurohub import __version__
from neurohub.telemetry import metrics, tally

EVERY_S: Final = 1.0
_POOL_STATES: Final = {
    "max": "pool_max",
    "size": "pool_size",
    "available": "pool_available",
    "waiting": "requests_waiting",
}
# What the pool counts, and the worth of one in the metric's unit.
_POOL_COUNTS: Final[Mapping[str, tuple[Counted, float]]] = {
    "requests_num": (metrics.pool_requests, 1),
    "requests_queued": (metrics.pool_queued, 1),
    "requests_wait_ms": (metrics.pool_wait, 0.001),
    "requests_errors": (metrics.pool_errors, 1),
    "connections_lost": (metrics.pool_lost, 1),
}


class Counting(Protocol):
    counts: Counter[tuple[str, str]]
    shared: Any


async def keep(pool: AsyncConnectionPool[Any], cache: Counting) -> None:
    """Keep the metrics true until cancelled, and once more then."""
    metrics.build.labels(__version__).set(1)
    metrics.workers.set(1)
    metrics.worker_starts.inc()
    look = _Look(pool, cache)
    try:
        while True:
            look.show()
            woken_at = time.perf_counter() + EVERY_S
            await asyncio.sleep(EVERY_S)
            metrics.loop_lag.set(max(0.0, time.perf_counter() - woken_at))
    finally:
        look.show()


class _Look:
    """One worker as its parts describe it. What they count since their start is handed on as what is new."""

    def __init__(self, pool: AsyncConnectionPool[Any], cache: Counting) -> None:
        self._pool = pool
        self._cache = cache
        self._process = psutil.Process()
        self._handed_on: dict[Any, float] = {}

    def show(self) -> None:
        tally.flush()
        stats = self._pool.get_stats()
        for state, name in _POOL_STATES.items():
            metrics.pool.labels(state).set(stats.get(name, 0))
        for name, (counter, worth) in _POOL_COUNTS.items():
            counter.inc(self._new(name, stats.get(name, 0) * worth))
        for read, count in self._cache.counts.items():
            metrics.cache_reads.labels(*read).inc(self._new(read, count))
        metrics.redis_open.set(self._cache.shared.breaker.is_open)
        used = self._process.cpu_times()
        metrics.worker_cpu.inc(self._new("cpu", used.user + used.system))
        metrics.worker_memory.set(self._process.memory_info().rss)

    def _new(self, of: Any, total: float) -> float:
        """Return how much `total` has grown; never less than nothing, which a counter would refuse."""
        grown = max(0.0, total - self._handed_on.get(of, 0.0))
        self._handed_on[of] = total
        return grown
