"""Two reports of runs side by side, with ratios: `python -m bench.compare_reports A.json B.json`.

Compares what is comparable (same scenario); says aloud what was not the same about the two runs.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from bench.measures import Stretch
from bench.report import Report, read


class Line(NamedTuple):
    """One number of both runs."""

    name: str
    before: float | None
    after: float | None

    @property
    def ratio(self) -> str:
        if not self.before or self.after is None:
            return ""
        return f"x {self.after / self.before:.2f}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.compare_reports", description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    given = parser.parse_args()
    before, after = read(given.before), read(given.after)
    if before.setting.scenario != after.setting.scenario:
        raise SystemExit(f"{before.setting.scenario} and {after.setting.scenario} are not comparable")
    print(text(before, after))
    return 0


def text(before: Report, after: Report) -> str:
    """Return the comparison as text."""
    lines = [f"{before.setting.scenario}: {before.setting.at} ({before.setting.machine.commit}) against "]
    lines[0] += f"{after.setting.at} ({after.setting.machine.commit})"
    lines += [f"not the same: {what}" for what in differences(before, after)]
    lines += ["", f"{'':44}{'before':>12}{'after':>12}   ratio"]
    lines += [
        f"{line.name:44}{_shown(line.before):>12}{_shown(line.after):>12}   {line.ratio}".rstrip()
        for line in compared(before, after)
        if (line.before, line.after) != (None, None)
    ]
    return "\n".join(lines)


def differences(before: Report, after: Report) -> Iterator[str]:
    """Yield what of the setting differs, besides when it was and of which commit."""
    one, other = _flat(before), _flat(after)
    yield from (
        f"{name} {one.get(name)} / {other.get(name)}"
        for name in one | other
        if one.get(name) != other.get(name)
    )


def _flat(report: Report) -> dict[str, object]:
    told = msgspec.to_builtins(report.setting)
    machine = told.pop("machine")
    told |= machine.pop("packages") | machine
    return {
        name: value for name, value in told.items() if name not in {"at", "commit", "host", "load_before"}
    }


def compared(before: Report, after: Report) -> Iterator[Line]:
    """Yield every number that both runs may have: of the whole, of each phase, of each sentence."""
    yield from _of_stretch("", before.whole, after.whole)
    if len(before.phases) > 1:
        by_name = {phase.name: phase for phase in after.phases}
        for phase in before.phases:
            if phase.name in by_name:
                yield from _of_stretch(f"{phase.name}: ", phase, by_name[phase.name])
    for name, one in before.whole.by_sentence.items():
        if other := after.whole.by_sentence.get(name):
            yield Line(f"{name}: mean ms", one.mean_ms, other.mean_ms)
            yield Line(f"{name}: p99 ms", one.p99_ms, other.p99_ms)
    if before.knee and after.knee:
        yield Line("knee, connections", before.knee.connections, after.knee.connections)
        yield Line("highest TPS", before.knee.highest_tps, after.knee.highest_tps)
    for name in ("goodput_of_peak", "refused_p99_ms", "recovered_s", "drained_s", "interactive_p99_ms"):
        if before.facts.get(name) is not None or after.facts.get(name) is not None:
            yield Line(name, before.facts.get(name), after.facts.get(name))
    yield Line("errors", before.facts.get("errors"), after.facts.get("errors"))


def _of_stretch(prefix: str, before: Stretch, after: Stretch) -> Iterator[Line]:
    yield Line(f"{prefix}TPS", before.tps, after.tps)
    yield Line(f"{prefix}mean ms", before.all.mean_ms, after.all.mean_ms)
    yield Line(f"{prefix}p50 ms", before.all.p50_ms, after.all.p50_ms)
    yield Line(f"{prefix}p99 ms", before.all.p99_ms, after.all.p99_ms)
    for part in ("service", "PostgreSQL"):
        yield Line(f"{prefix}CPU us, {part}", before.cpu_us.get(part), after.cpu_us.get(part))
    yield Line(f"{prefix}cache hit rate", before.cache_hit_rate, after.cache_hit_rate)
    yield Line(f"{prefix}batch, mean", before.batch_mean, after.batch_mean)


def _shown(number: float | None) -> str:
    if number is None:
        return "-"
    return (
        f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}" if abs(number) < 10 else f"{number:.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
