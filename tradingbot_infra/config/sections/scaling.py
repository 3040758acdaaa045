"""Scaling: the number of tasks, and the office hours."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tradingbot_infra.config.errors import Problem
from tradingbot_infra.config.sections.base import Section, setting
from tradingbot_infra.config.windows import minute_of_day

_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class ScalingConfig(Section, title="Scaling"):
    """How many tasks run, and when."""

    min_tasks: int = setting("Minimum number of tasks", ge=1, le=100)
    max_tasks: int = setting("Maximum number of tasks", ge=1, le=100)
    autoscaling_target_cpu: int = setting("Average CPU utilization that auto scaling maintains, percent", ge=10, le=90)
    autoscaling_target_memory: int = setting("Average memory utilization that auto scaling maintains, percent", ge=10, le=90)
    availability_zone_rebalancing: bool = setting(
        "Let ECS replace tasks outside of deployments when one zone has more of them than another"
    )
    scale_down_out_of_hours: bool = setting("Run no task outside office hours: at night and at weekends")
    office_hours_start: str = setting("Time at which tasks start on weekdays, in time_zone", allowed="hh:mm", pattern=_CLOCK)
    office_hours_end: str = setting("Time at which tasks stop on weekdays, in time_zone", allowed="hh:mm", pattern=_CLOCK)
    time_zone: str = setting(
        "Time zone of the office hours", allowed="an IANA name such as Australia/Sydney", pattern=r"^[A-Za-z_]+(/[A-Za-z_-]+)*$"
    )


def task_counts_are_in_order(scaling: ScalingConfig) -> Iterator[Problem]:
    if scaling.min_tasks > scaling.max_tasks:
        yield Problem("min_tasks", scaling.min_tasks, f"is above max_tasks={scaling.max_tasks}", f"1 to {scaling.max_tasks}")


def office_hours_are_in_order(scaling: ScalingConfig) -> Iterator[Problem]:
    if minute_of_day(scaling.office_hours_start) >= minute_of_day(scaling.office_hours_end):
        yield Problem(
            "office_hours_start",
            scaling.office_hours_start,
            f"is not before office_hours_end={scaling.office_hours_end}",
            f"before {scaling.office_hours_end}",
        )


def time_zone_exists(scaling: ScalingConfig) -> Iterator[Problem]:
    zone = scaling.time_zone
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Problem("time_zone", zone, "there is no such time zone", "an IANA name such as Australia/Sydney")
