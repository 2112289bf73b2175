"""Pictures of the boards for the documents, drawn from what a real Prometheus holds. Grafana draws them itself.

python -m observability.pictures --prometheus http://127.0.0.1:9090 [--minutes 5]
"""

import json
import math
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Final

import click
import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from observability import boards
from observability.board import Board, Kind, Panel, Unit
from observability.generate import HERE

PICTURES: Final = HERE / "pictures"
COLUMNS: Final = 24
GOOD: Final = "#2f7d4f"
BAD: Final = "#b3382c"
PLAIN: Final = "#2b6cb0"
NOTHING: Final = "#8a8a8a"
STEP_S: Final = 5
SERIES_SHOWN: Final = 8  # the processes
mpl.rcParams.update({"font.size": 7, "axes.spines.top": False, "axes.spines.right": False})


@click.command()
@click.option("--prometheus", default="http://127.0.0.1:9090", help="Where the data are.")
@click.option("--minutes", default=5.0, help="How far back.")
@click.option("--window", default="20s", help="What stands for Grafana's rate interval.")
def main(prometheus: str, minutes: float, window: str) -> None:
    """Draw every board into pictures/."""
    PICTURES.mkdir(exist_ok=True)
    for board in boards.ALL:
        path = PICTURES / f"{board.uid.removeprefix('neurohub-')}.png"
        draw(
            board, lambda expr: ask(prometheus, expr.replace("$__rate_interval", window), minutes * 60), path
        )
        print(path.relative_to(HERE))


def ask(prometheus: str, expr: str, seconds: float) -> list[dict[str, Any]]:
    """Return the series of an expression over the last `seconds`."""
    now = time.time()
    said = urllib.parse.urlencode({"query": expr, "start": now - seconds, "end": now, "step": STEP_S})
    with urllib.request.urlopen(f"{prometheus}/api/v1/query_range", said.encode(), timeout=10) as answer:  # noqa: S310
        found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
    return found


def draw(board: Board, data: Any, path: Path) -> None:
    """Draw one board: its rows as they stand, each panel from its own expressions."""
    lines = [line for row in board.rows for line in _lines(row.panels)]
    heights = [1.0 if all(panel.kind is Kind.STAT for panel in line) else 2.6 for line in lines]
    figure: Figure = plt.figure(figsize=(14, 1.15 * sum(heights)), layout="constrained")
    grid = figure.add_gridspec(len(lines), COLUMNS, height_ratios=heights)
    for number, line in enumerate(lines):
        at = 0
        for panel in line:
            axes = figure.add_subplot(grid[number, at : at + panel.width])
            axes.set_title(panel.title[0], loc="left", fontweight="bold")
            _DRAW[panel.kind](axes, panel, data)
            at += panel.width
    figure.suptitle(board.title[0], x=0.01, ha="left", fontsize=12, fontweight="bold")
    figure.savefig(path, dpi=80, metadata={"Software": None})
    plt.close(figure)


def _lines(panels: tuple[Panel, ...]) -> list[list[Panel]]:
    """Return panels by the lines they stand in, each as wide as the board."""
    lines: list[list[Panel]] = [[]]
    for panel in panels:
        if sum(one.width for one in lines[-1]) + panel.width > COLUMNS:
            lines.append([])
        lines[-1].append(panel)
    return lines


def _stat(axes: Axes, panel: Panel, data: Any) -> None:
    found = data(panel.targets[0].expr)
    value = float(found[0]["values"][-1][1]) if found else float("nan")
    color = PLAIN if panel.limit is None else BAD if _is_bad(panel, value) else GOOD
    if math.isnan(value):
        color = NOTHING
    axes.set_facecolor(color)
    axes.text(0.5, 0.45, _said(value, panel.unit), color="white", ha="center", va="center", fontsize=15)
    axes.set_xticks([])
    axes.set_yticks([])


def _is_bad(panel: Panel, value: float) -> bool:
    return panel.limit is not None and (value < panel.limit if panel.low else value >= panel.limit)


def _series(panel: Panel, data: Any) -> list[tuple[str, list[float], list[float]]]:
    """Return each series of a panel: its legend, minutes before now, values; the largest first."""
    found = []
    for target in panel.targets:
        for one in data(target.expr):
            name = target.legend
            for label, value in one["metric"].items():
                name = name.replace(f"{{{{{label}}}}}", value)
            times, values = zip(*((float(at), float(value)) for at, value in one["values"]), strict=True)
            found.append((name, [(at - time.time()) / 60 for at in times], list(values)))
    return sorted(found, key=lambda one: -one[2][-1])[:SERIES_SHOWN]


def _over_time(axes: Axes, panel: Panel, data: Any) -> None:
    series = _series(panel, data)
    if panel.kind is Kind.STACK and len({len(minutes) for _, minutes, _ in series}) == 1:
        names, times, heights = zip(*series, strict=True)
        axes.stackplot(times[0], *heights, labels=names, alpha=0.6)
    else:
        for name, at, values in series:
            axes.plot(at, values, label=name, linewidth=1.2)
    if panel.limit is not None and axes.get_ylim()[1] > panel.limit / 3:
        axes.axhline(panel.limit, color=BAD, linestyle="--", linewidth=0.8)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda value, _: _said(value, panel.unit))
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(lambda value, _: f"{-value:.3g} min ago" if value < 0 else "now")
    axes.tick_params(length=2, labelcolor="#555555")
    axes.grid(visible=True, axis="y", linewidth=0.3)
    axes.legend(
        fontsize=6, frameon=False, loc="upper left", bbox_to_anchor=(-0.02, -0.13), ncols=_columns(series)
    )


def _columns(series: list[tuple[str, list[float], list[float]]]) -> int:
    """Return how many names stand beside each other below a panel."""
    longest = max((len(name) for name, _, _ in series), default=1)
    return max(1, min(4, 75 // (longest + 4)))


def _bars(axes: Axes, panel: Panel, data: Any) -> None:
    named = [(name, values[-1]) for name, _, values in reversed(_series(panel, data))]
    colors = [BAD if _is_bad(panel, value) else GOOD for _, value in named]
    axes.barh(range(len(named)), [value for _, value in named], color=colors, alpha=0.6)
    for at, (name, _) in enumerate(named):
        axes.annotate(name, (0, at), xytext=(3, 0), textcoords="offset points", va="center").set_in_layout(
            False
        )
    axes.set_yticks([])
    axes.xaxis.set_major_formatter(lambda value, _: _said(value, panel.unit))


def _said(value: float, unit: Unit) -> str:
    """Return a number as a person reads it."""
    if math.isnan(value):
        return "–"
    if unit is Unit.SHARE:
        return f"{value * 100:.3g} %"
    if unit is Unit.SECONDS:
        return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g} {letter}"
    return f"{value:.3g}"


_DRAW: Final = {Kind.STAT: _stat, Kind.LINES: _over_time, Kind.STACK: _over_time, Kind.BARS: _bars}

if __name__ == "__main__":
    main()
