"""What templates may hold of CloudWatch."""

import json
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, Count, allowed, chosen, computed, free, judged, one, required, tags
from tradingbot_infra.compliance.expected.alarms import alarms
from tradingbot_infra.compliance.observe import at, is_unknown
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.templates import Assembly, Resource

_STATED = "cw.as_designed"
_WIDGETS = ("metric", "log")


def _alarms_of(stack: str) -> Count:
    return lambda config: sum(1 for each in alarms(config) if each.stack == stack)


def _shows_only_here(body: Any, resource: Resource, assembly: Assembly) -> TriState:
    """A custom widget runs a function, and one of another account or region shows what happens there."""
    try:
        widgets = json.loads(body)["widgets"]
    except (TypeError, KeyError, ValueError):
        return None if is_unknown(body) else False
    here = (assembly.stacks[resource.stack].region, "${AWS::Region}")
    return all(
        each.get("type") in _WIDGETS
        and at(each, "properties.region", here[0]) in here
        and at(each, "properties.accountId") is None
        and "accountId" not in json.dumps(at(each, "properties.metrics", []))
        for each in widgets
    )


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::CloudWatch::Alarm": allowed(
        *judged(
            _STATED,
            "AlarmActions[]",
            "AlarmName",
            "ComparisonOperator",
            "Dimensions[].Name",
            "Dimensions[].Value",
            "EvaluationPeriods",
            "MetricName",
            "Metrics.**",
            "Namespace",
            "OKActions[]",
            "Period",
            "Statistic",
            "Threshold",
            "TreatMissingData",
        ),
        *free("Text for people: it changes nothing of what the alarm does.", "AlarmDescription"),
        *required(tags()),
        exact=True,
        MonitoringStack=_alarms_of("MonitoringStack"),
        AccountSecurityStack=_alarms_of("AccountSecurityStack"),
    ),
    "AWS::CloudWatch::Dashboard": allowed(
        *required(
            computed("DashboardBody", _shows_only_here, "graphs and logs of this account and region"),
            chosen("DashboardName", lambda config: config.names.dashboard, "the environment's prefix"),
            tags(),
        ),
        exact=True,
        MonitoringStack=one,
    ),
}
