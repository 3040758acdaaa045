"""Grafana's form of the dashboards, by Grafana's own builders (grafana-foundation-sdk)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grafana_foundation_sdk.builders import cloudwatch, common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import cloudwatch as cloudwatch_model
from grafana_foundation_sdk.models import common as common_model
from grafana_foundation_sdk.models import dashboard as model

from tradingbot_infra.design.dashboards.operations import AwsMetric, OperationsDesign
from tradingbot_infra.design.dashboards.panel import COLUMNS, DashboardDesign, Level, Panel, Threshold, Unit, View

Document = dict[str, Any]

ENVIRONMENT = "$environment"
"""Stands for the environment in queries: the dashboard's variable of this name."""
PROMETHEUS_PLUGIN = "grafana-amazonprometheus-datasource"
CLOUDWATCH_PLUGIN = "cloudwatch"
LONGEST_UID = 40
"""Characters of a uid (Grafana, "Dashboard HTTP API")."""

_TAG = "tradingbot"
_ROWS, _ROWS_OF_A_NUMBER = 8, 5
_UNITS = {
    Unit.USD: "currencyUSD",
    Unit.RATIO: "percentunit",
    Unit.PERCENT: "percent",
    Unit.SECONDS: "s",
    Unit.COUNT: "short",
    Unit.BYTES: "bytes",
}
"""Grafana's names of units (grafana-data, valueFormats/categories.ts)."""
_GOOD, _COLOURS = "green", {Level.ALARM: "red", Level.GOAL: "orange"}
_OF_INTERVALS = ("auto", "auto_count", "auto_min")
"""What the builder adds to every variable, and Grafana's types know for those of intervals only."""
_PERIOD_SECONDS = 300
"""Of AWS's metrics: that of their alarms."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Which Grafana is rendered for. `environments` are those that its variable offers, the first is chosen; uids are data sources'."""

    project: str
    environments: Sequence[str]
    region: str
    runbook: str
    prometheus_uid: str
    cloudwatch_uid: str


def render(design: DashboardDesign, target: Target) -> Document:
    """A dashboard on the application's own metrics. Its queries have ENVIRONMENT in the place of an environment."""
    source = common_model.DataSourceRef(type_val=PROMETHEUS_PLUGIN, uid=target.prometheus_uid)
    built = _dashboard(design.name, design.title, design.description, target)
    for number, (panel, place) in enumerate(_placed(design.panels, _height), start=1):
        built.with_panel(_panel(panel, source, target).id(number).grid_pos(place))
    return _document(built)


def render_operations(design: OperationsDesign, target: Target) -> Document:
    """The dashboard on metrics that AWS sends."""
    source = common_model.DataSourceRef(type_val=CLOUDWATCH_PLUGIN, uid=target.cloudwatch_uid)
    built = _dashboard(design.name, design.title, design.description, target)
    balancers = f"dimension_values({target.region}, AWS/ApplicationELB, RequestCount, LoadBalancer)"
    built.with_variable(
        dashboard.QueryVariable("load_balancer")
        .label("Load balancer")
        .description("AWS chooses its name: the output LoadBalancerAddress begins with the part after app/")
        .datasource(source)
        .query(balancers)
        .refresh(model.VariableRefresh.ON_DASHBOARD_LOAD)
    )
    for number, (panel, place) in enumerate(_placed(design.panels, lambda _: _ROWS), start=1):
        graph = _lines(panel.title, panel.description, panel.unit, panel.thresholds, panel.section, target).datasource(source)
        for metric, letter in zip(panel.metrics, _letters(), strict=False):
            graph.with_target(_aws_query(metric, letter, source, target.region))
        built.with_panel(graph.id(number).grid_pos(place))
    return _document(built)


def uid(project: str, name: str) -> str:
    """The uid of a dashboard, by which a push finds it again."""
    return f"{project}-{name}"[:LONGEST_UID]


def _dashboard(name: str, title: str, description: str, target: Target) -> dashboard.Dashboard:
    first = target.environments[0]
    return (
        dashboard.Dashboard(f"{title} ({target.project})")
        .uid(uid(target.project, name))
        .description(f"{description}. Made from code: change tradingbot_infra/design/dashboards, not this.")
        .tags([_TAG, target.project])
        .refresh("1m")
        .time("now-24h", "now")
        .timezone("browser")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .link(_link("Runbook", target.runbook))
        .link(
            dashboard.DashboardLink("Dashboards").type(model.DashboardLinkType.DASHBOARDS).tags([_TAG]).keep_time(True).include_vars(True)
        )
        .with_variable(
            dashboard.CustomVariable("environment")
            .allow_custom_value(False)
            .label("Environment")
            .description("Which environment's series are shown")
            .values(",".join(target.environments))
            .current(model.VariableOption(selected=True, text=first, value=first))
        )
    )


