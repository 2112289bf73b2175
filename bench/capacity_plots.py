"""The plots of a capacity page as inline SVG, in the manner of `plots`. Who calls it: `capacity_page`."""

import io
import re
from collections.abc import Callable
from typing import Final

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
import numpy as np

from bench.capacity_measured import Measured
from bench.capacity_model import Sizing
from bench.capacity_offers import TPS_ASKED
from bench.plots import BLUE, GREEN, GREY, ORANGE, RED, Axes
from bench.report import Report

_STYLE: Final = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#999999",
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "axes.axisbelow": True,
    "legend.frameon": False,
}


def drawn(report: Report, seen: Measured, rows: list[Sizing]) -> list[tuple[str, str]]:
    """Return (question, SVG) pairs."""
    with mpl.rc_context(_STYLE):
        return [
            ("무릎점 Where is the knee?", _figure("knee", lambda axes: _knee(axes, report))),
            ("거래당 CPU What does a transaction cost?", _figure("cost", lambda axes: _cost(axes, seen))),
            (
                "배포별 TPS What does each deployment carry?",
                _figure("carry", lambda axes: _carry(axes, rows)),
            ),
        ]


def _figure(mark: str, draw: Callable[[Axes], None]) -> str:
    figure, axes = plt.subplots(figsize=(7.2, 3.0))
    draw(axes)
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight", pad_inches=0.05)
    plt.close(figure)
    # Ids are counted per figure: on one page they would clash.
    svg = re.sub(r'(id="|href="#|url\(#)', lambda found: found[1] + mark + "-", text.getvalue())
    return svg[svg.index("<svg") :]


def _knee(axes: Axes, report: Report) -> None:
    steps = [(phase.connections, phase.tps, phase.all.mean_ms) for phase in report.phases]
    counts = [n for n, _, _ in steps]
    axes.plot(counts, [tps for _, tps, _ in steps], "o", color=BLUE, label="measured")
    if report.law is not None:
        n = np.geomspace(counts[0], counts[-1], 200)
        axes.plot(n, [report.law.rate(float(one)) for one in n], color=GREY, label="scalability law")
    if report.knee is not None:
        axes.axvline(report.knee.connections, color=RED, linewidth=1, linestyle="--", label="knee")
    times = axes.twinx()
    times.plot(counts, [ms for _, _, ms in steps], "x-", color=ORANGE, linewidth=1)
    times.set_ylabel("mean ms (orange)")
    times.set_ylim(bottom=0)
    times.grid(visible=False)
    axes.set_xscale("log", base=2)
    axes.set_xticks(counts, [str(n) for n in counts])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("connections")
    axes.set_ylabel("transactions per second")
    _legend(axes)


def _cost(axes: Axes, seen: Measured) -> None:
    """Draw what was measured as dots, and the line that is counted with."""
    rates = [point.worker_tps for point in seen.points]
    line = np.linspace(0, rates[-1] * 1.15, 200)
    for work, colour in (("service", BLUE), ("database", ORANGE)):
        axes.plot(
            rates, [point.us[work] for point in seen.points], "o", color=colour, label=f"{work}, measured"
        )
        counted = seen.us(work, line)
        axes.plot(line, counted, color=colour, label=f"counted (× {seen.mix[work]:.2f})")
    axes.set_xlabel("transactions per second of one worker")
    axes.set_ylabel("µs of CPU a transaction")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    _legend(axes)


def _carry(axes: Axes, rows: list[Sizing]) -> None:
    names = [row.offer.name.split()[-1] for row in rows][::-1]
    for place, row in enumerate(rows[::-1]):
        for shift, load, colour in ((0.2, row.peak, BLUE), (-0.2, row.always, GREEN)):
            axes.barh(place + shift, load.tps, height=0.36, color=colour)
            axes.text(load.tps, place + shift, f" {load.tps:,.0f}", va="center", size=9, color=GREY)
    axes.barh(0, 0, color=BLUE, label="at the peak")
    axes.barh(0, 0, color=GREEN, label="day and night")
    axes.axvline(TPS_ASKED, color=RED, linewidth=1, linestyle="--", label=f"asked: {TPS_ASKED:.0f} TPS")
    axes.set_yticks(range(len(names)), names)
    axes.set_xlim(0, max(row.peak.tps for row in rows) * 1.12)
    axes.set_xlabel("transactions per second, extrapolated")
    axes.grid(visible=False, axis="y")
    _legend(axes)


def _legend(axes: Axes) -> None:
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.01, 1.03), ncols=4, borderpad=0, columnspacing=1.2, fontsize=9
    )
