"""The plots of a report as inline SVG: one figure a question, drawn from the run's curves. Who calls it: `page`.

Text stays text (`svg.fonttype: none`), so that a page is small and can be searched.
"""

import io
import re
from collections.abc import Callable
from typing import Any, Final

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from bench.facts import steps_of
from bench.report import Report
from bench.timeline import Series

BUDGET_MBIT: Final = 10
# Okabe and Ito's colours: told apart by everybody, on paper too.
BLUE, ORANGE, GREEN, RED, GREY, SKY, PURPLE = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#d55e00",
    "#6b6b6b",
    "#56b4e9",
    "#cc79a7",
)
COLOURS: Final = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED, GREY)
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
    "lines.linewidth": 1.6,
    "legend.frameon": False,
}
Axes = Any


def plots(report: Report) -> list[tuple[str, str]]:
    """Return (question, SVG) pairs; what was not seen has no plot."""
    drawn: list[tuple[str, Callable[[Axes, Report], bool]]] = [
        ("How many transactions a second?", _rate),
        ("How long did an answer take?", _latency),
        ("How were the answers' times spread?", _spread),
        ("Where is the knee?", _knee),
        ("How many users and connections?", _heads),
        ("Who used the CPU?", _cores),
        ("Does memory stay flat?", _memory),
        ("How much goes over the wire?", _bandwidth),
        ("How large are the batches, and what waits?", _batches),
        ("Does the cache answer?", _cache),
    ]
    with mpl.rc_context(_STYLE):
        return [(question, svg) for question, draw in drawn if (svg := _figure(draw, report))]


def _figure(draw: Callable[[Axes, Report], bool], report: Report) -> str:
    figure, axes = plt.subplots(figsize=(7.2, 3.0))
    try:
        if not draw(axes, report):
            return ""
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", bbox_inches="tight", pad_inches=0.05)
    finally:
        plt.close(figure)
    text = drawn.getvalue()
    # Ids are counted per figure: on one page they would clash.
    mark = f"{draw.__name__.strip('_')}-"
    text = re.sub(r'(id="|href="#|url\(#)', lambda found: found[1] + mark, text)
    return text[text.index("<svg") :]


def _over_time(axes: Axes, report: Report) -> None:
    """Name the judged phases along the top and grey what is not judged."""
    axes.set_xlabel("seconds since the first phase began")
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    begin, end = report.whole.begin_s, report.whole.begin_s + report.whole.seconds
    axes.set_xlim(0, end)
    axes.axvspan(0, begin, color="#f2f2f2", zorder=0)
    if begin > 0.08 * end:
        axes.text(
            begin / 2, 1.01, "warm-up", transform=axes.get_xaxis_transform(), ha="center", color=GREY, size=8
        )
    for phase in report.phases:
        if len(report.phases) > 1:
            axes.axvline(phase.begin_s, color="#bbbbbb", linewidth=0.8, linestyle=":")
        if phase.seconds > 0.08 * end:
            middle = phase.begin_s + phase.seconds / 2
            name = phase.name.removesuffix(" connections")
            axes.text(
                middle, 1.01, name, transform=axes.get_xaxis_transform(), ha="center", color=GREY, size=8
            )


def _legend(axes: Axes) -> None:
    """Name the curves above the plot, where they hide none of them."""
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.01, 1.05), ncols=4, borderpad=0, columnspacing=1.2, fontsize=9
    )


def _per_second(axes: Axes, values: list[float], colour: str, label: str) -> None:
    axes.plot([n + 0.5 for n in range(len(values))], values, color=colour, label=label)


def _line(axes: Axes, series: Series, colour: str, label: str) -> None:
    axes.plot(series.at, series.value, color=colour, label=label)


def _rate(axes: Axes, report: Report) -> bool:
    curves = report.curves
    _per_second(axes, curves.tps, BLUE, "transactions")
    if any(curves.refused):
        _per_second(axes, curves.refused, ORANGE, "refused (503)")
    if any(curves.failed):
        _per_second(axes, curves.failed, RED, "failed")
    _over_time(axes, report)
    if report.setting.tps_target and len(report.phases) == 1:
        axes.axhline(report.setting.tps_target, color=GREY, linewidth=1, linestyle="--", label="target")
    axes.set_ylabel("per second")
    _legend(axes)
    return True


def _latency(axes: Axes, report: Report) -> bool:
    curves = report.curves
    highest = max(curves.p99_ms, default=0)
    for values, colour, label in (
        (curves.p99_ms, RED, "p99"),
        (curves.p95_ms, ORANGE, "p95"),
        (curves.mean_ms, GREY, "mean"),
        (curves.p50_ms, BLUE, "p50"),
    ):
        _per_second(axes, values, colour, label)
    _over_time(axes, report)
    lowest = min((ms for ms in curves.p50_ms if ms > 0), default=0)
    if lowest and highest > 50 * lowest:
        axes.set_yscale("log")
        axes.set_ylim(bottom=max(0.1, lowest / 2))
    axes.set_ylabel("ms")
    _legend(axes)
    return True


