"""Scalable targets: the bounds of a service's desired count."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack.scopes import arn
from tradingbot_infra.local_cloud.services.application_autoscaling import activities, state
from tradingbot_infra.local_cloud.services.application_autoscaling.state import EcsService
from tradingbot_infra.local_cloud.services.operation import Call

_ROLE = "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"
_NOT_SUSPENDED = {"DynamicScalingInSuspended": False, "DynamicScalingOutSuspended": False, "ScheduledScalingSuspended": False}


async def register(call: Call) -> dict[str, Any]:
    """RegisterScalableTarget, which at once brings the desired count of an active service between the bounds.

    Source: RegisterScalableTarget (Application Auto Scaling API Reference).
    """
    service = state.ecs_service(call.parameters)
    current = await _described(call, service)
    target = _changed(service, state.targets.get(service.resource_id), call.parameters)
    state.check_bounds(target)
    state.targets[service.resource_id] = target
    if current["status"] == "ACTIVE":
        await _bring_between(call, service, target, current["desiredCount"])
    return {"ScalableTargetARN": target["ScalableTargetARN"]}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeScalableTargets."""
    return state.described("ScalableTargets", state.targets.values(), "ResourceId", call.parameters)


async def deregister(call: Call) -> dict[str, Any]:
    """DeregisterScalableTarget, which also deletes the policies and scheduled actions; the desired count stays."""
    service = state.ecs_service(call.parameters)
    if state.targets.pop(service.resource_id, None) is None:
        raise state.not_found(f"No scalable target found for {service}")
    for store in (state.policies, state.scheduled_actions):
        for key in [key for key in store if key[0] == service.resource_id]:
            del store[key]
    return {}


async def _described(call: Call, service: EcsService) -> Mapping[str, Any]:
    try:
        found = (await call.ask("ecs", "DescribeServices", cluster=service.cluster, services=[service.name]))["services"]
    except LocalApiError as error:
        if error.code != "ClusterNotFoundException":
            raise
        found = []
    if not found:
        raise state.invalid(f"ECS service doesn't exist: {service.resource_id}")
    current: Mapping[str, Any] = found[0]
    return current


def _changed(service: EcsService, old: Mapping[str, Any] | None, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The target after a call; whatever the call leaves out stays."""
    given = {name: parameters[name] for name in ("MinCapacity", "MaxCapacity", "RoleARN") if name in parameters}
    if old is None and not {"MinCapacity", "MaxCapacity"} <= given.keys():
        raise state.invalid("MinCapacity and MaxCapacity are required to register a new scalable target")
    new: dict[str, Any] = {
        **service.dimension,
        "RoleARN": arn("iam", _ROLE, regional=False),
        "CreationTime": datetime.now(UTC),
        "ScalableTargetARN": arn("application-autoscaling", f"scalable-target/{uuid.uuid4().hex}"),
        "SuspendedState": _NOT_SUSPENDED,
    }
    kept = old or new
    return {**kept, **given, "SuspendedState": {**kept["SuspendedState"], **parameters.get("SuspendedState", {})}}


async def _bring_between(call: Call, service: EcsService, target: Mapping[str, Any], desired_count: int) -> None:
    smallest, largest = target["MinCapacity"], target["MaxCapacity"]
    wanted = min(max(desired_count, smallest), largest)
    if wanted == desired_count:
        return
    await call.ask("ecs", "UpdateService", cluster=service.cluster, service=service.name, desiredCount=wanted)
    bound = "minimum" if desired_count < smallest else "maximum"
    activities.record(service, wanted, f"{bound} capacity was set to {wanted}")
