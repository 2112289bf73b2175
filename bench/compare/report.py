"""Shows a comparison: tables on the terminal, a JSON file, one page with a plot. It measures nothing.

A ratio is taken within a round, where the machine was the same, and shown as min, median and max over the rounds.
Who calls it: `compare`, at the end. The files go to `bench/results/`.
"""

import html
import io
import statistics
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from bench.compare.measure import Measured, Pace
from bench.report import RESULTS, Machine

CONTENDERS: Final = {
    "a": "(a) the service",
    "b": "(b) the service, coalescing off",
    "c": "(c) pgbench, the same SQL",
    "d": "(d) FastAPI + SQLAlchemy + Uvicorn",
}
TICKS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
BUSY: Final = 0.5  # load on each core before the run from which its figures are not to be quoted
NAME: Final = 36  # width of the first column
# What is asked of the service: so many times the events of another.
TARGETS: Final = {("a", "b"): 2.0, ("a", "c"): 2.5, ("a", "d"): None, ("b", "d"): None}


class Ratio(Struct, frozen=True, kw_only=True):
    """How many times the events of `below` did `above` do; `target` is what is asked of the median."""

    above: str
    below: str
    each: list[float]
    min: float
    median: float
    max: float
    target: float | None


class Setting(Struct, frozen=True, kw_only=True):
    """Under which conditions it was measured. `peer` are the versions of the peer's libraries."""

    at: str
    pace: Pace
    postgresql: dict[str, str]
    peer: dict[str, str]
    machine: Machine


class Report(Struct, frozen=True, kw_only=True):
    setting: Setting
    ratios: list[Ratio]
    measured: list[Measured]

    @property
    def is_sound(self) -> bool:
        """Whether every answer was a success and every ledger agreed."""
        return not any(one.errors or one.faults or not one.acknowledged for one in self.measured)


def report(setting: Setting, measured: list[Measured]) -> Report:
    """Return the report with its ratios."""
    return Report(
        setting=setting,
        ratios=[one for pair, target in TARGETS.items() if (one := ratio(measured, *pair, target))],
        measured=measured,
    )


def ratio(measured: list[Measured], above: str, below: str, target: float | None) -> Ratio | None:
    """Return the ratio of two contenders round by round; None when they have no round in common."""
    rates = {(one.contender, one.round): one.events_per_s for one in measured}
    rounds = sorted({one.round for one in measured})
    pairs = [(rates.get((above, n), 0.0), rates.get((below, n), 0.0)) for n in rounds]
    each = [round(high / low, 3) for high, low in pairs if high and low]
    if not each:
        return None
    return Ratio(
        above=above,
        below=below,
        each=each,
        min=min(each),
        median=statistics.median(each),
        max=max(each),
        target=target,
    )


def table(made: Report) -> str:
    """Return the report as text."""
    heads = ("min", "median", "max", "p50", "p99", "server", "postgres", "conn.")
    lines = [
        "",
        f"{'':{NAME}}{'events a second':>27}{'ms':>18}{'CPU us an event':>18}",
        f"{'':{NAME}}" + "".join(f"{head:>9}" for head in heads),
    ]
    lines += [_row(key, made) for key in _present(made)]
    if made.ratios:
        lines += ["", f"{'':{NAME}}" + "".join(f"{head:>9}" for head in heads[:3])]
    lines += [_ratio_row(one) for one in made.ratios]
    acknowledged, recorded = (sum(getattr(o, n) for o in made.measured) for n in ("acknowledged", "recorded"))
    machine = made.setting.machine
    is_busy = machine.load_before > BUSY * machine.cores
    warning = ": others were at work, do not quote these figures" if is_busy else ""
    lines += ["", f"{machine.cores} cores, load {machine.load_before} before the run{warning}"]
    lines += [f"ledger: {acknowledged:,} events acknowledged, {recorded:,} recorded"]
    for one in made.measured:
        name = f"round {one.round} {CONTENDERS[one.contender]}"
        lines += [f"FAULT {name}: {fault}" for fault in one.faults]
        lines += [f"error x {count} {name}: {what}" for what, count in one.errors.items()]
    return "\n".join(lines)


def _present(made: Report) -> list[str]:
    return [key for key in CONTENDERS if any(one.contender == key for one in made.measured)]


