"""How many tasks run, and between which bounds Application Auto Scaling moves that number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import Names
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.session import Session

_DIMENSION: Literal["ecs:service:DesiredCount"] = "ecs:service:DesiredCount"


@dataclass(frozen=True)
class Bounds:
    """Fewest and most tasks."""

    fewest: int
    most: int


@dataclass(frozen=True)
class Schedule:
    """A scheduled action: when, in which time zone, and the bounds that it sets."""

    name: str
    when: str
    time_zone: str
    bounds: Bounds


@dataclass(frozen=True)
class Activity:
    """One thing that Application Auto Scaling did."""

    at: datetime
    description: str
    status: str


@dataclass(frozen=True)
class Scaling:
    """The bounds that hold now, those that the settings choose, and what moves them."""

    now: Bounds
    configured: Bounds
    schedules: tuple[Schedule, ...]
    activities: tuple[Activity, ...]


def read_scaling(session: Session, config: EnvironmentConfig) -> Scaling:
    """What holds now.

    Raises UserError when the service is not registered with Application Auto Scaling.
    """
    resource = resource_of(config.names)
    targets = session.autoscaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[resource], ScalableDimension=_DIMENSION)[
        "ScalableTargets"
    ]
    if not targets:
        raise UserError(f"{resource}: is not registered with Application Auto Scaling; deploy the service first")
    actions = session.autoscaling.describe_scheduled_actions(ServiceNamespace="ecs", ResourceId=resource)["ScheduledActions"]
    done = session.autoscaling.describe_scaling_activities(ServiceNamespace="ecs", ResourceId=resource, MaxResults=5)["ScalingActivities"]
    return Scaling(
        now=Bounds(targets[0]["MinCapacity"], targets[0]["MaxCapacity"]),
        configured=configured(config),
        schedules=tuple(
            Schedule(
                name=action["ScheduledActionName"],
                when=action["Schedule"],
                time_zone=action.get("Timezone", "UTC"),
                bounds=Bounds(
                    action.get("ScalableTargetAction", {}).get("MinCapacity", 0),
                    action.get("ScalableTargetAction", {}).get("MaxCapacity", 0),
                ),
            )
            for action in actions
        ),
        activities=tuple(Activity(item["StartTime"], item["Description"], item["StatusCode"]) for item in done),
    )


def configured(config: EnvironmentConfig) -> Bounds:
    """The bounds that the settings choose."""
    return Bounds(config.scaling.min_tasks, config.scaling.max_tasks)


def at_least(tasks: int, config: EnvironmentConfig) -> Bounds:
    """The bounds that hold this many tasks: as many at least, and no fewer at most than configured. Zero is held at zero.

    Raises UserError for a number that the settings do not allow.
    """
    most = config.scaling.max_tasks
    if not 0 <= tasks <= most:
        raise UserError(f"--tasks {tasks}: {config.environment} runs at most max_tasks={most}; allowed: 0 to {most}, or raise the setting")
    return Bounds(0, 0) if tasks == 0 else Bounds(tasks, most)


def set_bounds(session: Session, names: Names, bounds: Bounds, desired: int) -> int:
    """Sets the bounds, and brings the desired count of tasks between them at once; returns that count."""
    session.autoscaling.register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=resource_of(names),
        ScalableDimension=_DIMENSION,
        MinCapacity=bounds.fewest,
        MaxCapacity=bounds.most,
    )
    wanted = min(max(desired, bounds.fewest), bounds.most)
    session.ecs.update_service(cluster=names.cluster, service=names.service, desiredCount=wanted)
    return wanted


def resource_of(names: Names) -> str:
    """The service as Application Auto Scaling names it."""
    return f"service/{names.cluster}/{names.service}"
