"""What each deployment carries, from the CPU a transaction was measured to cost in a step load. Pure.

Its cores, discounted by what `capacity_assumed` names, are divided by what a transaction costs. At a peak that is the
cost in full batches: what waits for a core makes them so. Day and night, where each hour of CPU is paid for, it is the
cost at the rate that the workers then have. Who calls it: `capacity`.
"""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct

from bench import capacity_offers as offers
from bench.capacity_assumed import (
    COMMIT_MORE_MS,
    CONNECTIONS_KEPT,
    DATABASE_GB,
    DIVIDED,
    DOUBLING,
    SPEED_CLOUD,
    WORKER_MB,
)
from bench.capacity_measured import Floats, Measured
from bench.capacity_offers import OFFERS, Offer, Part

_RATES: Final = np.geomspace(1, 1e6, 20_001)


class Load(Struct, frozen=True, kw_only=True):
    """A load that is carried, and what keeps it from being more."""

    tps: float
    users: int
    bound: str


class Sizing(Struct, frozen=True, kw_only=True):
    """A row of the table. `peak` is for hours; `always` day and night without more money or credits."""

    offer: Offer
    peak: Load
    always: Load
    one_less: Load | None  # the peak with one of the instances gone
    mean_ms: float
    mbit_per_s: float
    share: int  # connections of an instance
    per_worker: int
    connections: int
    connections_most: int
    memory_mb: float  # of each instance
    usd: float | None
    krw: float | None
    burst_h: float | None
    asked_usd: float | None  # for 500 TPS day and night, in the cloud


def sizings(seen: Measured) -> list[Sizing]:
    """Return a row for each of the customer's deployments."""
    return [_sizing(offer, seen) for offer in OFFERS]


def _sizing(offer: Offer, seen: Measured) -> Sizing:
    peak = _carried(offer, seen, offer.instances)
    per_worker = connections_per_worker(offer)
    memory = seen.others_mb + offer.workers * max(WORKER_MB, seen.worker_mb)
    usd = sum(cost.usd for cost in offer.costs) if offer.costs else None
    return Sizing(
        offer=offer,
        peak=peak,
        always=_always(offer, seen, memory),
        one_less=_carried(offer, seen, offer.instances - 1) if offer.name == "AWS" else None,
        mean_ms=float(_mean_ms(offer, seen, np.array([peak.tps / (offer.instances * offer.workers)]))[0]),
        mbit_per_s=peak.tps * seen.transaction_bytes * 8e-6,
        share=share(offer),
        per_worker=per_worker,
        connections=offer.instances * offer.workers * per_worker,
        connections_most=offer.most_instances * (offer.workers + 1) * per_worker,
        memory_mb=memory,
        usd=usd,
        krw=None if usd is None else usd * offers.KRW_PER_USD,
        burst_h=burst_h() if any(part.is_burstable for part in offer.parts) else None,
        asked_usd=_bill(offer, seen, memory),
    )


def share(offer: Offer) -> int:
    """Return NEUROHUB_DATABASE_CONNECTIONS of each instance."""
    return (offers.CONNECTIONS_ASKED - CONNECTIONS_KEPT) // offer.most_instances


