"""Freshness: the minutes in which every price was young enough, from the application's own metric."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.live.promql import query_range
from tradingbot_infra.operations.live.trading import of_environment
from tradingbot_infra.operations.service_levels.budget import Events
from tradingbot_infra.operations.session import Session

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Minutes:
    """Minutes from the first value in the window on. `silent` are those without one."""

    events: tuple[tuple[datetime, Events], ...]
    silent: int


def read_minutes(session: Session, config: EnvironmentConfig, *, start: datetime, end: datetime) -> Minutes:
    """Each full minute from the first value on, up to `end`.

    A minute without a value is bad, because whoever sends none has no fresh price; but not where the settings stop the service at night.
    """
    oldest = f"max({of_environment('trading_price_age_seconds', config.environment)})"
    series = query_range(session, oldest, start, end - MINUTE, MINUTE)
    ages: Mapping[datetime, float] = {at: age for each in series for at, age in each.values}
    if not ages:
        return Minutes((), 0)
    limit, sleeps = config.service_levels.slo_freshness_seconds, config.scaling.scale_down_out_of_hours
    events: list[tuple[datetime, Events]] = []
    silent = 0
    at = min(ages)
    while at < end:
        age = ages.get(at)
        silent += age is None
        if age is not None or not sleeps:
            events.append((at, Events(1, int(age is None or age > limit))))
        at += MINUTE
    return Minutes(tuple(events), silent)