def _panel(panel: Panel, source: common_model.DataSourceRef, target: Target) -> timeseries.Panel | stat.Panel:
    drawn: timeseries.Panel | stat.Panel
    if panel.view is View.NUMBER:
        drawn = _number(panel, target)
    else:
        drawn = _lines(panel.title, panel.description, panel.unit, panel.thresholds, panel.section, target)
        if panel.view is View.AREA:
            drawn.stacking(common.StackingConfig().mode(common_model.StackingMode.NORMAL)).fill_opacity(40)
    if panel.decimals is not None:
        drawn.decimals(panel.decimals)
    for query, letter in zip(panel.queries, _letters(), strict=False):
        asked = prometheus.Dataquery().datasource(source).expr(query.promql).legend_format(_legend(query.legend)).ref_id(letter)
        drawn.with_target(asked.instant() if panel.view is View.NUMBER else asked.range())
    return drawn.datasource(source)


def _number(panel: Panel, target: Target) -> stat.Panel:
    return (
        stat.Panel()
        .title(panel.title)
        .description(panel.description)
        .unit(_UNITS[panel.unit])
        .thresholds(_thresholds(panel.thresholds))
        .color_mode(common_model.BigValueColorMode.VALUE)
        .graph_mode(common_model.BigValueGraphMode.NONE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .links([_link("What to do", f"{target.runbook}#{panel.section}")])
    )


def _lines(title: str, description: str, unit: Unit, thresholds: Sequence[Threshold], section: str, target: Target) -> timeseries.Panel:
    shown = common_model.GraphThresholdsStyleMode.DASHED if thresholds else common_model.GraphThresholdsStyleMode.OFF
    return (
        timeseries.Panel()
        .title(title)
        .description(description)
        .unit(_UNITS[unit])
        .thresholds(_thresholds(thresholds))
        .thresholds_style(common.GraphThresholdsStyleConfig().mode(shown))
        .line_width(2)
        .fill_opacity(0)
        .show_points(common_model.VisibilityMode.NEVER)
        .legend(
            common.VizLegendOptions()
            .show_legend(True)
            .display_mode(common_model.LegendDisplayMode.LIST)
            .placement(common_model.LegendPlacement.BOTTOM)
            .calcs([])
        )
        .tooltip(common.VizTooltipOptions().mode(common_model.TooltipDisplayMode.MULTI).sort(common_model.SortOrder.DESCENDING))
        .links([_link("What to do", f"{target.runbook}#{section}")])
    )


def _thresholds(thresholds: Sequence[Threshold]) -> Builder[model.ThresholdsConfig]:
    """Grafana colours what is at a step or above it, so below one of which low values are bad the bad colour comes first."""
    low = next((each for each in thresholds if not each.above), None)
    steps = [model.Threshold(value=None, color=_COLOURS[low.level] if low else _GOOD)]
    if low:
        steps.append(model.Threshold(value=low.value, color=_GOOD))
    for each in sorted((each for each in thresholds if each.above), key=lambda each: each.value):
        # "More than one trader" begins above the value at which "no trader" ends.
        value = each.value + 1 if low and each.value == low.value else each.value
        steps.append(model.Threshold(value=value, color=_COLOURS[each.level]))
    return dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps)


def _aws_query(metric: AwsMetric, letter: str, source: common_model.DataSourceRef, region: str) -> Builder[Any]:
    return (
        cloudwatch.MetricsQuery()
        .datasource(source)
        .query_mode(cloudwatch_model.QueryMode.METRICS)
        .metric_query_type(cloudwatch_model.MetricQueryType.SEARCH)
        .metric_editor_mode(cloudwatch_model.MetricEditorMode.BUILDER)
        .id("")
        .expression("")
        .label(metric.legend)
        .ref_id(letter)
        .region(region)
        .namespace(metric.namespace)
        .metric_name(metric.name)
        .dimensions({name: [value] for name, value in metric.dimensions.items()})
        .match_exact(True)
        .period(str(_PERIOD_SECONDS))
        .statistic(metric.statistic)
    )


def _link(title: str, address: str) -> dashboard.DashboardLink:
    return dashboard.DashboardLink(title).type(model.DashboardLinkType.LINK).url(address).target_blank(True)


def _legend(legend: str) -> str:
    """Grafana writes a label as `{{exchange}}`."""
    return legend.replace("{", "{{").replace("}", "}}")


def _letters() -> Iterator[str]:
    return iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _height(panel: Panel) -> int:
    return _ROWS_OF_A_NUMBER if panel.view is View.NUMBER else _ROWS


def _placed(panels: Sequence[Any], height: Any) -> Iterator[tuple[Any, model.GridPos]]:
    """Panels from left to right, in rows as high as their highest panel."""
    x = y = row = 0
    for panel in panels:
        if x + panel.width > COLUMNS:
            x, y, row = 0, y + row, 0
        row = max(row, height(panel))
        yield panel, model.GridPos(x=x, y=y, w=panel.width, h=row)
        x += panel.width


def _document(built: dashboard.Dashboard) -> Document:
    document: Document = json.loads(JSONEncoder(sort_keys=True).encode(built.build()))
    for variable in document["templating"]["list"]:
        for name in _OF_INTERVALS:
            variable.pop(name, None)
    return document