def connections_per_worker(offer: Offer) -> int:
    """Return what a worker of the service takes of its instance's share; a reload runs one worker more."""
    return max(2, share(offer) // (offer.workers + 1))


def burst_h() -> float:
    """Return for how many hours a day's saved credits carry a t3.medium at the planned CPU."""
    spent = 2 * (offers.CPU_ASKED - offers.BASELINE) * 60
    return offers.CREDITS_MOST / spent


def _carried(offer: Offer, seen: Measured, instances: int) -> Load:
    """Return the peak: each part at the planned CPU, no worker above what one was seen to do."""
    limits = []
    for part in offer.parts:
        machines = instances if part.machines > 1 else 1
        whole = machines * _worth(part.cores - part.kept_cores, seen) * _speed(offer)
        if part.runs == ("service",):
            whole = min(whole, instances * offer.workers * _speed(offer))
        tps = _most(part, seen, instances * offer.workers, whole * offers.CPU_ASKED)
        limits.append((tps, f"CPU of {part.name} at {offers.CPU_ASKED:.0%}"))
    limits.append(_worker_limit(offer, seen, instances * offer.workers))
    return _load(limits)


def _worker_limit(offer: Offer, seen: Measured, workers: int) -> tuple[float, str]:
    """Return the rate up to which the mean is as asked, with no worker above what one was seen to do."""
    rates = np.linspace(0, seen.points[-1].worker_tps * _speed(offer), 2001)
    slow = np.flatnonzero(_mean_ms(offer, seen, rates) > offers.MEAN_ASKED_MS)
    if len(slow):
        return float(rates[max(0, slow[0] - 1)]) * workers, f"mean of {offers.MEAN_ASKED_MS:.0f} ms"
    return float(rates[-1]) * workers, "a worker: the most that one was seen to do"


def _mean_ms(offer: Offer, seen: Measured, worker_tps: Floats) -> Floats:
    """Return the mean expected: a slower core is as busy at a rate as the measured one at a higher rate."""
    speed = _speed(offer)
    return seen.mean_ms(worker_tps / speed) / speed + (2 * COMMIT_MORE_MS if offer.is_cloud else 0)


def _always(offer: Offer, seen: Measured, memory_mb: float) -> Load:
    """Return what runs day and night: on the baseline of burstable machines, on the money set aside."""
    limits = [(_carried(offer, seen, offer.instances).tps, "the same as at the peak")]
    for part in offer.parts:
        cores, word = math.inf, ""
        if part.is_burstable:
            cores, word = part.machines * part.cores * offers.BASELINE, f"baseline of {part.name} (t3: 20 %)"
        elif part.paid_usd is not None:
            left = part.paid_usd - _memory_usd(part, memory_mb)
            cores, word = (
                max(0.0, left) / offers.RAILWAY_USD_VCPU_MONTH,
                f"${part.paid_usd:.0f} for {part.name}",
            )
        if word:
            workers = offer.instances * offer.workers
            cores *= _speed(offer)
            limits.append((_paid(part, seen, workers, cores), word))
    return _load(limits)


def _bill(offer: Offer, seen: Measured, memory_mb: float) -> float | None:
    """Return USD a month for the asked TPS day and night, where use is billed or costs more beyond a baseline."""
    if not offer.is_cloud:
        return None
    rate = np.array([offers.TPS_ASKED / (offer.instances * offer.workers)])
    usd = sum(cost.usd for cost in offer.costs) - sum(part.paid_usd or 0 for part in offer.parts)
    for part in offer.parts:
        vcpus = (
            sum(float(seen.us(work, rate)[0]) for work in part.runs) * 1e-6 * offers.TPS_ASKED / _speed(offer)
        )
        if part.is_burstable:
            more = max(0.0, vcpus - part.machines * part.cores * offers.BASELINE)
            usd += more * offers.HOURS_A_MONTH * offers.SURPLUS_USD_VCPU_H[part.name]
        else:
            usd += vcpus * offers.RAILWAY_USD_VCPU_MONTH + _memory_usd(part, memory_mb)
    return usd


def _memory_usd(part: Part, memory_mb: float) -> float:
    size_gb = memory_mb / 1024 if "service" in part.runs else DATABASE_GB
    return size_gb * offers.RAILWAY_USD_GB_MONTH


def _most(part: Part, seen: Measured, workers: int, cores: float) -> float:
    """Return the rate that so many cores bear in full batches, which are smaller the more workers share the load."""
    full = np.array([seen.points[-1].worker_tps])
    us = sum(float(seen.us(work, full)[0]) for work in part.runs)
    return cores * 1e6 / (us * DIVIDED ** max(0.0, math.log2(workers / seen.workers)))


def _paid(part: Part, seen: Measured, workers: int, cores: float) -> float:
    """Return the highest rate that uses at most `cores` by itself, with the batches that come at this rate."""
    us = sum((seen.us(work, _RATES / workers) for work in part.runs), start=np.zeros_like(_RATES))
    within = np.flatnonzero(us * 1e-6 * _RATES <= cores)
    return float(_RATES[within[-1]]) if len(within) else 0.0


def _worth(cores: float, seen: Measured) -> float:
    """Return how many of the measured machine's cores so many are worth."""
    more = cores / seen.cores
    return cores if more <= 1 else seen.cores * DOUBLING ** math.log2(more)


def _load(limits: Iterable[tuple[float, str]]) -> Load:
    tps, bound = min(limits, key=lambda one: one[0])
    tps = math.floor(tps / 10) * 10
    return Load(tps=tps, users=math.floor(tps / offers.TPS_OF_A_USER / 10) * 10, bound=bound)


def _speed(offer: Offer) -> float:
    return SPEED_CLOUD if offer.is_cloud else 1.0
