"""Shows a run: a table on the terminal, a JSON file and one page with plots. It judges nothing itself.

Who calls it: `load`, at the end. The files go to `bench/results/`.
"""

import html
import importlib.metadata
import io
import platform
import subprocess
from pathlib import Path
from typing import Final

import msgspec
import psutil
from msgspec import Struct

from bench.ledger import Findings
from bench.measures import Latency, Measures
from bench.slo import Verdict

RESULTS: Final = Path(__file__).parent / "results"
_PACKAGES: Final = ("granian", "litestar", "locust", "msgspec", "psycopg", "redis")


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
    host: str
    users: int
    tps_target: float
    warm_up_s: float
    duration_s: float
    generators: int
    seed: int
    postgresql: str
    machine: Machine


class Report(Struct, frozen=True, kw_only=True):
    setting: Setting
    measures: Measures
    findings: Findings
    verdicts: list[Verdict]

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
    m, f = report.measures, report.findings
    lines = ["", f"{'':36}{'count':>8}{'mean':>9}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}  ms"]
    lines += [_row(name, one) for name, one in m.by_sentence.items()]
    lines += [_row("all", m.all), ""]
    lines += [
        f"TPS {m.tps:.1f} of the mix, + {m.undos_per_s:.1f} undos/s; {m.writes_per_s:.1f} writes/s, "
        f"{m.machine.commits_per_s:.1f} commits/s",
        f"answers {m.mbit_in_per_s:.2f} Mbit/s, requests {m.mbit_out_per_s:.2f} Mbit/s (bodies)",
        f"connections at most {m.connections_max}; "
        f"refusals provoked and checked: {_pairs(m.refusals) or 'none'}",
        "CPU cores: "
        + (", ".join(f"{n} {c:.2f}" for n, c in m.machine.cpu_cores.items() if c >= 0.005) or "not seen"),
        "memory MB: " + (", ".join(f"{n} {s:.0f}" for n, s in _memory(m).items()) or "not seen"),
        f"ledger: {f.acknowledged} acknowledged, {f.refused} refused, {f.in_doubt} in doubt; "
        f"lost {len(f.lost)}, duplicated {len(f.duplicated)}, invented {len(f.invented)}, "
        f"altered {len(f.altered)}",
    ]
    lines += [f"error x {n}: {what}" for what, n in list(m.errors.items())[:20]]
    lines += ["", *(f"{'ok  ' if v.ok else 'FAIL'} {v.claim}: {v.measured}" for v in report.verdicts)]
    return "\n".join(lines)


def _row(name: str, one: Latency) -> str:
    numbers = (one.mean_ms, one.p50_ms, one.p95_ms, one.p99_ms, one.max_ms)
    return f"{name:36}{one.count:>8}" + "".join(f"{n:>9.2f}" for n in numbers)


def _pairs(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.items())


def _memory(measures: Measures) -> dict[str, float]:
    """Return the service's processes one by one; shared memory makes no sense summed up."""
    return {
        name: size
        for name, size in measures.machine.rss_max_mb.items()
        if name.startswith(("service", "cache"))
    }


def write(report: Report) -> Path:
    """Write the JSON file and the page; return the page."""
    RESULTS.mkdir(exist_ok=True)
    name = f"load-{report.setting.at.replace(':', '').replace('+0000', 'Z')}"
    content = msgspec.json.format(msgspec.json.encode(report), indent=1)
    (RESULTS / f"{name}.json").write_bytes(content)
    page = RESULTS / f"{name}.html"
    page.write_text(_page(report), encoding="utf-8")
    return page


def _page(report: Report) -> str:
    setting = msgspec.json.format(msgspec.json.encode(report.setting), indent=1).decode()
    word = "held" if report.ok else "NOT held"
    return (
        "<!doctype html><meta charset='utf-8'><title>Load run</title>"
        "<style>body{font:15px/1.5 sans-serif;max-width:70rem;margin:2rem auto}pre{overflow:auto}</style>"
        f"<h1>Did it hold? {word}</h1>{_plot(report.measures)}"
        f"<pre>{html.escape(table(report))}</pre><h2>Setting</h2><pre>{html.escape(setting)}</pre>"
    )


def _plot(m: Measures) -> str:
    """Return TPS and latency over time as inline SVG."""
    import matplotlib as mpl  # noqa: PLC0415  (a second of imports that only the page needs)

    mpl.use("svg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, (rate, time_ms) = plt.subplots(2, 1, sharex=True, figsize=(11, 6))
    rate.plot(m.tps_each_s)
    rate.set_ylabel("requests/s")
    rate.set_ylim(bottom=0)
    time_ms.plot(m.mean_ms_each_s, label="mean")
    time_ms.plot(m.p99_ms_each_s, label="p99")
    time_ms.set_ylabel("ms")
    time_ms.set_xlabel("s")
    time_ms.set_ylim(bottom=0)
    time_ms.legend()
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", bbox_inches="tight")
    plt.close(figure)
    text = drawn.getvalue()
    return text[text.index("<svg") :]
