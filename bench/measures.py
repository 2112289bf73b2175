"""Turns samples and looks into the numbers of a run: exact percentiles, rates, costs, and all of it over time. Pure.

Who calls it: `load`; the result is what `facts` reads, `report` prints and the JSON file holds.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from bench.conduct import Heads, Mark
from bench.users.samples import EVENTS_A_BATCH, FAILED, HAND_IN, PUT_OFF, REFUSED, Recording
from bench.watch import Second

UNDO: Final = "take the start back"
LOSE: Final = "lose the race (409)"
NO_WORK: Final = frozenset({REFUSED, PUT_OFF, FAILED, LOSE})
WRITES: Final = frozenset(
    {
        "start the due process",
        "complete the open step",
        UNDO,
        "win the race",
        HAND_IN,
        "open a LOT",
        "have units generated",
        "approve a rework",
    }
)
NEAR_S: Final = 0.4  # the looks at the ends of a phase are not exactly at them
Floats = npt.NDArray[np.float64]


class Latency(Struct, frozen=True, kw_only=True):
    """Milliseconds over `count` samples."""

    count: int = 0
    mean_ms: float = 0.0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    p99_ms: float = 0.0
    max_ms: float = 0.0


class Stretch(Struct, frozen=True, kw_only=True):
    """A stretch of the run in numbers: a phase, or all judged phases.

    `tps` leaves out undos and refusals and counts each event of a batch. `cores` is CPU of each part per
    second, `cpu_us` per transaction, undos and lost races too.
    """

    name: str
    begin_s: float
    seconds: float
    connections: int
    tps: float
    undos_per_s: float
    writes_per_s: float
    refused_per_s: float
    answers_per_s: float
    all: Latency
    refused: Latency
    by_sentence: dict[str, Latency]
    cores: dict[str, float]
    cpu_us: dict[str, float]
    commits_per_s: float
    mbit_in_per_s: float
    mbit_out_per_s: float
    batch_mean: float | None
    batch_wait_ms: float | None
    batch_commit_ms: float | None
    cache_hit_rate: float | None


class Samples(NamedTuple):
    """Every answer of the run: when it came (epoch s), ms, index of its kind, bytes of it and of its request."""

    names: list[str]
    at: Floats
    ms: Floats
    kind: npt.NDArray[np.uint8]
    received: npt.NDArray[np.uint32]
    sent: npt.NDArray[np.uint32]

    def between(self, begin: float, end: float) -> "Samples":
        chosen = (self.at >= begin) & (self.at < end)
        return Samples(self.names, *(column[chosen] for column in self[1:]))

    def of(self, names: Iterable[str]) -> npt.NDArray[np.bool_]:
        wanted = set(names)
        return np.isin(self.kind, [i for i, name in enumerate(self.names) if name in wanted])


def latency(durations_ms: Sequence[float] | Floats) -> Latency:
    """Return the exact distribution; a percentile is the smallest sample that so many do not exceed."""
    ordered = np.sort(np.asarray(durations_ms, dtype=np.float64))
    if not len(ordered):
        return Latency()
    p50, p95, p99 = (float(ordered[max(0, -(-len(ordered) * n // 100) - 1)]) for n in (50, 95, 99))
    return Latency(
        count=len(ordered),
        mean_ms=float(ordered.mean()),
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        max_ms=float(ordered[-1]),
    )


def gather(recordings: list[Recording]) -> Samples:
    """Return the samples of all generators as one."""
    names: list[str] = []
    kinds = []
    for recording in recordings:
        names += [name for name in recording.names if name not in names]
        index = np.array([names.index(name) for name in recording.names] or [0], dtype=np.uint8)
        kinds.append(index[np.frombuffer(recording.kind, dtype=np.uint8)])
    return Samples(
        names,
        np.concatenate([np.frombuffer(r.ended_at) for r in recordings]),
        np.concatenate([np.frombuffer(r.duration_ms) for r in recordings]),
        np.concatenate(kinds),
        np.concatenate([np.frombuffer(r.received, dtype=np.uint32) for r in recordings]),
        np.concatenate([np.frombuffer(r.sent, dtype=np.uint32) for r in recordings]),
    )


class Run(NamedTuple):
    """All that was gathered of a run."""

    samples: Samples
    seconds: list[Second]
    marks: list[Mark]
    heads: Heads


def run_of(recordings: list[Recording], seconds: list[Second], marks: list[Mark], heads: Heads) -> Run:
    return Run(gather(recordings), seconds, marks, heads)


def whole(run: Run) -> Stretch:
    """Return the numbers from the first judged phase to the last."""
    judged = [mark for mark in run.marks if mark.phase.judged]
    return stretch(run, "all judged phases", judged[0].begin, _end(judged[-1]))


def of_mark(run: Run, mark: Mark) -> Stretch:
    return stretch(run, mark.phase.name, mark.begin, _end(mark), mark.phase.connections)


def _end(mark: Mark) -> float:
    """Return when a phase was over: answers that came after its time are not its work."""
    return min(mark.end, mark.begin + mark.phase.seconds)


def stretch(run: Run, name: str, begin: float, end: float, connections: int = 0) -> Stretch:
    """Return the numbers of `begin..end` (epoch s)."""
    samples, length = run.samples.between(begin, end), max(1e-9, end - begin)
    count = Counter({n: int((samples.kind == i).sum()) for i, n in enumerate(samples.names)})
    count[HAND_IN] *= EVENTS_A_BATCH
    worked = sum(n for name, n in count.items() if name not in NO_WORK)
    looks = [second for second in run.seconds if begin - NEAR_S <= second.at <= end + NEAR_S]
    cores = _cores(looks)
    decided = worked + count[LOSE]
    is_work = ~samples.of(NO_WORK - {LOSE})
    tps = (worked - count[UNDO]) / length
    return Stretch(
        name=name,
        begin_s=begin - run.marks[0].begin,
        seconds=length,
        connections=connections,
        tps=tps,
        undos_per_s=count[UNDO] / length,
        writes_per_s=sum(n for name, n in count.items() if name in WRITES) / length,
        refused_per_s=count[REFUSED] / length,
        answers_per_s=len(samples.at) / length,
        all=latency(samples.ms[is_work]),
        refused=latency(samples.ms[samples.of({REFUSED})]),
        by_sentence={
            n: latency(samples.ms[samples.kind == i])
            for i, n in sorted(enumerate(samples.names), key=lambda e: e[1])
            if count[n]
        },
        cores=cores,
        cpu_us={
            part: used * 1e6 * length / decided for part, used in cores.items() if decided and " " not in part
        },
        commits_per_s=_rate([(s.at, s.commits) for s in looks]),
        mbit_in_per_s=float(samples.received.sum()) * 8e-6 / length,
        mbit_out_per_s=float(samples.sent.sum()) * 8e-6 / length,
        batch_mean=_ratio(looks, "batched_items", "batches"),
        batch_wait_ms=_ratio(looks, "wait_s", "batches", times=1e3),
        batch_commit_ms=_ratio(looks, "commit_s", "batches", times=1e3),
        cache_hit_rate=_ratio(looks, "cache_hits", "cache_reads"),
    )


def _cores(looks: list[Second]) -> dict[str, float]:
    """Return CPU seconds per second of each part."""
    if len(looks) < 2:
        return {}
    first, last = looks[0], looks[-1]
    length = max(1e-9, last.at - first.at)
    return {n: (used - first.cpu_s.get(n, 0.0)) / length for n, used in sorted(last.cpu_s.items())}


def _rate(totals: list[tuple[float, int]]) -> float:
    if len(totals) < 2 or totals[-1][0] <= totals[0][0]:
        return 0.0
    (since, before), (until, after) = totals[0], totals[-1]
    return (after - before) / (until - since)


def _ratio(looks: list[Second], part: str, all_of_it: str, times: float = 1.0) -> float | None:
    """Return how much `part` grew for each one that `all_of_it` grew; None where nothing is exported."""
    told = [look.exported for look in looks if look.exported is not None]
    seen = [(getattr(e, part), getattr(e, all_of_it)) for e in told if getattr(e, all_of_it) is not None]
    if len(seen) < 2 or seen[-1][1] <= seen[0][1]:
        return None
    return times * float(((seen[-1][0] or 0) - (seen[0][0] or 0)) / (seen[-1][1] - seen[0][1]))


def total(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    """Add counts up, most frequent first."""
    added: Counter[str] = Counter()
    for one in counts:
        added.update(one)
    return dict(added.most_common())
