"""CloudWatch's form of a dashboard: charts of PromQL, or graphs of classic metrics where the application writes them into its log.

Sources: CloudWatch User Guide, "Dashboard Body Structure and Syntax". Charts are newer than its tables of properties, so their form is
that of AWS's own sample (aws-observability/observability-best-practices, sandbox/otel-gateway-deployment/dashboard.json).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.design.dashboards.panel import COLUMNS, DashboardDesign, Level, Panel, Threshold, Unit, View

Widget = dict[str, Any]
_ROWS, _ROWS_OF_A_NUMBER = 6, 4
_HEADER_ROWS = 3
_LINES_A_ROW = 1.5
"""Lines of Markdown that a row of the grid shows."""
_A_DAY = "-PT24H"
_COLOURS = {Level.ALARM: "#d13212", Level.GOAL: "#7f7f7f"}
_AXES = {Unit.RATIO: "share, 1 is all"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a dashboard is, and what it leads to.

    `links` are the other dashboards, by title. `runbook` is the address at which people read docs/runbook.md; without one its sections
    are named only. `namespace` is that of classic metrics, None where the application sends OpenTelemetry's.
    """

    region: str
    environment: str
    links: Mapping[str, str]
    runbook: str | None
    namespace: str | None


def body(dashboard: DashboardDesign, place: Place) -> Mapping[str, Any]:
    """The body of a dashboard, as PutDashboard takes it."""
    panels = [panel for panel in dashboard.panels if place.namespace is None or panel.classic]
    widgets: list[Widget] = [_text(_header(dashboard, place), y=0, height=_HEADER_ROWS)]
    y = _HEADER_ROWS
    for row in rows(panels):
        x, height = 0, max(_height(panel) for panel in row)
        for panel in row:
            widgets.append({**_widget(panel, place), "x": x, "y": y, "width": panel.width, "height": height})
            x += panel.width
        y += height
    lines = [_line(panel, place) for panel in panels]
    missing = [panel.title for panel in dashboard.panels if panel not in panels]
    if missing:
        lines.append(f"Not shown, because these metrics have one value of all labels: {', '.join(missing)}.")
    widgets.append(_text("\n".join(["## What the panels say", "", *lines]), y=y, height=2 + round(len(lines) / _LINES_A_ROW)))
    return {"start": _A_DAY, "periodOverride": "inherit", "widgets": widgets}


def rows(panels: list[Panel]) -> Iterator[list[Panel]]:
    """Panels that stand beside each other."""
    row: list[Panel] = []
    for panel in panels:
        if sum(each.width for each in row) + panel.width > COLUMNS:
            yield row
            row = []
        row.append(panel)
    if row:
        yield row


def _height(panel: Panel) -> int:
    return _ROWS_OF_A_NUMBER if panel.view is View.NUMBER else _ROWS


def _text(markdown: str, *, y: int, height: int) -> Widget:
    return {"type": "text", "x": 0, "y": y, "width": COLUMNS, "height": height, "properties": {"markdown": markdown}}


def _header(dashboard: DashboardDesign, place: Place) -> str:
    links = " | ".join(f"[{title}]({address})" for title, address in place.links.items())
    return f"# {dashboard.title}: {place.environment}\n{dashboard.description}.\n\n{links}"


def _line(panel: Panel, place: Place) -> str:
    where = panel.section.replace("-", " ").capitalize()
    leads = f"[{where}]({place.runbook}#{panel.section})" if place.runbook else f"docs/runbook.md, {where}"
    limits = "".join(f" Line: {threshold.words}." for threshold in panel.thresholds)
    return f"- **{panel.title}**: {panel.description}{limits} What to do: {leads}."


def _widget(panel: Panel, place: Place) -> Widget:
    return _graph(panel, place, place.namespace) if place.namespace else _chart(panel, place)


def _chart(panel: Panel, place: Place) -> Widget:
    number = panel.view is View.NUMBER
    lines = {"filled": panel.view is View.AREA, "pattern": "solid", "spline": False, "stacked": panel.view is View.AREA, "width": 2}
    options: dict[str, Any] = {"style": {"numberOptions": {"sparkline": True, "truncate": True}} if number else {"lineOptions": lines}}
    if not number:
        options["legend"] = {"position": "bottom", "show": True}
        options["xAxis"] = {"type": "datetime"}
        options["yAxis"] = [{"type": "linear", "title": _axis(panel.unit)}]
        if panel.thresholds:
            options["annotations"] = {"horizontal": [{"type": "static", **_annotation(each)} for each in panel.thresholds]}
    return {
        "type": "chart",
        "properties": {
            "view": "number" if number else "line",
            "title": f"{panel.title} ({_axis(panel.unit)})" if number else panel.title,
            "region": place.region,
            "data": {"queries": _queries(panel)},
            "plotOptions": options,
        },
    }


def _queries(panel: Panel) -> list[dict[str, Any]]:
    """The queries. One with labels in its legend returns several series, which CloudWatch names by their labels."""
    return [
        {
            "id": f"q{number}",
            "type": "cloudwatch-metrics",
            "language": "PromQL",
            "query": query.promql,
            **({} if "{" in query.legend else {"label": query.legend}),
        }
        for number, query in enumerate(panel.queries, start=1)
    ]


def _graph(panel: Panel, place: Place, namespace: str) -> Widget:
    metrics = [
        [namespace, each.metric, "environment", place.environment, {"stat": each.statistic, "period": each.seconds, "label": each.legend}]
        for each in panel.classic
    ]
    properties: dict[str, Any] = {
        "view": "singleValue" if panel.view is View.NUMBER else "timeSeries",
        "title": panel.title,
        "region": place.region,
        "metrics": metrics,
    }
    if panel.view is not View.NUMBER:
        properties["stacked"] = False
        properties["yAxis"] = {"left": {"label": _axis(panel.unit), "showUnits": False}}
        if panel.thresholds:
            properties["annotations"] = {"horizontal": [_annotation(each) for each in panel.thresholds]}
    return {"type": "metric", "properties": properties}


def _annotation(threshold: Threshold) -> dict[str, Any]:
    return {"label": threshold.words, "value": threshold.value, "color": _COLOURS[threshold.level]}


def _axis(unit: Unit) -> str:
    return _AXES.get(unit, unit.value)
