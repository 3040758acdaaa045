"""What templates may hold of dashboards."""

import json
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
from tradingbot_infra.compliance.allowed.widgets import shows_aws, shows_trading
from tradingbot_infra.compliance.observe import is_unknown
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.dashboards.cloudwatch import Place, body
from tradingbot_infra.design.dashboards.workspace import GRAFANA_VERSION
from tradingbot_infra.templates import Assembly, Resource

_OF_TRADING = "MonitoringStack/TradingDashboards/"
_TRADING_NAMES = ("business", "trading", "users")


def _of_trading(resource: Resource) -> bool:
    return (resource.path or "").startswith(_OF_TRADING)


def _name(resource: Resource) -> str:
    """The last part of the name of a dashboard of trading."""
    return (resource.path or "").removeprefix(_OF_TRADING).lower()


def _names(resource: Resource, config: EnvironmentConfig) -> Sequence[object]:
    if not _of_trading(resource):
        return (config.names.prefix,)
    return (f"{config.names.prefix}-{_name(resource)}",) if _name(resource) in _TRADING_NAMES else ()


def _boards(config: EnvironmentConfig) -> int:
    """The environment's own, and those of trading where there are metrics to show."""
    of_trading = config.dashboards.trading_dashboards and config.telemetry.metrics != "off"
    return 1 + (len(_TRADING_NAMES) if of_trading else 0)


def _shows_only_here(value: Any, resource: Resource, assembly: Assembly) -> TriState:
    """A custom widget runs a function, one of another account or region shows what happens there, and a picture tells its server who
    looks. A question to metrics that names no environment shows those of every environment of the account. A variable of the body, or
    its time, changes what every widget of it shows."""
    try:
        found = json.loads(value)
        widgets = found["widgets"]
    except (TypeError, KeyError, ValueError):
        return None if is_unknown(value) else False
    config, region = assembly.config, assembly.stacks[resource.stack].region
    if not _of_trading(resource):
        return set(found) == {"widgets"} and bool(widgets) and all(shows_aws(each, region) for each in widgets)
    if config is None:
        return None
    return all(shows_trading(each, region, config) for each in widgets) and _is_as_designed(found, resource, config)


def _is_as_designed(found: Any, resource: Resource, config: EnvironmentConfig) -> bool:
    """Whether a dashboard of trading is what the design says of it, word for word: a number under another's title is believed."""
    designs = config.dashboard_designs
    links = {design.title: f"#dashboards:name={config.names.prefix}-{design.name}" for design in designs}
    place = Place(
        region=config.network.region,
        environment=config.environment,
        links={**links, "Operations": f"#dashboards:name={config.names.prefix}"},
        runbook=config.delivery.runbook,
        namespace=config.names.trading_namespace if config.telemetry.metrics == "emf" else None,
    )
    wanted = [json.loads(json.dumps(body(design, place))) for design in designs if design.name == _name(resource)]
    return wanted == [found]


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
