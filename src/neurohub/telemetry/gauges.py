"""What is handed to the metrics once a second: the tally, and what the worker's parts say of themselves."""

import asyncio
from collections import Counter
from typing import Any, Final, Protocol

from psycopg_pool import AsyncConnectionPool

from neurohub import __version__
from neurohub.telemetry import metrics, tally

EVERY_S: Final = 1.0
_POOL_STATES: Final = ("pool_size", "pool_available", "requests_waiting", "requests_errors")


class Counting(Protocol):
    counts: Counter[tuple[str, str]]
    shared: Any


async def keep(pool: AsyncConnectionPool[Any], cache: Counting) -> None:
    """Keep the metrics true until cancelled, and once more then."""
    metrics.build.labels(__version__).set(1)
    try:
        while True:
            _show(pool, cache)
            await asyncio.sleep(EVERY_S)
    finally:
        _show(pool, cache)


def _show(pool: AsyncConnectionPool[Any], cache: Counting) -> None:
    tally.flush()
    stats = pool.get_stats()
    for state in _POOL_STATES:
        metrics.pool.labels(state).set(stats.get(state, 0))
    for (name, level), count in cache.counts.items():
        metrics.cache_reads.labels(name, level).set(count)
    metrics.redis_open.set(cache.shared.breaker.is_open)
