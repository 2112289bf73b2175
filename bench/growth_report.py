"""Judges and shows what `growth` measured: a table on the terminal, a JSON file, a page with a plot. Measures nothing.

The limit is here and nowhere else.
"""

import html
import io
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct

from bench.grow import Grown
from bench.report import RESULTS, Machine

RATIO_MAX: Final = 1.2
RESAMPLED: Final = 500
NAME: Final = 28


class Endpoint(Struct, frozen=True, kw_only=True):
    """p50 and p95 in ms with the small and the large past; `low` to `high` holds the ratio of p50s 95 times of 100."""

    name: str
    count: int
    p50_ms: tuple[float, float]
    p95_ms: tuple[float, float]
    ratio: float
    low: float
    high: float

    @property
    def held(self) -> bool:
        return self.ratio <= RATIO_MAX


class Report(Struct, frozen=True, kw_only=True):
    at: str
    machine: Machine
    sizes: list[Grown]
    endpoints: list[Endpoint]
    ratio_max: float = RATIO_MAX

    @property
    def held(self) -> bool:
        return bool(self.endpoints) and all(one.held for one in self.endpoints)


def report(at: str, machine: Machine, sizes: list[Grown], taken: dict[str, list[list[float]]]) -> Report:
    """Return the numbers of seconds taken: for each endpoint those of the small, then those of the large."""
    endpoints = [endpoint(name, small, large) for name, (small, large) in taken.items()]
    return Report(at=at, machine=machine, sizes=sizes, endpoints=endpoints)


def endpoint(name: str, small: list[float], large: list[float]) -> Endpoint:
    """Return the figures of one endpoint; the range of its ratio is bootstrapped."""
    both = [np.asarray(side) * 1000 for side in (small, large)]
    p50, p95 = ([float(np.percentile(side, q)) for side in both] for q in (50, 95))
    dice = np.random.default_rng(1)
    again = [np.median(dice.choice(side, (RESAMPLED, len(side))), axis=1) for side in both]
    low, high = np.percentile(again[1] / again[0], (2.5, 97.5))
    return Endpoint(
        name=name,
        count=min(len(small), len(large)),
        p50_ms=(p50[0], p50[1]),
        p95_ms=(p95[0], p95[1]),
        ratio=p50[1] / p50[0],
        low=float(low),
        high=float(high),
    )


def table(made: Report) -> str:
    """Return the report as text."""
    small, large = (f"{size.steps:,}" for size in made.sizes)
    head = f"{'p50 in ms, steps in the past:':{NAME}}{'count':>7}{small:>12}{large:>12}{'ratio':>8}   95 %"
    lines = ["", head]
    for one in made.endpoints:
        word = "" if one.held else f"   MORE than {RATIO_MAX}"
        figures = f"{one.count:>7}{one.p50_ms[0]:>12.3f}{one.p50_ms[1]:>12.3f}{one.ratio:>8.2f}"
        lines += [f"{one.name:{NAME}}{figures}   {one.low:.2f}..{one.high:.2f}{word}"]
    machine, grown = made.machine, made.sizes[1]
    lines += ["", f"{machine.cores} cores, load {machine.load_before} before the run, {machine.commit}"]
    lines += [f"grown at {grown.steps / grown.seconds:,.0f} steps/s ({grown.seconds:.0f} s)"]
    lines += [f"every p50 within {RATIO_MAX} x: {'held' if made.held else 'NOT held'}"]
    return "\n".join(lines)


def write(made: Report) -> Path:
    """Write the JSON file and the page; return the page."""
    RESULTS.mkdir(exist_ok=True)
    name = f"growth-{made.at.replace(':', '').replace('+0000', 'Z')}"
    (RESULTS / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1))
    file = RESULTS / f"{name}.html"
    file.write_text(page(made), encoding="utf-8")
    return file


def page(made: Report) -> str:
    """Return the report as one page that needs nothing else."""
    shown = msgspec.json.format(msgspec.json.encode(made.machine), indent=1).decode()
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Growth</title>"
        "<style>body{font:15px/1.5 sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
        "pre{overflow:auto}svg{max-width:100%;height:auto}</style>"
        f"<h1>Does an answer take longer when the tables are large?</h1>{_plot(made)}"
        "<p>Two services side by side, asked the same in turns, one request at a time. The dot is the ratio of the "
        "medians, the bar its 95 % range by bootstrap.</p>"
        f"<pre>{html.escape(table(made))}</pre><h2>Setting</h2><pre>{html.escape(shown)}</pre></html>"
    )


def _plot(made: Report) -> str:
    """Return the ratios as inline SVG."""
    import matplotlib as mpl  # noqa: PLC0415  (a second of imports that only the page needs)

    mpl.use("svg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(9, 0.32 * len(made.endpoints) + 1.2))
    for place, one in enumerate(made.endpoints):
        colour = "tab:blue" if one.held else "tab:red"
        axes.plot([one.low, one.high], [place, place], color=colour, alpha=0.5, linewidth=4)
        axes.plot(one.ratio, place, "o", color=colour)
    axes.axvline(1.0, color="#999999", linewidth=1)
    axes.axvline(made.ratio_max, color="tab:red", linewidth=1, linestyle="--")
    axes.set_yticks(range(len(made.endpoints)), [one.name for one in made.endpoints])
    axes.invert_yaxis()
    axes.set_xlabel(f"p50 with {made.sizes[1].steps:,} steps / p50 with {made.sizes[0].steps:,}")
    axes.grid(axis="x", alpha=0.3)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", bbox_inches="tight")
    plt.close(figure)
    text = drawn.getvalue()
    return text[text.index("<svg") :]
