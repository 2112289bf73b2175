"""The facts a run is judged on, read out of its numbers. Pure. Who calls it: `load`; `slo` judges them.

A fact that a scenario does not have, or that was not seen, is None.
"""

from typing import Final

import numpy as np

from bench import usl
from bench.ledger import Findings
from bench.measures import Run, Stretch, latency
from bench.plan import COMPLETIONS, STARTS, UNDOS, Plan
from bench.slo import PACE_HEADROOM, SOAK_JUDGED_FROM_S, Facts
from bench.timeline import Timeline

SCANS: Final = ("start the due process", "complete the open step")
NORMAL_TIMES: Final = 2.0  # back to normal: p95 of a second at most so many times that of before, ...
NORMAL_MORE_MS: Final = 10.0  # ... and so much more


class Seen:
    """Everything there is to read facts from."""

    def __init__(self, plan: Plan, run: Run, whole: Stretch, phases: list[Stretch], curves: Timeline) -> None:
        self.plan, self.run, self.whole, self.curves = plan, run, whole, curves
        self.phases = {phase.name: phase for phase in phases}


def facts(
    seen: Seen, findings: Findings, errors: int, refused_wire_ms: list[float], queued_left: int
) -> Facts:
    """Return all facts of a run."""
    whole, storm = seen.whole, seen.phases.get("storm")
    peak, overload = seen.phases.get("peak"), seen.phases.get("overload")
    asked, held = seen.phases.get("asked"), seen.phases.get("90% of the peak")
    steps = steps_of(list(seen.phases.values()))
    return {
        "tps": whole.tps,
        "mean_ms": whole.all.mean_ms or None,
        "p99_ms": whole.all.p99_ms or None,
        "errors": float(errors),
        "connections_max": float(max((s.connections for s in seen.run.seconds), default=0)),
        "ledger_faults": float(findings.faults),
        "events_compared": float(findings.acknowledged),
        "races_undecided": float(findings.double_starts),
        "mbit_per_s": whole.mbit_in_per_s + whole.mbit_out_per_s,
        "tps_of_target": whole.tps / seen.plan.tps if seen.plan.tps else None,
        "tps_of_offered": whole.tps / offered if (offered := _offered(seen)) else None,
        "cache_hit_rate": whole.cache_hit_rate,
        "goodput_of_peak": overload.tps / peak.tps if overload and peak else None,
        "offered_of_peak": overload.answers_per_s / peak.tps if overload and peak else None,
        "refused_p99_ms": latency(refused_wire_ms).p99_ms if refused_wire_ms else None,
        "recovered_s": _recovered(seen),
        "drained_s": storm.seconds if storm and not queued_left else None,
        "queued_left": float(queued_left),
        "scans_refused": storm.refused_per_s * storm.seconds if storm else None,
        "interactive_p99_ms": _scans_p99(seen, storm) if storm else None,
        "memory_growth_per_h": _growth(seen),
        "knee": _knee(steps),
        "asked_mean_ms": asked.all.mean_ms if asked else None,
        "asked_p99_ms": asked.all.p99_ms if asked else None,
        "held_of_peak": held.tps / peak.tps if held and peak else None,
    }


def steps_of(phases: list[Stretch]) -> list[tuple[int, float, float]]:
    """Return (connections, TPS, p99 ms) of the steps of a step load; nothing for other runs."""
    steps = [phase for phase in phases if phase.name.endswith(" connections")]
    return [(phase.connections, phase.tps, phase.all.p99_ms) for phase in steps]


def _knee(steps: list[tuple[int, float, float]]) -> float | None:
    """Return the knee's connections; None when the last step is still the best: then it lies beyond."""
    if len(steps) < 3 or (found := usl.knee(steps).connections) == steps[-1][0]:
        return None
    return float(found)


def _offered(seen: Seen) -> float:
    """Return the transactions a second that were meant: by the clock, or by the users there were."""
    judged = [mark for mark in seen.run.marks if mark.phase.judged]
    rates = [mark.phase.rate for mark in judged]
    if any(rates):
        return sum(rates) / len(rates)
    counts, heads = seen.plan.counts, seen.run.heads
    begin, end = judged[0].begin, judged[-1].end
    users = [n for at, n in zip(heads.at, heads.users, strict=True) if begin <= at < end]
    if not users or not seen.plan.users:
        return 0.0
    at_stations = STARTS + COMPLETIONS
    full = sum(
        n * seen.plan.rate_of(role) * (at_stations / (at_stations + UNDOS) if role == "operator" else 1)
        for role, n in counts.items()
    )
    return full / PACE_HEADROOM / seen.plan.users * sum(users) / len(users)


def _recovered(seen: Seen) -> float | None:
    """Return how many seconds after the rush it was as before, and stayed so; None when it never was."""
    before, rush = seen.phases.get("before"), seen.phases.get("overload") or seen.phases.get("spike")
    if before is None or rush is None:
        return None
    most = before.all.p95_ms * NORMAL_TIMES + NORMAL_MORE_MS
    begin = round(rush.begin_s + rush.seconds)
    after = range(begin, len(seen.curves.p95_ms))
    bad = [
        s for s in after if seen.curves.p95_ms[s] > most or seen.curves.refused[s] or seen.curves.failed[s]
    ]
    last = bad[-1] - begin + 1 if bad else 0
    return float(last) if begin + last < len(seen.curves.p95_ms) else None


def _scans_p99(seen: Seen, storm: Stretch) -> float | None:
    begin = seen.run.marks[0].begin + storm.begin_s
    samples = seen.run.samples.between(begin, begin + storm.seconds)
    return latency(samples.ms[samples.of(SCANS)]).p99_ms or None


def memory_trends(seen: Seen) -> dict[str, float]:
    """Return for each process of the service by what share of itself it would grow in an hour, as it went."""
    found = {}
    for name, series in seen.curves.memory_mb.items():
        at, size = np.array(series.at), np.array(series.value)
        judged = (at >= seen.whole.begin_s + seen.whole.seconds / 10) & (
            at <= seen.whole.begin_s + seen.whole.seconds
        )
        if name.startswith("service") and judged.sum() >= 10:
            slope, _ = np.polyfit(at[judged], size[judged], 1)
            found[name] = float(slope * 3600 / size[judged].mean())
    return found


def _growth(seen: Seen) -> float | None:
    trends = memory_trends(seen)
    return max(trends.values()) if trends and seen.whole.seconds >= SOAK_JUDGED_FROM_S else None
