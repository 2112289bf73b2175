"""Gauges that are read off the worker's parts every few seconds: pool, cache, breaker."""

import asyncio
from typing import Any, Final, Protocol

from psycopg_pool import AsyncConnectionPool

from neurohub import __version__
from neurohub.telemetry import metrics

EVERY_S: Final = 5.0
_POOL_STATES: Final = ("pool_size", "pool_available", "requests_waiting", "requests_errors")


class Counting(Protocol):
    counts: dict[str, int]
    shared: Any


async def keep(pool: AsyncConnectionPool[Any], cache: Counting) -> None:
    """Set the gauges until cancelled."""
    metrics.build.labels(__version__).set(1)
    while True:
        stats = pool.get_stats()
        for state in _POOL_STATES:
            metrics.pool.labels(state).set(stats.get(state, 0))
        for level, count in cache.counts.items():
            metrics.cache_reads.labels(level).set(count)
        metrics.redis_open.set(cache.shared.breaker.is_open)
        await asyncio.sleep(EVERY_S)
