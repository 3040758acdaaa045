"""What templates may hold of dashboards."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    chosen,
    computed,
    exactly,
    follows,
    free,
    refers_to_the,
    required,
    tags,
)
from tradingbot_infra.compliance.observe import at, is_unknown, listed
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.dashboards.workspace import GRAFANA_VERSION
from tradingbot_infra.templates import Assembly, Resource

_OF_TRADING = "MonitoringStack/TradingDashboards/"
_AWS_WIDGETS, _TRADING_WIDGETS = ("metric", "log"), ("metric", "chart", "text")
_HEADINGS = {"business": "Business", "trading": "Live trading", "users": "Users"}
_TRADING_NAMES = tuple(_HEADINGS)
_CHART = {"view", "title", "region", "data", "plotOptions"}
_QUERY = {"id", "type", "language", "query", "label"}
_LABEL = re.compile(r'[a-z_]+=~?"[^"\\]*"')
_MARKUP = ("<", "](", "][", "]:", "://", "www.")
_OPERATORS = {"and", "or", "unless", "offset", "bool"}
_LINK = re.compile(r"\]\(([^)]*)\)")


def _of_trading(resource: Resource) -> bool:
    return (resource.path or "").startswith(_OF_TRADING)


def _names(resource: Resource, config: EnvironmentConfig) -> Sequence[object]:
    if not _of_trading(resource):
        return (config.names.prefix,)
    name = (resource.path or "").removeprefix(_OF_TRADING).lower()
    return (f"{config.names.prefix}-{name}",) if name in _TRADING_NAMES else ()


def _boards(config: EnvironmentConfig) -> int:
    """The environment's own, and those of trading where there are metrics to show."""
    of_trading = config.dashboards.trading_dashboards and config.telemetry.metrics != "off"
    return 1 + (len(_TRADING_NAMES) if of_trading else 0)


def _shows_only_here(body: Any, resource: Resource, assembly: Assembly) -> TriState:
    """A custom widget runs a function, one of another account or region shows what happens there, and a picture tells its server who
    looks. A question to metrics that names no environment shows those of every environment of the account."""
    try:
        widgets = json.loads(body)["widgets"]
    except (TypeError, KeyError, ValueError):
        return None if is_unknown(body) else False
    if _of_trading(resource) and assembly.config is None:
        return None
    types = _TRADING_WIDGETS if _of_trading(resource) else _AWS_WIDGETS
    return (
        bool(widgets)
        and _says_what_it_is(widgets[0], resource, assembly.config)
        and all(each.get("type") in types and _is_sound(each, resource, assembly) for each in widgets)
    )


def _says_what_it_is(first: Mapping[str, Any], resource: Resource, config: EnvironmentConfig | None) -> bool:
    """Whether a dashboard of trading begins with its own heading: who opens one must not see another."""
    if not _of_trading(resource):
        return True
    heading = _HEADINGS.get((resource.path or "").removeprefix(_OF_TRADING).lower())
    return config is not None and str(at(first, "properties.markdown")).startswith(f"# {heading}: {config.environment}\n")


def _is_sound(widget: Mapping[str, Any], resource: Resource, assembly: Assembly) -> bool:
    if widget["type"] == "text":
        return _leads_only_here(str(at(widget, "properties.markdown", "")), assembly.config)
    here = (assembly.stacks[resource.stack].region, "${AWS::Region}")
    is_here = (
        at(widget, "properties.region", here[0]) in here
        and at(widget, "properties.accountId") is None
        and "accountId" not in json.dumps(at(widget, "properties.metrics", []))
    )
    return is_here and (widget["type"] != "chart" or _asks_only_here(widget, assembly.config))


def _asks_only_here(chart: Mapping[str, Any], config: EnvironmentConfig | None) -> bool:
    properties = chart.get("properties", {})
    queries = listed(at(chart, "properties.data.queries", []))
    return (
        set(properties) <= _CHART
        and bool(queries)
        and all(
            set(each) <= _QUERY
            and (each.get("type"), each.get("language")) == ("cloudwatch-metrics", "PromQL")
            and config is not None
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
        and all(f'environment="{environment}"' in selector and not _LABEL.sub("", selector).strip("{},") for selector in selectors)
        and not set(_names_in(query)) - _OPERATORS
    )


def _names_in(query: str) -> list[str]:
    """Words of a query that are neither of its own selectors, nor labels of an aggregation, nor functions."""
    rest = re.sub(r"trading_[a-z_]+\{[^}]*\}", " ", query)
    rest = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)", " ", rest)
    return re.findall(r"\b[A-Za-z_:][\w:]*", re.sub(r"\b[a-z_]\w*\s*\(", "(", rest))


def _leads_only_here(markdown: str, config: EnvironmentConfig | None) -> bool:
    """Whether text has no picture and no markup, and its links lead to dashboards and to the runbook."""
    if config is None or any(sign in _LINK.sub("", markdown) for sign in _MARKUP) or "![" in markdown:
        return False
    ours = f"#dashboards:name={config.names.prefix}"
    runbook = config.delivery.github_repository and f"https://github.com/{config.delivery.github_repository}/blob/"
    return all(link.startswith(ours) or bool(runbook and link.startswith(runbook)) for link in _LINK.findall(markdown))


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::CloudWatch::Dashboard": allowed(
        *required(
            computed("DashboardBody", _shows_only_here, "graphs, logs and text of this environment, account and region"),
            follows("DashboardName", _names, "the environment's prefix, and for trading the name of the dashboard"),
            tags(),
        ),
        exact=True,
        MonitoringStack=_boards,
    ),
    "AWS::Grafana::Workspace": allowed(
        *required(
            exactly("AccountAccessType", "CURRENT_ACCOUNT"),
            exactly("AuthenticationProviders", ["AWS_SSO"]),
            exactly("PermissionType", "CUSTOMER_MANAGED"),
            exactly("GrafanaVersion", GRAFANA_VERSION),
            exactly("PluginAdminEnabled", True),
            chosen("Name", lambda config: f"{config.names.prefix}-grafana", "the environment's prefix"),
            refers_to_the("RoleArn", "MonitoringStack/GrafanaWorkspace/Role/Role/Resource"),
            tags(),
        ),
        *free("Text for people.", "Description"),
        exact=True,
        MonitoringStack=lambda config: int(config.dashboards.managed_grafana),
    ),
}
