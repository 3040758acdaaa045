"""Calls that the tests of Application Auto Scaling share."""

from typing import Any

import pytest

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

SERVICE = "application-autoscaling"
DIMENSION = "ecs:service:DesiredCount"
CPU = {"TargetValue": 70.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
MEMORY = {"TargetValue": 75.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"}}
EVENING = {"Schedule": "cron(0 18 ? * MON-FRI *)", "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0}}
STEPS = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": 1}]}


def naming(cluster: str) -> dict[str, str]:
    return {"ServiceNamespace": "ecs", "ResourceId": f"service/{cluster}/api", "ScalableDimension": DIMENSION}


def register(named: dict[str, str], smallest: int, largest: int) -> str:
    arn: str = call(SERVICE, "RegisterScalableTarget", **named, MinCapacity=smallest, MaxCapacity=largest)["ScalableTargetARN"]
    return arn


def desired_count(cluster: str) -> int:
    (service,) = call("ecs", "DescribeServices", cluster=cluster, services=["api"])["services"]
    return int(service["desiredCount"])


def described(operation: str, member: str, named: dict[str, str], **more: object) -> list[dict[str, Any]]:
    where = {"ServiceNamespace": "ecs", "ResourceId": named["ResourceId"]}
    found: list[dict[str, Any]] = call(SERVICE, operation, **where, **more)[member]
    return found


def targets(named: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call(SERVICE, "DescribeScalableTargets", ServiceNamespace="ecs", ResourceIds=[named["ResourceId"]])[
        "ScalableTargets"
    ]
    return found


def policies(named: dict[str, str], **more: object) -> list[dict[str, Any]]:
    return described("DescribeScalingPolicies", "ScalingPolicies", named, **more)


def actions(named: dict[str, str], **more: object) -> list[dict[str, Any]]:
    return described("DescribeScheduledActions", "ScheduledActions", named, **more)


def activities(named: dict[str, str], **more: object) -> list[dict[str, Any]]:
    return described("DescribeScalingActivities", "ScalingActivities", named, **more)


def put_policy(named: dict[str, str], name: str, **settings: object) -> str:
    arn: str = call(SERVICE, "PutScalingPolicy", **named, PolicyName=name, **settings)["PolicyARN"]
    return arn


def refused(operation: str, **parameters: object) -> str:
    """The code of the refusal, with its message."""
    with pytest.raises(LocalApiError) as raised:
        call(SERVICE, operation, **parameters)
    return f"{raised.value.code}: {raised.value.message}"