def _row(key: str, made: Report) -> str:
    """Return a contender's line: rates over the rounds, the rest as medians of the rounds."""
    own = [one for one in made.measured if one.contender == key]
    rates = [one.events_per_s for one in own]
    middle = [
        statistics.median(getattr(one, name) for one in own)
        for name in ("p50_ms", "p99_ms", "server_cpu_us", "postgres_cpu_us")
    ]
    figures = [f"{rate:>9,.0f}" for rate in (min(rates), statistics.median(rates), max(rates))]
    figures += [f"{middle[0]:>9.1f}", f"{middle[1]:>9.1f}"]
    figures += [f"{cost:>9.0f}" if cost else f"{'-':>9}" for cost in middle[2:]]
    return f"{CONTENDERS[key]:{NAME}}" + "".join(figures) + f"{max(o.connections_max for o in own):>9}"


def _ratio_row(one: Ratio) -> str:
    name = f"({one.above}) / ({one.below})"
    wanted = ""
    if one.target is not None:
        word = "reached" if one.median >= one.target else "NOT reached"
        wanted = f"   wanted >= {one.target}: {word}"
    return f"{name:{NAME}}{one.min:>9.2f}{one.median:>9.2f}{one.max:>9.2f}{wanted}"


def write(made: Report) -> Path:
    """Write the JSON file and the page; return the page."""
    RESULTS.mkdir(exist_ok=True)
    name = f"compare-{made.setting.at.replace(':', '').replace('+0000', 'Z')}"
    content = msgspec.json.format(msgspec.json.encode(made), indent=1)
    (RESULTS / f"{name}.json").write_bytes(content)
    file = RESULTS / f"{name}.html"
    file.write_text(page(made), encoding="utf-8")
    return file


def page(made: Report) -> str:
    """Return the report as one page that needs nothing else."""
    shown = msgspec.json.format(msgspec.json.encode(made.setting), indent=1).decode()
    word = "" if made.is_sound else "<p><b>Not sound: see the faults and errors below.</b></p>"
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Side by side</title>"
        "<style>body{font:15px/1.5 sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
        "pre{overflow:auto}svg{max-width:100%;height:auto}</style>"
        f"<h1>How many times faster, on the same machine?</h1>{word}{_plot(made)}"
        "<p>Each dot is one turn, each line the median. Starts and completions of units nobody else touches, "
        "durable commits, every contender in turn on a fresh copy of the same data; a ratio is taken within a "
        "round.</p>"
        f"<pre>{html.escape(table(made))}</pre><h2>Setting</h2><pre>{html.escape(shown)}</pre></html>"
    )


def _plot(made: Report) -> str:
    """Return rates and ratios as inline SVG."""
    import matplotlib as mpl  # noqa: PLC0415  (a second of imports that only the page needs)

    mpl.use("svg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, (rates, ratios) = plt.subplots(1, 2, figsize=(13, 4.2))
    keys = _present(made)
    rows = [[one.events_per_s for one in made.measured if one.contender == key] for key in keys]
    _strip(rates, [CONTENDERS[key] for key in keys], rows, "events a second", "{:,.0f}")
    rates.set_xlim(left=0)
    names = [f"({one.above}) / ({one.below})" for one in made.ratios]
    _strip(ratios, names, [one.each for one in made.ratios], "times as many events", "{:.2f}")
    ratios.set_xscale("log")
    ends = [value for one in made.ratios for value in (one.min, one.max)]
    ticks = [tick for tick in TICKS if min(ends, default=1) / 3 < tick < 2 * max(ends, default=1)]
    ratios.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
    ratios.set_xticks([], minor=True)
    for place, one in enumerate(made.ratios):
        if one.target is not None:
            ratios.plot(one.target, place, marker="|", markersize=28, color="tab:red")
            ratios.annotate("wanted", (one.target, place - 0.32), color="tab:red", ha="center", fontsize=8)
    figure.tight_layout()
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", bbox_inches="tight")
    plt.close(figure)
    text = drawn.getvalue()
    return text[text.index("<svg") :]


def _strip(axes: Any, names: list[str], rows: list[list[float]], label: str, form: str) -> None:
    """Draw a row of dots for each name, with a line and a figure at its median."""
    for place, row in enumerate(rows):
        median = statistics.median(row)
        axes.plot(row, [place] * len(row), "o", color="tab:blue", alpha=0.55)
        axes.plot([median, median], [place - 0.22, place + 0.22], color="black", linewidth=2)
        axes.annotate(form.format(median), (median, place + 0.3), ha="center", va="top", fontsize=9)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.margins(x=0.1)
    axes.set_xlabel(label)
    axes.grid(axis="x", alpha=0.3)
