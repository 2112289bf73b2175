"""Turns samples and looks into the numbers of a run: exact percentiles, rates, CPU by part. Pure.

Who calls it: `load`; the result is what `slo` judges, `report` prints and the JSON file holds.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from bench.users.samples import Recording
from bench.watch import Second

UNDO: Final = "take the start back"
WRITES: Final = frozenset(
    {
        "start the due process",
        "complete the open step",
        UNDO,
        "open a LOT",
        "have units generated",
        "approve a rework",
    }
)


class Latency(Struct, frozen=True, kw_only=True):
    """Milliseconds over `count` samples."""

    count: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class Machine(Struct, frozen=True, kw_only=True):
    """What the run cost. Cores are CPU seconds per second; memory is the most of each process."""

    commits_per_s: float = 0.0
    cpu_cores: dict[str, float] = {}
    rss_max_mb: dict[str, float] = {}


class Measures(Struct, frozen=True, kw_only=True):
    """A run in numbers. Rates and latencies are of the measured window, errors of the whole run."""

    seconds: float
    tps: float
    undos_per_s: float
    writes_per_s: float
    all: Latency
    by_sentence: dict[str, Latency]
    errors: dict[str, int]
    refusals: dict[str, int]
    mbit_in_per_s: float
    mbit_out_per_s: float
    connections_max: int
    machine: Machine
    tps_each_s: list[int]
    mean_ms_each_s: list[float]
    p99_ms_each_s: list[float]


def latency(durations_ms: Sequence[float]) -> Latency:
    """Return the exact distribution; a percentile is the smallest sample that so many do not exceed."""
    ordered = sorted(durations_ms)
    if not ordered:
        return Latency(count=0, mean_ms=0.0, p50_ms=0.0, p95_ms=0.0, p99_ms=0.0, max_ms=0.0)
    return Latency(
        count=len(ordered),
        mean_ms=sum(ordered) / len(ordered),
        p50_ms=percentile(ordered, 50),
        p95_ms=percentile(ordered, 95),
        p99_ms=percentile(ordered, 99),
        max_ms=ordered[-1],
    )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """Return the nearest-rank percentile of sorted samples."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


class Samples(Struct, frozen=True):
    """Samples of one window: when each ended (seconds into the window), ms, sentence."""

    at: list[float]
    ms: list[float]
    sentence: list[str]


def within(recordings: list[Recording], begin: float, end: float) -> Samples:
    """Return the samples that ended in `begin..end` (seconds since the epoch)."""
    found = Samples([], [], [])
    for recording in recordings:
        ended = array("d", recording.ended_at)
        took = array("d", recording.duration_ms)
        kinds = array("B", recording.kind)
        for at, ms, kind in zip(ended, took, kinds, strict=True):
            if begin <= at < end:
                found.at.append(at - begin)
                found.ms.append(ms)
                found.sentence.append(recording.names[kind])
    return found


def measure(recordings: list[Recording], seconds: list[Second], begin: float, end: float) -> Measures:
    """Return the numbers of the window `begin..end`."""
    samples = within(recordings, begin, end)
    length = end - begin
    count = Counter(samples.sentence)
    by_sentence: dict[str, list[float]] = {}
    for name, ms in zip(samples.sentence, samples.ms, strict=True):
        by_sentence.setdefault(name, []).append(ms)
    each = _each_second(samples, length)
    # Bytes are counted over the whole run; the window's share is its share of the requests.
    mbit = len(samples.ms) / (sum(len(r.kind) for r in recordings) or 1) * 8 / 1e6 / length
    return Measures(
        seconds=length,
        tps=(len(samples.ms) - count[UNDO]) / length,
        undos_per_s=count[UNDO] / length,
        writes_per_s=sum(n for name, n in count.items() if name in WRITES) / length,
        all=latency(samples.ms),
        by_sentence={name: latency(ms) for name, ms in sorted(by_sentence.items())},
        errors=_sum(r.errors for r in recordings),
        refusals=_sum(r.refusals for r in recordings),
        mbit_in_per_s=sum(r.bytes_in for r in recordings) * mbit,
        mbit_out_per_s=sum(r.bytes_out for r in recordings) * mbit,
        connections_max=max((s.connections for s in seconds), default=0),
        machine=_machine([s for s in seconds if begin - 1 <= s.at <= end + 1]),
        tps_each_s=[one.count for one in each],
        mean_ms_each_s=[one.mean_ms for one in each],
        p99_ms_each_s=[one.p99_ms for one in each],
    )


def _each_second(samples: Samples, length: float) -> list[Latency]:
    per_second: list[list[float]] = [[] for _ in range(max(1, round(length)))]
    for at, ms in zip(samples.at, samples.ms, strict=True):
        per_second[min(int(at), len(per_second) - 1)].append(ms)
    return [latency(ms) for ms in per_second]


def _sum(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total.most_common())


def _machine(seconds: list[Second]) -> Machine:
    if len(seconds) < 2:
        return Machine()
    first, last = seconds[0], seconds[-1]
    length = last.at - first.at
    rss: dict[str, int] = {}
    for second in seconds:
        for name, size in second.rss_bytes.items():
            rss[name] = max(rss.get(name, 0), size)
    return Machine(
        commits_per_s=(last.commits - first.commits) / length,
        cpu_cores={n: (s - first.cpu_s.get(n, 0.0)) / length for n, s in sorted(last.cpu_s.items())},
        rss_max_mb={name: size / 2**20 for name, size in sorted(rss.items())},
    )
