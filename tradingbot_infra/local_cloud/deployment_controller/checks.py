"""What CreateService and UpdateService refuse about strategies, load balancers and hooks.

Sources: "Troubleshooting Amazon ECS blue/green deployments", whose words these are where it has any, "Pause hooks for Amazon ECS service
deployments" and "Lambda hooks for Amazon ECS service deployments" (ECS Developer Guide); ECS API Reference, CanaryConfiguration,
LinearConfiguration.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.deployment_controller.records import Stage
from tradingbot_infra.local_cloud.service_scheduler.records import ROLLING

_DAY_MINUTES = 1440
_LONGEST_PAUSE_MINUTES = 20_160
_MOST_HOOKS = 10
_NEVER_PAUSED = frozenset({Stage.TEST_TRAFFIC_SHIFT, Stage.PRODUCTION_TRAFFIC_SHIFT})
_RANGES = (
    ("canaryConfiguration", "canaryPercent", 0.1, 100.0),
    ("canaryConfiguration", "canaryBakeTimeInMinutes", 0, _DAY_MINUTES),
    ("linearConfiguration", "stepPercent", 3.0, 100.0),
    ("linearConfiguration", "stepBakeTimeInMinutes", 0, _DAY_MINUTES),
)


def check(settings: Mapping[str, Any]) -> None:
    """Raises LocalApiError (InvalidParameterException) for the settings that a service would have."""
    configuration = settings.get("deploymentConfiguration", {})
    balancers = settings.get("loadBalancers", [])
    refusal = next(itertools.chain(_strategy(configuration), _hooks(configuration), _balancers(configuration, balancers)), None)
    if refusal:
        raise LocalApiError("InvalidParameterException", refusal)


def _strategy(configuration: Mapping[str, Any]) -> Iterator[str]:
    strategy = configuration.get("strategy", ROLLING)
    if strategy == "BLUE_GREEN" and "bakeTimeInMinutes" not in configuration:
        yield "bakeTimeInMinutes must be provided when you use the BLUE_GREEN deployment strategy."
    if not 0 <= int(configuration.get("bakeTimeInMinutes", 0)) <= _DAY_MINUTES:
        yield f"bakeTimeInMinutes must be between 0 and {_DAY_MINUTES}."
    for name, own in (("canaryConfiguration", "CANARY"), ("linearConfiguration", "LINEAR")):
        if name in configuration and strategy != own:
            yield f"{name} is only valid when the deployment strategy is {own}."
    for name, part, least, most in _RANGES:
        value = configuration.get(name, {}).get(part)
        if value is not None and not least <= float(value) <= most:
            yield f"{part} must be between {least} and {most}."


def _hooks(configuration: Mapping[str, Any]) -> Iterator[str]:
    hooks = configuration.get("lifecycleHooks") or []
    counts = Counter(hook.get("targetType", "AWS_LAMBDA") for hook in hooks)
    if counts.keys() - {"AWS_LAMBDA", "PAUSE"}:
        yield "Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE"
    for kind, count in counts.items():
        if count > _MOST_HOOKS:
            yield f"A service can have at most {_MOST_HOOKS} {kind} hooks."
    for hook in hooks:
        yield from _hook(hook, is_pause=hook.get("targetType") == "PAUSE")


def _hook(hook: Mapping[str, Any], *, is_pause: bool) -> Iterator[str]:
    if is_pause and _NEVER_PAUSED & set(hook.get("lifecycleStages", [])):
        yield "Invalid lifecycle stage provided for Pause Hook"
    if is_pause and (hook.get("hookTargetArn") or hook.get("roleArn")):
        yield "hookTargetArn and roleArn are not applicable for PAUSE hooks."
    if not is_pause and not (hook.get("hookTargetArn") and hook.get("roleArn")):
        yield "hookTargetArn and roleArn must be provided for AWS_LAMBDA hooks."
    if not hook.get("lifecycleStages"):
        yield "lifecycleStages must be provided when configuring a deployment lifecycle hook."
    longest = _LONGEST_PAUSE_MINUTES if is_pause else _DAY_MINUTES
    if not 1 <= int(hook.get("timeoutConfiguration", {}).get("timeoutInMinutes", 1)) <= longest:
        yield f"timeoutInMinutes must be between 1 and {longest}."


def _balancers(configuration: Mapping[str, Any], balancers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    advanced = [each["advancedConfiguration"] for each in balancers if each.get("advancedConfiguration")]
    shifts = configuration.get("strategy", ROLLING) != ROLLING
    if advanced and len(advanced) < len(balancers):
        yield "Either all or none of the provided loadBalancers must have advancedConfiguration defined"
    if shifts and not advanced:
        yield "advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy"
    groups = Counter(each["targetGroupArn"] for each in balancers if "targetGroupArn" in each)
    groups.update(each["alternateTargetGroupArn"] for each in advanced if "alternateTargetGroupArn" in each)
    for group, count in groups.items():
        if advanced and count > 1:
            yield f"Duplicate targetGroupArn found: {group}"
    for each in advanced:
        yield from _advanced(each)


def _advanced(given: Mapping[str, Any]) -> Iterator[str]:
    for name in ("alternateTargetGroupArn", "productionListenerRule", "roleArn"):
        if not given.get(name):
            yield f"{name} must be provided in advancedConfiguration."
    for name in ("productionListenerRule", "testListenerRule"):
        if given.get(name) and ":listener-rule/app/" not in given[name]:
            yield f"{name} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: {given[name]}"
    if given.get("productionListenerRule") == given.get("testListenerRule"):
        yield f"The following rules cannot be used as both production and test listener rules: {given.get('productionListenerRule')}"
