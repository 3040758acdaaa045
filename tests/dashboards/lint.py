"""What every dashboard of Grafana keeps to, beyond Grafana's own types."""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Document = dict[str, Any]

MOST_SERIES = 500
"""Of one answer (CloudWatch User Guide, "PromQL limits and restrictions")."""
LONGEST_SECONDS = 7 * 86_400
"""From the start of a query's time to its end, with what it looks back (the same)."""
SHOWN_SECONDS = 86_400
"""The time that a dashboard opens with."""
CARDINALITY: Mapping[str, int] = {
    "environment": 1,
    "strategy": 20,
    "exchange": 10,
    "symbol": 50,
    "status": 5,
    "code": 20,
    "side": 2,
    "model": 10,
    "route": 30,
    "method": 5,
    "result": 2,
}
"""Values of a label at most: strategies by setting expected_strategies, the others as docs/metrics.md limits them."""

_UNITS = {"currencyUSD", "percentunit", "percent", "s", "short", "bytes"}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def lint(document: Document, environments: tuple[str, ...]) -> list[str]:
    """What is wrong with a dashboard, a line each."""
    return [f"{where}: {wrong}" for check in _CHECKS for where, wrong in check(document, environments)]


def _panels(document: Document, _: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for panel in document["panels"]:
        where = panel.get("title") or f"panel {panel.get('id')}"
        defaults = panel.get("fieldConfig", {}).get("defaults", {})
        if not panel.get("title"):
            yield where, "no title"
        if len(panel.get("description", "")) < 10:
            yield where, "no description"
        if defaults.get("unit") not in _UNITS:
            yield where, "no unit"
        if not any(link.get("url", "").startswith("https://") and "#" in link["url"] for link in panel.get("links", [])):
            yield where, "no link to a section of the runbook"
        if panel["type"] == "timeseries" and not panel.get("options", {}).get("legend", {}).get("showLegend"):
            yield where, "no legend"


def _alarms_have_lines(document: Document, _: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for panel in document["panels"]:
        steps = panel.get("fieldConfig", {}).get("defaults", {}).get("thresholds", {}).get("steps", [])
        values = [step["value"] for step in steps]
        if "alarm" in panel.get("description", "") and len(steps) < 2:
            yield panel["title"], "tells of an alarm without its threshold"
        if not steps or values[0] is not None or values[1:] != sorted(values[1:]):
            yield panel["title"], "thresholds are out of order"
        style = panel["fieldConfig"]["defaults"].get("custom", {}).get("thresholdsStyle", {}).get("mode")
        if panel["type"] == "timeseries" and (style == "dashed") != (len(steps) > 1):
            yield panel["title"], "a threshold is not drawn, or none is"


def _targets(document: Document, _: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for panel in document["panels"]:
        source = panel.get("datasource", {})
        if not source.get("uid") or not source.get("type"):
            yield panel["title"], "no data source"
        ids = [target.get("refId") for target in panel["targets"]]
        if not ids or len(set(ids)) < len(ids):
            yield panel["title"], "targets without ids of their own"
        for target in panel["targets"]:
            if target.get("datasource") != source:
                yield panel["title"], "a target of another data source"
            if not (target.get("legendFormat") or target.get("label")):
                yield panel["title"], "a target without a legend"


def _environment(document: Document, environments: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    variables = {each["name"]: each for each in document["templating"]["list"]}
    offered = variables.get("environment", {}).get("query", "").split(",")
    if not set(environments) <= set(offered):
        yield "environment", "not every environment is offered"
    for panel in document["panels"]:
        asked = json.dumps([{key: value for key, value in target.items() if key != "datasource"} for target in panel["targets"]])
        if "environment" not in asked and "load_balancer" not in asked:
            yield panel["title"], "asks no environment"
        for name in environments:
            if re.search(rf"\b{name}\b", asked):
                yield panel["title"], f"{name} is written into its query"
        used = set(re.findall(r"\$(\w+)", asked))
        if not used <= set(variables):
            yield panel["title"], f"variables that are not there: {used - set(variables)}"


def _unique(document: Document, _: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in ("id", "title"):
        values = [panel.get(name) for panel in document["panels"]]
        if len(set(values)) < len(values):
            yield document["title"], f"two panels of one {name}"
    if not 0 < len(document["uid"]) <= 40:
        yield document["title"], "a uid of 1 to 40 characters is missing"
    cells = [
        (x, y)
        for panel in document["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    if len(set(cells)) < len(cells) or max(x for x, _ in cells) > 23:
        yield document["title"], "panels cover each other, or leave the grid"


def _sizes(document: Document, _: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for panel in document["panels"]:
        for target in panel["targets"]:
            query = target.get("expr", "")
            if series(query) > MOST_SERIES:
                yield panel["title"], f"may return {series(query)} series"
            if seconds(query) + SHOWN_SECONDS > LONGEST_SECONDS:
                yield panel["title"], "looks back further than CloudWatch does"
            if ":" in query:
                yield panel["title"], "has a subquery, which multiplies what CloudWatch reads"


def series(promql: str) -> int:
    """How many series a query returns at most: what its outermost aggregations keep apart."""
    widest, place = 1, 0
    while found := re.compile(r"\b(?:sum|max|min|avg)(?: by \(([^)]*)\) )?\(").search(promql, place):
        labels = (found[1] or "environment").split(",")
        widest = max(widest, math.prod(CARDINALITY[label.strip()] for label in labels))
        place = found.end()
        depth = 1
        while depth:
            depth += {"(": 1, ")": -1}.get(promql[place], 0)
            place += 1
    return widest


def seconds(promql: str) -> int:
    """How far a query looks back."""
    windows = re.findall(r"\[(\d+)([smhdw])\]|offset (\d+)([smhdw])", promql)
    return max((int(a or c) * _SECONDS[b or d] for a, b, c, d in windows), default=0)


_CHECKS: tuple[Callable[[Document, tuple[str, ...]], Iterator[tuple[str, str]]], ...] = (
    _panels,
    _alarms_have_lines,
    _targets,
    _environment,
    _unique,
    _sizes,
)
