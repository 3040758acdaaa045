"""Composite alarms, and alarms on PromQL, which ministack's handler of AWS::CloudWatch::Alarm refuses.

Source: CloudFormation Template Reference, AWS::CloudWatch::Alarm, AWS::CloudWatch::CompositeAlarm.
"""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.handlers.resource import Created, Handler, Properties, Resource
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import scopes


def with_promql(handler: Handler) -> Handler:
    """A handler of AWS::CloudWatch::Alarm that also makes alarms on PromQL."""

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        if "EvaluationCriteria" not in properties:
            created: Created = handler["create"](logical_id, properties, stack_name)
            return created
        return _put("PutMetricAlarm", properties, f"{stack_name}-{logical_id}")

    def update(made: str, old: Properties, new: Properties, *rest: Any) -> Created:
        if "EvaluationCriteria" not in old and "EvaluationCriteria" not in new:
            updated: Created = handler["update"](made, old, new, *rest)
            return updated
        created = _put("PutMetricAlarm", new, made) if "EvaluationCriteria" in new else handler["create"](made, new, *rest[:1])
        if created[0] != made:
            _delete(made, old)
        return created

    def delete(made: str, properties: Properties) -> None:
        if "EvaluationCriteria" in properties:
            _delete(made, properties)
        else:
            handler["delete"](made, properties)

    return {**handler, "create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def _put(operation: str, properties: Properties, name: str) -> Created:
    own = properties.get("AlarmName", name)
    call("cloudwatch", operation, **{**properties, "AlarmName": own})
    return own, {"Arn": scopes.arn("cloudwatch", f"alarm:{own}")}


def _delete(name: str, _properties: Properties) -> None:
    call("cloudwatch", "DeleteAlarms", AlarmNames=[name])


_IN_PLACE = frozenset(
    {
        *("ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmRule", "InsufficientDataActions", "OKActions", "Tags"),
        *("ActionsSuppressor", "ActionsSuppressorExtensionPeriod", "ActionsSuppressorWaitPeriod"),
    }
)

RESOURCES: Mapping[str, Resource] = {
    "AWS::CloudWatch::CompositeAlarm": Resource(
        create=lambda properties, name: _put("PutCompositeAlarm", properties, name),
        change=lambda made, _old, new: _put("PutCompositeAlarm", new, made),
        in_place=_IN_PLACE,
        delete=_delete,
    ),
}
"""CloudFormation type -> how its resources are created, changed and deleted."""
