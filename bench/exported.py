"""What the service itself exports, picked from its Prometheus page: cache reads, batches, queues, pool.

A service without lanes (or without the page) shows none.
Pure but for `fetch`. Who calls it: `watch`.
"""

import re
import urllib.request
from typing import Final

from msgspec import Struct

TIMEOUT_S: Final = 2.0
_LANE: Final = {
    "neurohub_lane_batch_events_count": "batches",
    "neurohub_lane_batch_events_sum": "batched_items",
    "neurohub_lane_queue_events": "queued",
    "neurohub_lane_wait_seconds_sum": "wait_s",
    "neurohub_lane_commit_seconds_sum": "commit_s",
}
_SAMPLE: Final = re.compile(r"^(neurohub_\w+?)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
_LEVEL: Final = re.compile(r'level="(\w+)"')
_STATE: Final = re.compile(r'state="(\w+)"')


class Exported(Struct, frozen=True, kw_only=True):
    """Totals since the service started, and the state of its queues just now; None where it exports none."""

    cache_hits: float | None = None  # of the board, which the customer's 80 % is about
    cache_reads: float | None = None
    batches: float | None = None
    batched_items: float | None = None
    wait_s: float | None = None  # of all batches, for a lane
    commit_s: float | None = None  # of all batches, to disk
    queued: float | None = None
    pool_waiting: float | None = None


def fetch(url: str) -> Exported:
    """Return what the page at `url` says; nothing when nobody answers there."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as page:  # noqa: S310 (given by who runs the bench)
            return pick(page.read().decode())
    except OSError:
        return Exported()


def pick(page: str) -> Exported:
    """Return the totals of a Prometheus page in text form."""
    totals: dict[str, float] = {}
    for name, labels, value in _SAMPLE.findall(page):
        for key in _keys(name, labels):
            totals[key] = totals.get(key, 0.0) + float(value)
    return Exported(**totals)


def _keys(name: str, labels: str) -> list[str]:
    if name == "neurohub_cache_reads_total":
        if 'cache="board"' not in labels:
            return []
        level = _LEVEL.search(labels)
        return ["cache_reads", "cache_hits"] if level and level[1] in {"l1", "l2"} else ["cache_reads"]
    if name == "neurohub_database_pool":
        state = _STATE.search(labels)
        return ["pool_waiting"] if state and state[1] == "waiting" else []
    return [_LANE[name]] if name in _LANE else []
