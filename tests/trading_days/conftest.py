"""The days, made once, in one Prometheus. Each is an environment of its own, so that all happen at the same time."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.trading_days.case import Case
from tests.trading_days.days import DAYS
from tests.trading_days.exports import exported
from tests.trading_days.limits import AT_LIMITS, at_limits
from tests.trading_days.quiet_week import quiet_week
from tests.trading_days.replay import Ringing, load, ringings
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.trading_alarms import TradingAlarm, TradingLimits, trading_alarms
from tradingbot_infra.local_cloud.prometheus.server import PrometheusServer, running


@dataclass
class Replayed:
    """The days and the Prometheus that has their series."""

    server: PrometheusServer
    cases: dict[str, Case] = field(repr=False)
    """Environment -> what happens in it."""
    known: dict[tuple[str, int, str], list[Ringing]] = field(default_factory=dict, repr=False)

    def ringings(self, alarm: TradingAlarm, environment: str) -> list[Ringing]:
        """When an alarm rings on the day of an environment, evaluated once."""
        key = alarm.query, alarm.minutes, environment
        if key not in self.known:
            truth = self.cases[environment].truth
            self.known[key] = ringings(self.server, alarm, truth.begin, truth.end)
        return self.known[key]


@pytest.fixture(scope="session")
def limits() -> TradingLimits:
    """Production's limits."""
    return load_config("production").trading.limits


@pytest.fixture(scope="session")
def replayed() -> Iterator[Replayed]:
    cases = [Case(quiet_week()), Case(AT_LIMITS), *(make() for make in DAYS)]
    with running() as server:
        made = (series for case in cases if case.truth is not AT_LIMITS for series in exported(case.truth))
        load(server, [*at_limits(), *made])
        yield Replayed(server, {case.environment: case for case in cases})


def alarms_of(environment: str, limits: TradingLimits) -> dict[str, TradingAlarm]:
    """The alarms of an environment by their names."""
    return {alarm.name: alarm for alarm in trading_alarms(environment, limits)}
