"""Scalable targets with their scheduled actions, and scaling policies."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, given, ignoring
from tradingbot_infra.local_cloud.in_process import call

_SERVICE = "application-autoscaling"
_IDENTITY = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_CONFIGURATIONS = ("PredictiveScalingPolicyConfiguration", "StepScalingPolicyConfiguration", "TargetTrackingScalingPolicyConfiguration")
_NOT_FOUND = "ObjectNotFoundException"


def _create_target(properties: Properties, _name: str) -> Created:
    bounds = ("MinCapacity", "MaxCapacity", "RoleARN", "SuspendedState")
    call(_SERVICE, "RegisterScalableTarget", **given(properties, *_IDENTITY, *bounds))
    for action in properties.get("ScheduledActions", []):
        call(_SERVICE, "PutScheduledAction", **given(properties, *_IDENTITY), **action)
    made = "|".join(properties[name] for name in ("ResourceId", "ScalableDimension", "ServiceNamespace"))
    return made, {"Id": made}


def _change_target(_physical_id: str, old: Properties, new: Properties) -> Created:
    kept = {action["ScheduledActionName"] for action in new.get("ScheduledActions", [])}
    for action in old.get("ScheduledActions", []):
        if action["ScheduledActionName"] not in kept:
            with ignoring(_NOT_FOUND):
                call(_SERVICE, "DeleteScheduledAction", **given(new, *_IDENTITY), **given(action, "ScheduledActionName"))
    return _create_target(new, "")


def _delete_target(_physical_id: str, properties: Properties) -> None:
    with ignoring(_NOT_FOUND):
        call(_SERVICE, "DeregisterScalableTarget", **given(properties, *_IDENTITY))


def _create_policy(properties: Properties, _name: str) -> Created:
    settings = given(properties, "PolicyType", *_CONFIGURATIONS)
    arn: str = call(_SERVICE, "PutScalingPolicy", **_policy_name(properties), **settings)["PolicyARN"]
    return arn, {"Arn": arn}


def _delete_policy(_physical_id: str, properties: Properties) -> None:
    with ignoring(_NOT_FOUND):
        call(_SERVICE, "DeleteScalingPolicy", **_policy_name(properties))


def _policy_name(properties: Properties) -> dict[str, Any]:
    """What identifies a policy: its name and its target, which a template may give by id or by three fields."""
    if "ScalingTargetId" not in properties:
        return given(properties, "PolicyName", *_IDENTITY)
    resource, dimension, namespace = properties["ScalingTargetId"].split("|")
    return {**given(properties, "PolicyName"), "ServiceNamespace": namespace, "ResourceId": resource, "ScalableDimension": dimension}


RESOURCES: Mapping[str, Resource] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": Resource(
        create=_create_target,
        change=_change_target,
        in_place=frozenset({"MaxCapacity", "MinCapacity", "RoleARN", "ScheduledActions", "SuspendedState"}),
        delete=_delete_target,
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Resource(
        create=_create_policy, in_place=frozenset({"PolicyType", *_CONFIGURATIONS}), delete=_delete_policy
    ),
}
