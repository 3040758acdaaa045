"""What templates may hold of Application Auto Scaling."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    computed,
    exactly,
    matching,
    one,
    refers_to_the,
    required,
    setting,
    tags,
    whole,
)
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly, Resource

_TARGET = "ServiceStack/Api/Service/TaskCount/Target"
_SERVICE_ROLE = "aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"
_TRACKING = "TargetTrackingScalingPolicyConfiguration"

_TRACKED: Mapping[str, tuple[str, str]] = {
    f"{_TARGET}/Cpu/Resource": ("ECSServiceAverageCPUUtilization", "autoscaling_target_cpu"),
    f"{_TARGET}/Memory/Resource": ("ECSServiceAverageMemoryUtilization", "autoscaling_target_memory"),
}
"""The metric that each policy tracks, and the setting of its target, by the policy's path."""


def _office_hours(config: EnvironmentConfig) -> list[dict[str, Any]] | None:
    scaling = config.scaling
    if not scaling.scale_down_out_of_hours:
        return None
    return [
        _action("OfficeHoursEnd", scaling.office_hours_end, scaling.time_zone, (0, 0)),
        _action("OfficeHoursStart", scaling.office_hours_start, scaling.time_zone, (scaling.min_tasks, scaling.max_tasks)),
    ]


def _action(name: str, clock: str, time_zone: str, tasks: tuple[int, int]) -> dict[str, Any]:
    hour, minute = map(int, clock.split(":"))
    return {
        "ScheduledActionName": name,
        "Schedule": f"cron({minute} {hour} ? * MON-FRI *)",
        "Timezone": time_zone,
        "ScalableTargetAction": {"MinCapacity": tasks[0], "MaxCapacity": tasks[1]},
    }


def _service(value: Any, _: Resource, assembly: Assembly) -> TriState:
    parts = str(value).split("/")
    targets = [assembly.referred(part) for part in parts[1:]]
    paths = [target.path if target else None for target in targets]
    return parts[0] == "service" and paths == ["ServiceStack/Cluster/Resource", "ServiceStack/Api/Service/Service"]


def _metric(value: Any, resource: Resource, _: Assembly) -> TriState:
    return bool(value == _TRACKED.get(resource.path, (None,))[0])


def _utilization(value: Any, resource: Resource, assembly: Assembly) -> TriState:
    tracked = _TRACKED.get(resource.path)
    return setting("", tracked[1]).check(value, resource, assembly) if tracked else False


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": allowed(
        *required(
            setting("MinCapacity", "min_tasks"),
            setting("MaxCapacity", "max_tasks"),
            computed("ResourceId", _service, "the service of these stacks in its cluster"),
            matching(
                "RoleARN", rf"arn:(aws|\$\{{AWS::Partition\}}):iam::\$\{{AWS::AccountId\}}:role/{_SERVICE_ROLE}", "the service-linked role"
            ),
            exactly("ScalableDimension", "ecs:service:DesiredCount"),
            exactly("ServiceNamespace", "ecs"),
            whole("ScheduledActions", _office_hours, "the office hours of the settings, none without scale_down_out_of_hours"),
        ),
        *required(tags()),
        exact=True,
        ServiceStack=one,
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": allowed(
        *required(
            matching("PolicyName", r"ServiceStackApiServiceTaskCountTarget(Cpu|Memory)[0-9A-F]{8}", "the CDK's name of the policy"),
            exactly("PolicyType", "TargetTrackingScaling"),
            refers_to_the("ScalingTargetId", f"{_TARGET}/Resource"),
            computed(
                f"{_TRACKING}.PredefinedMetricSpecification.PredefinedMetricType", _metric, "CPU or memory utilization of the service"
            ),
            computed(f"{_TRACKING}.TargetValue", _utilization, "the target of the settings"),
        ),
        exact=True,
        ServiceStack=lambda config: 2 if config.scaling.max_tasks > config.scaling.min_tasks else 0,
    ),
}
