"""What each deployment carries, from the CPU a transaction was measured to cost in a step load. Pure.

Measured: µs of service and database a transaction, by the rate of a worker (fewer events share a commit at a low
rate, so each costs more). Everything else is an assumption: `capacity_assumed`. Who calls it: `capacity`.
"""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from bench import capacity_offers as offers
from bench.capacity_assumed import COMMIT_MORE_MS, DATABASE_GB, DOUBLING, MIX_LEAST, SPEED_CLOUD, WORKER_MB
from bench.capacity_offers import OFFERS, Offer, Part, Work
from bench.measures import Stretch
from bench.report import Report

_RATES: Final = np.geomspace(1, 1e6, 20_001)
_PARTS: Final[dict[Work, tuple[str, ...]]] = {"service": ("service", "cache"), "database": ("PostgreSQL",)}
Floats = npt.NDArray[np.float64]


class CannotPlanError(Exception):
    """The report is not one that a capacity can be read from; the text says why and what to do."""


class Point(Struct, frozen=True, kw_only=True):
    """One step: transactions a second of one worker, and what each cost."""

    connections: int
    worker_tps: float
    us: dict[Work, float]
    mean_ms: float


class Measured(Struct, frozen=True, kw_only=True):
    """What the step load says. `points` rise to the highest rate; `mix` is a user's cost by a transaction's."""

    workers: int
    cores: int
    points: list[Point]
    mix: dict[Work, float]
    worker_mb: float
    others_mb: float  # of an instance, beside its workers
    transaction_bytes: float

    def us(self, work: Work, worker_tps: Floats) -> Floats:
        """Return µs a user's transaction at so many a second of a worker; beyond what was seen, the last."""
        seen = [point.worker_tps for point in self.points]
        cost = np.interp(worker_tps, seen, [point.us[work] for point in self.points])
        return np.asarray(cost * self.mix[work])

    def mean_ms(self, worker_tps: Floats) -> Floats:
        """Return the mean at so many a second of a worker, as measured."""
        seen = [point.worker_tps for point in self.points]
        return np.interp(worker_tps, seen, [point.mean_ms for point in self.points])


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
    per_worker: int
    connections: int
    connections_most: int
    memory_mb: float  # of each instance
    usd: float | None
    krw: float | None
    burst_h: float | None
    asked_usd: float | None  # 500 TPS day and night, where use is billed


def measured(report: Report, normal: Report | None = None) -> Measured:
    """Return what a step load says; raises `CannotPlanError` when it does not say it."""
    _refuse(report)
    workers = _workers(report)
    steps = [phase for phase in report.phases if phase.name.endswith(" connections")]
    points: list[Point] = []
    for phase in steps:
        rate = phase.tps / len(workers)
        if phase.all.mean_ms <= offers.MEAN_ASKED_MS and (not points or rate > points[-1].worker_tps):
            points.append(_point(phase, rate))
    if not points:
        raise CannotPlanError(f"no step has a mean of {offers.MEAN_ASKED_MS:.0f} ms or less")
    sizes = {n: mb for n, mb in report.memory_max_mb.items() if n.startswith("service ")}
    knee = next(p for p in steps if report.knee is not None and p.connections == report.knee.connections)
    plain = Measured(
        workers=len(workers),
        cores=report.setting.machine.cores,
        points=points,
        mix={"service": 1.0, "database": 1.0},
        worker_mb=max((mb for n, mb in sizes.items() if n in workers), default=0.0),
        others_mb=sum(mb for n, mb in sizes.items() if n not in workers),
        transaction_bytes=(knee.mbit_in_per_s + knee.mbit_out_per_s) / 8e-6 / knee.tps,
    )
    mix = {work: _mix(plain, work, normal) for work in _PARTS}
    return Measured(**{name: getattr(plain, name) for name in plain.__struct_fields__} | {"mix": mix})