def _spread(axes: Axes, report: Report) -> bool:
    """One bar a sentence from p50 to p99, with p95 and the most marked: on a scale of tens."""
    rows = [*report.whole.by_sentence.items(), ("all", report.whole.all)][::-1]
    for place, (_, one) in enumerate(rows):
        axes.plot(
            [one.p50_ms, one.p99_ms],
            [place, place],
            color=BLUE,
            linewidth=5,
            solid_capstyle="butt",
            alpha=0.35,
        )
        axes.plot(one.p50_ms, place, "|", color=BLUE, markersize=12, markeredgewidth=2)
        axes.plot(one.p95_ms, place, "|", color=ORANGE, markersize=12, markeredgewidth=2)
        axes.plot(one.p99_ms, place, "|", color=RED, markersize=12, markeredgewidth=2)
        axes.plot(one.max_ms, place, ".", color=GREY, markersize=4)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda ms, _: f"{ms:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("ms: p50 (blue), p95 (orange), p99 (red), most (dot)")
    axes.grid(visible=False, axis="y")
    axes.figure.set_figheight(0.9 + 0.27 * len(rows))
    return True


def _knee(axes: Axes, report: Report) -> bool:
    steps = steps_of(report.phases)
    if report.knee is None:
        return False
    axes.plot([n for n, _, _ in steps], [rate for _, rate, _ in steps], "o", color=BLUE, label="measured")
    if report.law is not None:
        n = np.geomspace(1, steps[-1][0], 200)
        axes.plot(n, [report.law.rate(float(one)) for one in n], color=GREY, label="scalability law, fitted")
    axes.axvline(report.knee.connections, color=RED, linewidth=1, linestyle="--", label="knee")
    times = axes.twinx()
    times.plot([n for n, _, _ in steps], [p99 for _, _, p99 in steps], "x-", color=ORANGE, linewidth=1)
    times.set_ylabel("p99 ms (orange)")
    times.set_ylim(bottom=0)
    times.grid(visible=False)
    axes.set_xscale("log", base=2)
    axes.set_xticks([n for n, _, _ in steps], [str(n) for n, _, _ in steps])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("connections")
    axes.set_ylabel("transactions per second")
    _legend(axes)
    return True


def _heads(axes: Axes, report: Report) -> bool:
    what = "users" if report.setting.users else "connections of the driver"
    axes.step(report.curves.users.at, report.curves.users.value, color=BLUE, label=what, where="post")
    _line(axes, report.curves.connections, ORANGE, "connections to the database")
    _over_time(axes, report)
    axes.axhline(50, color=ORANGE, linewidth=1, linestyle="--", label="most allowed: 50")
    axes.set_ylabel("number")
    _legend(axes)
    return True


def _cores(axes: Axes, report: Report) -> bool:
    for (part, series), colour in zip(report.curves.cores.items(), COLOURS, strict=False):
        if max(series.value, default=0) > 0.02:
            _line(axes, series, colour, part)
    _over_time(axes, report)
    axes.set_ylabel(f"cores (of {report.setting.machine.cores})")
    _legend(axes)
    return any(series.value for series in report.curves.cores.values())


def _memory(axes: Axes, report: Report) -> bool:
    for (name, series), colour in zip(report.curves.memory_mb.items(), COLOURS, strict=False):
        _line(axes, series, colour, name)
    _over_time(axes, report)
    axes.set_ylabel("MB")
    _legend(axes)
    return bool(report.curves.memory_mb)


def _bandwidth(axes: Axes, report: Report) -> bool:
    curves = report.curves
    both = [back + forth for back, forth in zip(curves.mbit_in, curves.mbit_out, strict=True)]
    _per_second(axes, both, BLUE, "both ways")
    _per_second(axes, curves.mbit_out, ORANGE, "requests")
    _over_time(axes, report)
    axes.axhline(BUDGET_MBIT, color=RED, linewidth=1, linestyle="--", label="the customer's 10 Mbit/s")
    axes.set_ylabel("Mbit/s")
    _legend(axes)
    return True


def _batches(axes: Axes, report: Report) -> bool:
    curves = report.curves
    if not curves.batch_size.value and not any(curves.queued.value):
        return False
    if curves.batch_size.value:
        _line(axes, curves.batch_size, BLUE, "events in a batch, mean")
    if curves.queued.value:
        _line(axes, curves.queued, ORANGE, "waiting in the service")
    _over_time(axes, report)
    axes.set_ylabel("number")
    _legend(axes)
    return True


def _cache(axes: Axes, report: Report) -> bool:
    if not report.curves.cache_hit_rate.value:
        return False
    series = report.curves.cache_hit_rate
    _line(axes, Series(series.at, [100 * one for one in series.value]), BLUE, "hits")
    _over_time(axes, report)
    axes.axhline(80, color=GREY, linewidth=1, linestyle="--", label="80 %")
    axes.set_ylim(0, 105)
    axes.set_ylabel("% of reads answered by the cache")
    _legend(axes)
    return True
