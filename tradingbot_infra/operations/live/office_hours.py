"""When an environment with office hours runs no task."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from tradingbot_infra.config.sections.scaling import ScalingConfig

_SATURDAY = 5


def out_of_hours(scaling: ScalingConfig, now: datetime) -> bool:
    """Whether the settings let no task run at this time: between the end of a weekday's hours and the next start."""
    if not scaling.scale_down_out_of_hours:
        return False
    there = now.astimezone(ZoneInfo(scaling.time_zone))
    within = time.fromisoformat(scaling.office_hours_start) <= there.time() < time.fromisoformat(scaling.office_hours_end)
    return there.weekday() >= _SATURDAY or not within


def in_words(scaling: ScalingConfig) -> str:
    """The hours in which tasks run on weekdays."""
    return f"{scaling.office_hours_start} to {scaling.office_hours_end}, {scaling.time_zone}"