def _refuse(report: Report) -> None:
    if report.setting.scenario != "step-load":
        raise CannotPlanError(
            f"this is a report of {report.setting.scenario}; a capacity is read from a step-load"
        )
    if report.knee is None or report.knee.connections == report.phases[-1].connections:
        most = report.phases[-1].connections if report.phases else 0
        raise CannotPlanError(
            f"no knee: the rate still grew at {most} connections, the last step: the limit lies beyond, or the "
            "machine was not quiet. Run it longer and alone (--duration 300)"
        )
    if missed := [f"{v.claim}: {v.measured}" for v in report.verdicts if not v.ok]:
        raise CannotPlanError(f"the run did not hold, so its rates count for nothing: {'; '.join(missed)}")
    if not _workers(report) or not {"service", "PostgreSQL"} <= report.phases[0].cpu_us.keys():
        raise CannotPlanError(
            "the CPU of service and database was not seen: both have to run on this machine"
        )


def _workers(report: Report) -> list[str]:
    """Return the workers' names among the service's processes: what supervises them uses next to nothing."""
    used = {name: cores for name, cores in report.whole.cores.items() if name.startswith("service ")}
    return [name for name, cores in used.items() if cores > 0.1 * max(used.values())]


def _point(phase: Stretch, rate: float) -> Point:
    us = {work: sum(phase.cpu_us.get(part, 0.0) for part in parts) for work, parts in _PARTS.items()}
    return Point(connections=phase.connections, worker_tps=rate, us=us, mean_ms=phase.all.mean_ms)


def _mix(plain: Measured, work: Work, normal: Report | None) -> float:
    """Return how much dearer a user's transaction is than one of the step load at the same rate."""
    if normal is None:
        return MIX_LEAST
    whole = normal.whole
    used = sum(whole.cores.get(part, 0.0) for part in _PARTS[work])
    alike = float(plain.us(work, np.array([whole.tps / plain.workers]))[0])
    return max(MIX_LEAST, used * 1e6 / whole.tps / alike)


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
        per_worker=per_worker,
        connections=offer.instances * offer.workers * per_worker,
        connections_most=offer.most_instances * (offer.workers + 1) * per_worker,
        memory_mb=memory,
        usd=usd,
        krw=None if usd is None else usd * offers.KRW_PER_USD,
        burst_h=burst_h() if any(part.is_burstable for part in offer.parts) else None,
        asked_usd=_bill(offer, seen, memory) if any(part.paid_usd for part in offer.parts) else None,
    )


def connections_per_worker(offer: Offer) -> int:
    """Return what the service takes of its share of the 50; a reload runs one worker more."""
    return max(2, offers.CONNECTIONS_ASKED // offer.most_instances // (offer.workers + 1))


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
        tps = _limit(part, seen, instances * offer.workers, whole * offers.CPU_ASKED, whole)
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
            limits.append((_limit(part, seen, workers, cores, cores), word))
    return _load(limits)


def _bill(offer: Offer, seen: Measured, memory_mb: float) -> float:
    """Return USD a month for the asked TPS day and night, where use is billed."""
    rate = np.array([offers.TPS_ASKED / (offer.instances * offer.workers)])
    usd = sum(cost.usd for cost in offer.costs if cost.item in {"Redis", "Volume"})
    for part in offer.parts:
        vcpus = (
            sum(float(seen.us(work, rate)[0]) for work in part.runs) * 1e-6 * offers.TPS_ASKED / _speed(offer)
        )
        usd += vcpus * offers.RAILWAY_USD_VCPU_MONTH + _memory_usd(part, memory_mb)
    return usd


def _memory_usd(part: Part, memory_mb: float) -> float:
    size_gb = memory_mb / 1024 if "service" in part.runs else DATABASE_GB
    return size_gb * offers.RAILWAY_USD_GB_MONTH


def _limit(part: Part, seen: Measured, workers: int, cores: float, whole: float) -> float:
    """Return the highest rate that uses at most `cores` of what the part has, and none below it uses the `whole`.

    Use may fall while the rate rises, as batches grow; where it does not matter, both are the same.
    """
    us = sum((seen.us(work, _RATES / workers) for work in part.runs), start=np.zeros_like(_RATES))
    use = us * 1e-6 * _RATES
    beyond = np.flatnonzero(use > whole)
    if not len(beyond):
        return math.inf
    within = np.flatnonzero(use[: beyond[0]] <= cores)
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
