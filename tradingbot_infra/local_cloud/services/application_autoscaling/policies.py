"""Scaling policies, which are stored and returned. No metric is watched, so no policy acts or has alarms."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.ministack.scopes import arn
from tradingbot_infra.local_cloud.services.application_autoscaling import state
from tradingbot_infra.local_cloud.services.application_autoscaling.state import EcsService
from tradingbot_infra.local_cloud.services.operation import Call

_CONFIGURATIONS = {
    "StepScaling": "StepScalingPolicyConfiguration",
    "TargetTrackingScaling": "TargetTrackingScalingPolicyConfiguration",
    "PredictiveScaling": "PredictiveScalingPolicyConfiguration",
}


async def put(call: Call) -> dict[str, Any]:
    """PutScalingPolicy; an existing policy keeps its ARN."""
    service, name = state.ecs_service(call.parameters), call.parameters["PolicyName"]
    state.require_target(service)
    old = state.policies.get((service.resource_id, name))
    policy = _changed(service, name, old, call.parameters)
    _check(service, policy)
    state.policies[service.resource_id, name] = policy
    return {"PolicyARN": policy["PolicyARN"], "Alarms": []}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeScalingPolicies."""
    return state.described("ScalingPolicies", state.policies.values(), "PolicyName", call.parameters)


async def delete(call: Call) -> dict[str, Any]:
    """DeleteScalingPolicy."""
    return state.deleted(state.policies, "PolicyName", "scaling policy", call.parameters)


def _changed(service: EcsService, name: str, old: Mapping[str, Any] | None, parameters: Mapping[str, Any]) -> dict[str, Any]:
    policy_type = parameters.get("PolicyType", (old or {}).get("PolicyType", "StepScaling"))
    configuration = _CONFIGURATIONS[policy_type]
    stray = [other for other in _CONFIGURATIONS.values() if other != configuration and other in parameters]
    given = parameters.get(configuration, (old or {}).get(configuration))
    if given is None or stray:
        raise state.invalid(f"A policy of type {policy_type} takes {configuration} and no other configuration")
    resource = f"scalingPolicy:{uuid.uuid4()}:resource/{state.NAMESPACE}/{service.resource_id}:policyName/{name}"
    return {
        "PolicyARN": arn("autoscaling", resource) if old is None else old["PolicyARN"],
        "PolicyName": name,
        **service.dimension,
        "PolicyType": policy_type,
        configuration: given,
        "Alarms": [],
        "CreationTime": datetime.now(UTC) if old is None else old["CreationTime"],
    }


def _check(service: EcsService, policy: Mapping[str, Any]) -> None:
    tracking = policy.get("TargetTrackingScalingPolicyConfiguration")
    if tracking is None:
        return
    metrics = ("PredefinedMetricSpecification", "CustomizedMetricSpecification")
    if sum(metric in tracking for metric in metrics) != 1:
        raise state.invalid("A target tracking policy takes one metric, predefined or customized")
    for (resource_id, name), other in state.policies.items():
        if resource_id == service.resource_id and name != policy["PolicyName"] and _metric(other) == _metric(policy):
            raise state.invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.")


def _metric(policy: Mapping[str, Any]) -> object:
    tracking = policy.get("TargetTrackingScalingPolicyConfiguration", {})
    return tracking.get("PredefinedMetricSpecification") or tracking.get("CustomizedMetricSpecification")
