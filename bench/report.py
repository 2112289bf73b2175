"""A run as it is kept and told: the Structs of the JSON file, and the table on the terminal. It judges nothing.

Who calls it: `load`, at the end; `page` draws it; `compare_reports` reads two of them.
"""

import importlib.metadata
import platform
import subprocess
from pathlib import Path
from typing import Final

import msgspec
import psutil
from msgspec import Struct

from bench.ledger import Findings
from bench.measures import Latency, Stretch
from bench.slo import Facts, Verdict
from bench.timeline import Timeline
from bench.usl import Knee, Law

RESULTS: Final = Path(__file__).parent / "results"
_PACKAGES: Final = ("granian", "litestar", "locust", "msgspec", "psycopg", "redis")
_SIGNS: Final = {"held": "ok  ", "missed": "FAIL", "aim missed": "aim ", "not judged": "-   "}


class Machine(Struct, frozen=True, kw_only=True):
    """What the run was made on and with. `load_before` tells of neighbours: 0 on a quiet machine."""

    system: str
    cores: int
    load_before: float
    memory_gib: float
    packages: dict[str, str]
    commit: str


class Setting(Struct, frozen=True, kw_only=True):
    """Under which conditions the run was made."""

    at: str
    scenario: str
    claim: str
    host: str
    users: int
    tps_target: float
    connections: int
    rate: float
    warm_up_s: float
    seconds: float
    generators: int
    seed: int
    postgresql: str
    machine: Machine


class Report(Struct, frozen=True, kw_only=True):
    setting: Setting
    verdicts: list[Verdict]
    facts: Facts
    whole: Stretch
    phases: list[Stretch]
    errors: dict[str, int]
    refusals: dict[str, int]
    unsent: int
    findings: Findings
    memory_max_mb: dict[str, float]
    memory_trend_per_h: dict[str, float]
    knee: Knee | None
    law: Law | None
    curves: Timeline

    @property
    def ok(self) -> bool:
        return all(verdict.ok for verdict in self.verdicts)


def machine() -> Machine:
    """Return what of the setting belongs to this machine and this checkout."""
    return Machine(
        system=f"{platform.system()} {platform.release()} {platform.machine()}, "
        f"Python {platform.python_version()}",
        cores=psutil.cpu_count() or 0,
        load_before=round(psutil.getloadavg()[0], 2),
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        packages={name: importlib.metadata.version(name) for name in _PACKAGES},
        commit=_commit(),
    )


def _commit() -> str:
    try:
        asked = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def table(report: Report) -> str:
    """Return the summary as text."""
    lines = ["", report.setting.claim, ""]
    lines += [f"{'':36}{'count':>9}{'mean':>9}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}  ms"]
    lines += [_row(name, one) for name, one in report.whole.by_sentence.items()]
    lines += [_row("all", report.whole.all), ""]
    if len(report.phases) > 1:
        lines += [
            f"{'phase':24}{'s':>7}{'TPS':>10}{'answers/s':>11}{'refused/s':>11}"
            f"{'mean ms':>10}{'p99 ms':>10}{'us service':>12}"
        ]
        lines += [_phase(phase) for phase in report.phases]
        lines.append("")
    lines += [*_costs(report), *(f"error x {n}: {what}" for what, n in list(report.errors.items())[:20]), ""]
    lines += [f"{_SIGNS[v.state]} {v.claim}: {v.measured}" for v in report.verdicts]
    return "\n".join(lines)


def _costs(report: Report) -> list[str]:
    whole = report.whole
    cores = {part: used for part, used in whole.cores.items() if used >= 0.005}
    lines = [
        f"TPS {whole.tps:.1f}, + {whole.undos_per_s:.1f} undos/s; {whole.writes_per_s:.1f} writes/s, "
        f"{whole.commits_per_s:.1f} commits/s; refused {whole.refused_per_s:.1f}/s, unsent {report.unsent}",
        f"answers {whole.mbit_in_per_s:.2f} Mbit/s, requests {whole.mbit_out_per_s:.2f} Mbit/s",
        f"connections at most {report.facts['connections_max']:.0f}; cache hit rate "
        f"{_or_not(whole.cache_hit_rate, '{:.3f}')}; batch {_or_not(whole.batch_mean, '{:.1f} events')}",
        *([lanes] if (lanes := lanes_line(report.whole)) else []),
        f"refusals provoked and checked: {pairs(report.refusals, '{}') or 'none'}",
        f"CPU cores: {pairs(cores, '{:.2f}') or 'not seen'}",
        f"CPU us per transaction: {pairs(whole.cpu_us, '{:.0f}') or 'not seen'}",
        f"memory MB: {pairs(report.memory_max_mb, '{:.0f}') or 'not seen'}",
        ledger_line(report.findings),
    ]
    if report.knee is not None:
        k, law = report.knee, report.law
        lines.append(f"knee at {k.connections} connections: {k.tps:.0f}/s, p99 {k.p99_ms:.1f} ms")
        if law is not None:
            lines.append(
                f"law: one {law.one_per_s:.0f}/s, sigma {law.sigma:.4f}, kappa {law.kappa:.2e}, r2 {law.r2:.3f}"
            )
    return lines


def lanes_line(stretch: Stretch) -> str:
    """Return what the lanes did, in words; empty for a service without lanes."""
    if stretch.batch_mean is None:
        return ""
    return (
        f"a batch had {stretch.batch_mean:.1f} events, its oldest waited {stretch.batch_wait_ms or 0:.2f} ms for a "
        f"lane, its commit took {stretch.batch_commit_ms or 0:.2f} ms (means)"
    )


def ledger_line(f: Findings) -> str:
    return (
        f"ledger: {f.acknowledged} acknowledged, {f.refused} refused, {f.in_doubt} in doubt; "
        f"lost {len(f.lost)}, duplicated {len(f.duplicated)}, invented {len(f.invented)}, "
        f"altered {len(f.altered)}, double starts {f.double_starts}"
    )


def _row(name: str, one: Latency) -> str:
    numbers = (one.mean_ms, one.p50_ms, one.p95_ms, one.p99_ms, one.max_ms)
    return f"{name:36}{one.count:>9}" + "".join(f"{n:>9.2f}" for n in numbers)


def _phase(phase: Stretch) -> str:
    us = phase.cpu_us.get("service")
    return (
        f"{phase.name:24}{phase.seconds:>7.1f}{phase.tps:>10.1f}{phase.answers_per_s:>11.1f}{phase.refused_per_s:>11.1f}"
        f"{phase.all.mean_ms:>10.2f}{phase.all.p99_ms:>10.2f}{_or_not(us, '{:.0f}'):>12}"
    )


def _or_not(value: float | None, form: str) -> str:
    return "not seen" if value is None else form.format(value)


def pairs(counts: "dict[str, float] | dict[str, int]", form: str) -> str:
    """Return `counts` in one line, each number in `form`."""
    return ", ".join(f"{name} {form.format(n)}" for name, n in counts.items())


def file_name(report: Report) -> str:
    at = report.setting.at.replace(":", "").replace("+0000", "Z")
    return f"{report.setting.scenario}-{at}"


def write(report: Report, folder: Path = RESULTS) -> Path:
    """Write the JSON file for machines; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file_name(report)}.json"
    path.write_bytes(msgspec.json.encode(report))
    return path


def read(path: Path) -> Report:
    """Return the report in a JSON file of `write`."""
    return msgspec.json.decode(path.read_bytes(), type=Report)
