"""Freshness: the minutes in which every price was young enough, from the application's own metric."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.live.office_hours import out_of_hours
from tradingbot_infra.operations.live.promql import query_range
from tradingbot_infra.operations.live.trading import LEVEL, newest_of
from tradingbot_infra.operations.service_levels.budget import Events
from tradingbot_infra.operations.session import Session

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Minutes:
    """Minutes from the first value in the window on. Of those without one `silent` count as bad, and `left_out` do not count."""

    events: tuple[tuple[datetime, Events], ...]
    silent: int = 0
    left_out: int = 0


def read_minutes(session: Session, config: EnvironmentConfig, *, start: datetime, end: datetime) -> Minutes:
    """Each full minute from the first value on, up to `end`.

    A minute without a value is bad, because whoever sends none has no fresh price; it is left out where the settings let no task run then.
    """
    oldest = f"max({newest_of('trading_price_age_seconds', config.environment)})"
    series = query_range(session, oldest, start, end - MINUTE, MINUTE, back=LEVEL)
    ages: Mapping[datetime, float] = {at: age for each in series for at, age in each.values}
    if not ages:
        return Minutes(())
    limit = config.service_levels.slo_freshness_seconds
    events: list[tuple[datetime, Events]] = []
    silent = left_out = 0
    at = min(ages)
    while at < end:
        age = ages.get(at)
        if age is None and out_of_hours(config.scaling, at):
            left_out += 1
        else:
            silent += age is None
            events.append((at, Events(1, int(age is None or age > limit))))
        at += MINUTE
    return Minutes(tuple(events), silent, left_out)
