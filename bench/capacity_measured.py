"""What a step load says about capacity: the cost of a transaction by the rate of a worker. Pure.

Fewer events share a commit at a low rate, so each costs more. A report that says no capacity is refused with the
reason. Who calls it: `capacity`; `capacity_model` counts with it.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct, structs

from bench import capacity_offers as offers
from bench.capacity_assumed import MIX_LEAST
from bench.capacity_offers import Work
from bench.measures import Stretch
from bench.report import Report

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
    return structs.replace(plain, mix=mix)


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
