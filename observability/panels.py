"""How Grafana draws a board: from our data to its JSON, by Grafana's own SDK. No query and no threshold.

Who calls it: `generate`.
"""

from collections.abc import Callable, Mapping
from string import ascii_uppercase
from typing import Any, Final

from grafana_foundation_sdk.builders import bargauge, common, dashboard, prometheus, stat, text, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.text import TextMode

from observability.board import RUNBOOK, Board, Kind, Panel, said

TAG: Final = "neurohub"
SOURCE: Final = model.DataSourceRef(type_val="prometheus", uid="${datasource}")
GRAFANA: Final = model.DataSourceRef(type_val="grafana", uid="-- Grafana --")
_HEIGHT: Final = {Kind.STAT: 4, Kind.LINES: 8, Kind.STACK: 8, Kind.BARS: 8}


def draw(board: Board) -> str:
    """Return the JSON of a board."""
    drawn = frame(board.uid, said(board.title), board.why).time(board.since, "now").refresh(board.refresh)
    number = 0
    for row in board.rows:
        drawn.with_row(dashboard.Row(said(row.title)))
        height = max(_HEIGHT[panel.kind] for panel in row.panels)
        for panel in row.panels:
            number += 1
            drawn.with_panel(_panel(panel).height(height).id(number))
    return encode(drawn)


def frame(uid: str, title: str, why: str) -> dashboard.Dashboard:
    """Return a board without panels: its address, its links to the others, and the marks of deploys and loads."""
    source = dashboard.DatasourceVariable("datasource").type("prometheus").label("Prometheus")
    return (
        dashboard.Dashboard(title)
        .uid(uid)
        .description(why)
        .tags([TAG])
        .readonly()
        .timezone("browser")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .with_variable(source)
        .link(
            _link("Boards · 대시보드").type(model.DashboardLinkType.DASHBOARDS).tags([TAG]).as_dropdown(True)
        )
        .link(_link("Runbook · 대응 절차").type(model.DashboardLinkType.LINK).url(f"/d/{RUNBOOK}"))
        .annotation(_marks("deploy", "Deploys · 배포", "blue"))
        .annotation(_marks("load", "Load runs · 부하 시험", "purple"))
    )


def note(number: int, title: str, markdown: str) -> text.Panel:
    """Return a panel of text, as the runbook has them."""
    return text.Panel().id(number).title(title).mode(TextMode.MARKDOWN).content(markdown).span(24).height(9)


def encode(board: dashboard.Dashboard) -> str:
    """Return the JSON of a built board, in a form that a diff can be read of."""
    return f"{JSONEncoder(sort_keys=True, indent=1, ensure_ascii=False).encode(board.build())}\n"


def _link(title: str) -> dashboard.DashboardLink:
    return dashboard.DashboardLink(title).keep_time(True).icon("external link")


def _marks(tag: str, name: str, color: str) -> dashboard.AnnotationQuery:
    target = dashboard.AnnotationTarget().limit(100).match_any(False).tags([TAG, tag]).type("tags")
    return (
        dashboard.AnnotationQuery()
        .name(name)
        .datasource(GRAFANA)
        .enable(True)
        .icon_color(color)
        .target(target)
    )


def _panel(panel: Panel) -> Any:
    drawn = (
        _DRAWN[panel.kind]()
        .title(said(panel.title))
        .description(panel.why)
        .unit(panel.unit.value)
        .datasource(SOURCE)
        .span(panel.width)
        .min(0)
        .no_value("–")
        .color_scheme(_color(panel))
        .thresholds(_thresholds(panel))
    )
    for letter, target in zip(ascii_uppercase, panel.targets, strict=False):
        query = prometheus.Dataquery().expr(target.expr).legend_format(target.legend).ref_id(letter)
        drawn.with_target(query.instant() if panel.kind is Kind.BARS else query.range())
    if panel.kind in {Kind.LINES, Kind.STACK} and panel.limit is not None:
        dashed = common.GraphThresholdsStyleConfig().mode(looks.GraphThresholdsStyleMode.DASHED)
        drawn.thresholds_style(dashed)
    return drawn


def _stat() -> stat.Panel:
    last = common.ReduceDataOptions().calcs(["lastNotNull"]).values(False)
    return (
        stat.Panel()
        .color_mode(looks.BigValueColorMode.BACKGROUND)
        .graph_mode(looks.BigValueGraphMode.AREA)
        .reduce_options(last)
    )


def _lines() -> timeseries.Panel:
    legend = (
        common.VizLegendOptions()
        .display_mode(looks.LegendDisplayMode.LIST)
        .placement(looks.LegendPlacement.BOTTOM)
        .show_legend(True)
        .calcs([])
    )
    tooltip = common.VizTooltipOptions().mode(looks.TooltipDisplayMode.MULTI).sort(looks.SortOrder.DESCENDING)
    return timeseries.Panel().line_width(1).fill_opacity(8).legend(legend).tooltip(tooltip)


def _stack() -> timeseries.Panel:
    return _lines().fill_opacity(50).stacking(common.StackingConfig().mode(looks.StackingMode.NORMAL))


def _bars() -> bargauge.Panel:
    last = common.ReduceDataOptions().calcs(["lastNotNull"]).values(False)
    return (
        bargauge.Panel()
        .orientation(looks.VizOrientation.HORIZONTAL)
        .display_mode(looks.BarGaugeDisplayMode.BASIC)
        .reduce_options(last)
    )


def _color(panel: Panel) -> dashboard.FieldColor:
    by_limit = panel.kind in {Kind.STAT, Kind.BARS}
    mode = model.FieldColorModeId.THRESHOLDS if by_limit else model.FieldColorModeId.PALETTE_CLASSIC
    return dashboard.FieldColor().mode(mode)


def _thresholds(panel: Panel) -> dashboard.ThresholdsConfig:
    first, then = ("red", "green") if panel.low else ("green", "red")
    if panel.limit is None:
        steps = [model.Threshold(value=None, color="blue" if panel.kind is Kind.STAT else "green")]
    else:
        steps = [model.Threshold(value=None, color=first), model.Threshold(value=panel.limit, color=then)]
    return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps)


_DRAWN: Final[Mapping[Kind, Callable[[], Any]]] = {
    Kind.STAT: _stat,
    Kind.LINES: _lines,
    Kind.STACK: _stack,
    Kind.BARS: _bars,
}
