"""`python -m scripts.dashboard_pictures`: draws every dashboard into docs/images."""

import math
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.dashboard_pictures.drawing import Drawn, Line, draw
from scripts.dashboard_pictures.lively import END, busy, lively_days, walk
from scripts.dashboard_pictures.recording import at
from tradingbot_infra.commands.dashboards.documents import operations_limits
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.dashboards.boards import trading_dashboards
from tradingbot_infra.design.dashboards.operations import AwsPanel, operations
from tradingbot_infra.design.dashboards.panel import Panel, Query, View
from tradingbot_infra.local_cloud.prometheus.server import PrometheusServer, running

IMAGES = Path(__file__).parents[2] / "docs" / "images"
_DAY, _STEP = 86_400, 300
_ASKED = "Made-up days. Every panel is the answer of its own query on a Prometheus; drawn for these pages, not by Grafana."
_MADE_UP = "Made-up days: AWS sends these metrics itself. Drawn for these pages, not by Grafana."


def main() -> None:
    """Draws all, or those that are named."""
    IMAGES.mkdir(exist_ok=True)
    config = load_config("production")
    with running() as prometheus:
        prometheus.write(lively_days())
        for design in trading_dashboards("production", config.trading.limits, config.service_levels.slo_availability_percent):
            panels = [drawn(panel, prometheus) for panel in design.panels]
            draw(f"{design.title}: production", f"{design.description}. {_ASKED}", panels, _path(design.name))
    aws = operations("tradingbot-ai-production", operations_limits(config), redis=True)
    chance = random.Random(11)  # noqa: S311 - pictures, not secrets
    graphs = [
        Drawn(
            title=panel.title,
            unit=panel.unit,
            view=View.LINE,
            width=panel.width,
            decimals=None,
            thresholds=panel.thresholds,
            lines=_made_up(panel, chance),
        )
        for panel in aws.panels
    ]
    draw(f"{aws.title}: production", f"{aws.description}. {_MADE_UP}", graphs, _path(aws.name))


def drawn(panel: Panel, prometheus: PrometheusServer) -> Drawn:
    """A panel with what its queries return over the last day."""
    return Drawn(
        title=panel.title,
        unit=panel.unit,
        view=panel.view,
        width=panel.width,
        decimals=panel.decimals,
        thresholds=panel.thresholds,
        lines=dict(_lines(panel, prometheus)),
    )


def _lines(panel: Panel, prometheus: PrometheusServer) -> Iterator[tuple[str, Line]]:
    for query in panel.queries:
        if panel.view is View.NUMBER:
            for series in prometheus.query(query.promql, at(END)):
                yield _named(query, series.labels), series.points
        else:
            found = prometheus.query_range(query.promql, at(END) - _DAY, at(END), _STEP)
            named = sorted((_named(query, series.labels), series.points) for series in found)
            yield from ((name, _whole(points)) for name, points in named)


def _whole(points: Line) -> Line:
    """Points at every step of the day; where there is none, nothing is drawn."""
    known = dict(points)
    moments = [at(END) - _DAY + step * _STEP for step in range(_DAY // _STEP + 1)]
    return [(moment, known.get(moment, math.nan)) for moment in moments]


def _named(query: Query, labels: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda label: labels.get(label[1], ""), query.legend)


_GIB = 1024**3
_USUAL = {
    "RequestCount": 108.0,
    "HTTPCode_Target_2XX_Count": 108.0,
    "HTTPCode_Target_5XX_Count": 0.3,
    "HTTPCode_ELB_5XX_Count": 0.05,
    "TargetResponseTime": 0.21,
    "CPUUtilization": 34.0,
    "MemoryUtilization": 47.0,
    "RunningTaskCount": 2.0,
    "DatabaseConnections": 22.0,
    "FreeStorageSpace": 14.2 * _GIB,
    "EngineCPUUtilization": 6.0,
    "DatabaseMemoryUsagePercentage": 31.0,
    "CurrConnections": 18.0,
    "Evictions": 0.0,
}
_LEVEL = ("MemoryUtilization", "RunningTaskCount", "FreeStorageSpace", "DatabaseMemoryUsagePercentage", "Evictions")
_REFUSED = 0.3
"""How often a period has one request that is not answered well."""
_WHOLE = ("RequestCount", "HTTPCode_Target_2XX_Count", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", "RunningTaskCount")


def _made_up(panel: AwsPanel, chance: random.Random) -> Mapping[str, Line]:
    lines = {metric.name: (metric.legend, _course(metric.name, chance)) for metric in panel.metrics}
    if "RequestCount" in lines:
        answered = [(moment, value - (chance.random() < _REFUSED)) for moment, value in lines["RequestCount"][1]]
        lines["HTTPCode_Target_2XX_Count"] = (lines["HTTPCode_Target_2XX_Count"][0], answered)
    return dict(lines.values())


def _course(name: str, chance: random.Random) -> Line:
    usual, level = _USUAL[name], name in _LEVEL
    wander = walk(chance, 1.0, 0.0015 if level else 0.03, pull=0.02 if level else 0.2)
    first = END - _DAY // 60
    course = [usual * wander[minute] * (1 if level else busy(minute)) for minute in range(first, END + 1, _STEP // 60)]
    if name in _WHOLE:
        course = [float(round(each + chance.uniform(-0.3, 0.3))) if each else 0.0 for each in course]
    return [(at(first) + step * _STEP, max(0.0, each)) for step, each in enumerate(course)]


def _path(name: str) -> Path:
    return IMAGES / f"dashboard-{name}.png"


if __name__ == "__main__":
    main()
