"""Targets of elbv2: RegisterTargets, DeregisterTargets and DescribeTargetHealth, which never wait for a health check."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.load_balancing import health_checks, listeners, targets
from tradingbot_infra.local_cloud.load_balancing.targets import Health, Name
from tradingbot_infra.local_cloud.services.operation import Call


async def register(call: Call) -> dict[str, Any]:
    """RegisterTargets: an address may be registered on several ports."""
    group = await _group(call)
    targets.register(group["TargetGroupArn"], call.parameters["Targets"])
    listeners.look()
    return {}


async def deregister(call: Call) -> dict[str, Any]:
    """DeregisterTargets: what is not registered is passed over, as on AWS."""
    group = await _group(call)
    targets.deregister(group["TargetGroupArn"], call.parameters["Targets"], in_use=_is_in_use(group))
    return {}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeTargetHealth: all registered and draining targets, or those that are named."""
    group = await _group(call)
    arn = group["TargetGroupArn"]
    names = [*targets.registered(arn), *targets.draining(arn)]
    wanted = targets.names(arn, call.parameters.get("Targets", [])) or names
    return {"TargetHealthDescriptions": [_described(group, name, _health(group, name, is_known=name in names)) for name in wanted]}


async def _group(call: Call) -> Mapping[str, Any]:
    """The target group, or AWS's error when there is none."""
    (group,) = (await call.ask("elbv2", "DescribeTargetGroups", TargetGroupArns=[call.parameters["TargetGroupArn"]]))["TargetGroups"]
    found: Mapping[str, Any] = group
    return found


def _is_in_use(group: Mapping[str, Any]) -> bool:
    return bool(group["LoadBalancerArns"])


def _health(group: Mapping[str, Any], name: Name, *, is_known: bool) -> Health:
    if not is_known:
        return targets.NOT_REGISTERED
    found = targets.known(name).health
    if found == targets.DRAINING:
        return found
    if not _is_in_use(group):
        return targets.NOT_IN_USE
    return health_checks.without_asking(name, group) or found


def _described(group: Mapping[str, Any], name: Name, health: Health) -> dict[str, Any]:
    parts = {"State": health.state, "Reason": health.reason, "Description": health.description}
    described = {"Target": {"Id": name.address, "Port": name.port}, "TargetHealth": {key: value for key, value in parts.items() if value}}
    if health == targets.NOT_REGISTERED:
        return described
    return {**described, "HealthCheckPort": str(health_checks.port_of(group, name.port))}


OPERATIONS = {"DeregisterTargets": deregister, "DescribeTargetHealth": describe, "RegisterTargets": register}
