"""What a widget of a dashboard may show: this environment, account and region, and for trading this environment's metrics only."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.observe import at, listed
from tradingbot_infra.config.model import EnvironmentConfig

Widget = Mapping[str, Any]

_CHART = {"view", "title", "region", "data", "plotOptions"}
_GRAPH = {"view", "title", "region", "metrics", "stacked", "yAxis", "annotations"}
_LINE_OPTIONS = {"stat", "period", "label"}
_QUERY = {"id", "type", "language", "query", "label"}
_LABEL = re.compile(r'([a-z_]+)(=~?)"([^"\\]*)"')
_FUNCTION = re.compile(r"\bLAMBDA\s*\(", re.IGNORECASE)
_MARKUP = ("<", "](", "][", "]:", "://", "www.")
_OPERATORS = {"and", "or", "unless", "offset", "bool"}
_LINK = re.compile(r"\]\(([^)]*)\)")


def shows_aws(widget: Widget, region: str) -> bool:
    """Whether a widget shows metrics of AWS or a log, from here. An expression may call a function, whoever's it is."""
    return widget.get("type") in ("metric", "log") and _is_here(widget, region) and not _FUNCTION.search(json.dumps(widget))


def shows_trading(widget: Widget, region: str, config: EnvironmentConfig) -> bool:
    """Whether a widget shows trading of this environment, from here: a chart, a graph of the log's metrics, or text."""
    if widget.get("type") == "text":
        return _leads_only_here(str(at(widget, "properties.markdown", "")), config)
    draws = {"chart": _asks_only_here, "metric": _draws_only_here}.get(str(widget.get("type")))
    return draws is not None and _is_here(widget, region) and draws(widget.get("properties", {}), config)


def _is_here(widget: Widget, region: str) -> bool:
    return (
        at(widget, "properties.region", region) in (region, "${AWS::Region}")
        and at(widget, "properties.accountId") is None
        and "accountId" not in json.dumps(at(widget, "properties.metrics", []))
    )


def _draws_only_here(graph: Mapping[str, Any], config: EnvironmentConfig) -> bool:
    """Whether every line of a graph is one metric of this environment's namespace. There is one only where lines of the log carry them;
    an expression is none: it searches, or calls a function."""
    place = [config.names.trading_namespace, "environment", config.environment]
    rows = listed(graph.get("metrics"))
    return (
        config.telemetry.metrics == "emf"
        and set(graph) <= _GRAPH
        and set(graph.get("annotations", {})) <= {"horizontal"}
        and bool(rows)
        and all(
            len(row) == 5 and [row[0], *row[2:4]] == place and isinstance(row[4], Mapping) and set(row[4]) <= _LINE_OPTIONS for row in rows
        )
    )


def _asks_only_here(chart: Mapping[str, Any], config: EnvironmentConfig) -> bool:
    queries = listed(at(chart, "data.queries", []))
    return (
        set(chart) <= _CHART
        and bool(queries)
        and all(
            set(each) <= _QUERY
            and (each.get("type"), each.get("language")) == ("cloudwatch-metrics", "PromQL")
            and _is_of(str(each.get("query")), config.environment)
            for each in queries
        )
    )


def _is_of(query: str, environment: str) -> bool:
    """Whether every selector of a query has the environment's label: a metric's name, braces, and plain labels in them; and no other
    metric is named."""
    selectors = re.findall(r"trading_[a-z_]+(\{[^}]*\})?", query)
    return (
        bool(selectors)
        and query.count("{") == len(selectors)
        and all(_names_it(selector, environment) and not _LABEL.sub("", selector).strip("{},") for selector in selectors)
        and not set(_names_in(query)) - _OPERATORS
    )


def _names_it(selector: str, environment: str) -> bool:
    """Whether its label `environment`, and not one whose name ends like it, is this environment and nothing else."""
    return [match[1:] for match in _LABEL.findall(selector) if match[0] == "environment"] == [("=", environment)]


def _names_in(query: str) -> list[str]:
    """Words of a query that are neither of its own selectors, nor labels of an aggregation, nor functions."""
    rest = re.sub(r"trading_[a-z_]+\{[^}]*\}", " ", query)
    rest = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)", " ", rest)
    return re.findall(r"\b[A-Za-z_:][\w:]*", re.sub(r"\b[a-z_]\w*\s*\(", "(", rest))


def _leads_only_here(markdown: str, config: EnvironmentConfig) -> bool:
    """Whether text has no picture and no markup, and its links lead to dashboards and to the runbook."""
    if any(sign in _LINK.sub("", markdown) for sign in _MARKUP) or "![" in markdown:
        return False
    ours = f"#dashboards:name={config.names.prefix}"
    runbook = config.delivery.github_repository and f"https://github.com/{config.delivery.github_repository}/blob/"
    return all(link.startswith(ours) or bool(runbook and link.startswith(runbook)) for link in _LINK.findall(markdown))
