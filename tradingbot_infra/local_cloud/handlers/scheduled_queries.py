"""Scheduled queries of Logs Insights. Source: CloudFormation Template Reference, AWS::Logs::ScheduledQuery."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, camel_case, given, ignoring
from tradingbot_infra.local_cloud.in_process import call

_SETTINGS = (
    *("Description", "DestinationConfiguration", "EndTimeOffset", "ExecutionRoleArn", "LogGroupIdentifiers", "QueryLanguage"),
    *("QueryString", "ScheduleEndTime", "ScheduleExpression", "ScheduleStartTime", "StartTimeOffset", "State", "Timezone"),
)


def _wanted(properties: Properties) -> dict[str, Any]:
    wanted: dict[str, Any] = camel_case(given(properties, *_SETTINGS))
    return wanted


def _create(properties: Properties, _name: str) -> Created:
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    return _made(call("logs", "CreateScheduledQuery", name=properties["Name"], tags=tags, **_wanted(properties))["scheduledQueryArn"])


def _change(arn: str, _old: Properties, new: Properties) -> Created:
    call("logs", "UpdateScheduledQuery", identifier=arn, **_wanted(new))
    return _made(arn)


def _made(arn: str) -> Created:
    return arn, {"ScheduledQueryArn": arn}


def _delete(arn: str, _properties: Properties) -> None:
    with ignoring("ResourceNotFoundException"):
        call("logs", "DeleteScheduledQuery", identifier=arn)


RESOURCES: Mapping[str, Resource] = {
    "AWS::Logs::ScheduledQuery": Resource(create=_create, change=_change, in_place=frozenset({*_SETTINGS, "Tags"}), delete=_delete),
}
"""CloudFormation type -> how its resources are created, changed and deleted."""
