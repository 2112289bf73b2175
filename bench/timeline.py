"""The run second by second: what the plots are drawn from. Pure. Who calls it: `load`."""

from itertools import pairwise
from typing import Final

import numpy as np
from msgspec import Struct

from bench.measures import NO_WORK, UNDO, Run
from bench.users.samples import EVENTS_A_BATCH, FAILED, HAND_IN, PUT_OFF, REFUSED
from bench.watch import Second

PARTS: Final = ("service", "PostgreSQL", "cache", "load generator")


class Series(Struct, frozen=True):
    """Points over time: `at` in seconds since the first phase began."""

    at: list[float]
    value: list[float]


class Timeline(Struct, frozen=True, kw_only=True):
    """One series per curve. Those of each second have no `at`: it is their number."""

    tps: list[float]
    refused: list[float]
    failed: list[float]
    mean_ms: list[float]
    p50_ms: list[float]
    p95_ms: list[float]
    p99_ms: list[float]
    mbit_in: list[float]
    mbit_out: list[float]
    users: Series
    connections: Series
    cores: dict[str, Series]
    memory_mb: dict[str, Series]
    batch_size: Series
    queued: Series
    cache_hit_rate: Series


def timeline(run: Run) -> Timeline:
    """Return the curves of the whole run, warm-up and all."""
    zero, end = run.marks[0].begin, run.marks[-1].end
    # A rest of less than half a second is no point of a curve.
    slots = max(1, int(end - zero + 0.5))
    end = min(end, zero + slots)
    samples = run.samples.between(zero, end)
    second = np.minimum((samples.at - zero).astype(np.int64), slots - 1)
    works = ~samples.of(NO_WORK | {UNDO})
    weight = np.where(samples.of({HAND_IN}), EVENTS_A_BATCH, 1)[works]
    timed = ~samples.of({REFUSED, PUT_OFF, FAILED})
    quantiles = _quantiles(second[timed], samples.ms[timed], slots)
    lengths = np.ones(slots)
    lengths[-1] = end - zero - (slots - 1)
    return Timeline(
        tps=_listed(np.bincount(second[works], weight, minlength=slots) / lengths),
        refused=_listed(np.bincount(second[samples.of({REFUSED, PUT_OFF})], minlength=slots) / lengths),
        failed=_listed(np.bincount(second[samples.of({FAILED})], minlength=slots) / lengths),
        mean_ms=quantiles[0],
        p50_ms=quantiles[1],
        p95_ms=quantiles[2],
        p99_ms=quantiles[3],
        mbit_in=_listed(np.bincount(second, samples.received, minlength=slots) * 8e-6 / lengths),
        mbit_out=_listed(np.bincount(second, samples.sent, minlength=slots) * 8e-6 / lengths),
        users=Series([at - zero for at in run.heads.at], [float(n) for n in run.heads.users]),
        connections=_seen(run.seconds, zero, [float(s.connections) for s in run.seconds]),
        cores={part: _growth(run.seconds, zero, part) for part in PARTS},
        memory_mb=_memory(run.seconds, zero),
        batch_size=_exported(run.seconds, zero, "batched_items", "batches"),
        queued=_level(run.seconds, zero),
        cache_hit_rate=_exported(run.seconds, zero, "cache_hits", "cache_reads"),
    )


def _quantiles(second: np.ndarray, ms: np.ndarray, slots: int) -> list[list[float]]:
    """Return mean, p50, p95, p99 of each second; a second without answers has none (nan is not JSON: 0)."""
    order = np.argsort(second, kind="stable")
    ends = np.searchsorted(second[order], np.arange(slots + 1))
    found: list[list[float]] = [[], [], [], []]
    for slot in range(slots):
        here = np.sort(ms[order[ends[slot] : ends[slot + 1]]])
        found[0].append(float(here.mean()) if len(here) else 0.0)
        for place, percent in ((1, 50), (2, 95), (3, 99)):
            at = max(0, -(-len(here) * percent // 100) - 1)
            found[place].append(float(here[at]) if len(here) else 0.0)
    return found


def _listed(values: np.ndarray) -> list[float]:
    return [round(float(value), 3) for value in values]


def _seen(seconds: list[Second], zero: float, values: list[float]) -> Series:
    return Series([second.at - zero for second in seconds], values)


def _growth(seconds: list[Second], zero: float, part: str) -> Series:
    """Return the cores a part used between one look and the next."""
    at, value = [], []
    for before, now in pairwise(seconds):
        if part in now.cpu_s and now.at - before.at > 0.3:
            at.append(now.at - zero)
            value.append((now.cpu_s[part] - before.cpu_s.get(part, 0.0)) / (now.at - before.at))
    return Series(at, value)


def _memory(seconds: list[Second], zero: float) -> dict[str, Series]:
    """Return the memory of each process of the service and the cache, and of the other parts."""
    found: dict[str, Series] = {}
    for second in seconds:
        for name, size in second.rss_bytes.items():
            series = found.setdefault(name, Series([], []))
            series.at.append(second.at - zero)
            series.value.append(size / 2**20)
    return found


def _exported(seconds: list[Second], zero: float, part: str, all_of_it: str) -> Series:
    """Return the ratio of two totals between one answer of the service and the next."""
    told = [(s.at, getattr(s.exported, part), getattr(s.exported, all_of_it)) for s in seconds if s.exported]
    series = Series([], [])
    for (_, part_before, all_before), (at, part_now, all_now) in pairwise(told):
        if None not in (all_before, all_now) and all_now > all_before:
            series.at.append(at - zero)
            series.value.append(((part_now or 0) - (part_before or 0)) / (all_now - all_before))
    return series


def _level(seconds: list[Second], zero: float) -> Series:
    """Return how much waits in the service: its queues if it has any, else for its pool."""
    series = Series([], [])
    for second in seconds:
        if second.exported is None:
            continue
        told = second.exported.queued if second.exported.queued is not None else second.exported.pool_waiting
        if told is not None:
            series.at.append(second.at - zero)
            series.value.append(told)
    return series
