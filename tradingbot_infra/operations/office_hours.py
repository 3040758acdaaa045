"""When an environment with office hours sleeps."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from tradingbot_infra.config.model import ServiceConfig

_SATURDAY = 5


def out_of_hours(service: ServiceConfig, now: datetime) -> bool:
    """Whether the settings let no task run at this time: between the end of a weekday's hours and the next start."""
    if not service.scale_down_out_of_hours:
        return False
    there = now.astimezone(ZoneInfo(service.time_zone))
    within = time.fromisoformat(service.office_hours_start) <= there.time() < time.fromisoformat(service.office_hours_end)
    return there.weekday() >= _SATURDAY or not within


def in_words(service: ServiceConfig) -> str:
    """The hours in which tasks run on weekdays."""
    return f"{service.office_hours_start} to {service.office_hours_end}, {service.time_zone}"
