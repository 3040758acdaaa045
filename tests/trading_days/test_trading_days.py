"""Each fault of a trading day rings exactly the alarms that it should, within the stated time, and a quiet week rings none."""

import random
import re

import pytest

from tests.conftest import PROJECT_ROOT
from tests.trading_days.conftest import Replayed, alarms_of
from tests.trading_days.days import DAYS
from tests.trading_days.exports import INSTANCE, exported
from tests.trading_days.limits import AT_LIMITS
from tests.trading_days.quiet_week import quiet_week
from tests.trading_days.replay import INTERVAL, returned, stated_minutes, wrong
from tradingbot_infra.design.trading_alarms import TradingLimits
from tradingbot_infra.design.trading_metrics import TRADING_METRICS

pytestmark = pytest.mark.local_cloud

CASES = [make.__name__.replace("_", "-") for make in DAYS]


@pytest.mark.parametrize("environment", CASES)
def test_a_fault_rings_its_alarms_and_no_other_within_the_stated_time(replayed: Replayed, limits: TradingLimits, environment: str) -> None:
    case = replayed.cases[environment]
    alarms = alarms_of(environment, limits)
    assert {rings.alarm for rings in case.rings} <= alarms.keys()
    found = {name: wrong(case, alarm, replayed.ringings(alarm, environment)) for name, alarm in alarms.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_every_alarm_rings_on_some_day(replayed: Replayed, limits: TradingLimits) -> None:
    assert {rings.alarm for case in replayed.cases.values() for rings in case.rings} == alarms_of("any", limits).keys()


@pytest.mark.parametrize("environment", ["quiet-week", AT_LIMITS.environment])
def test_none_rings_in_a_quiet_week_nor_at_its_limit(replayed: Replayed, limits: TradingLimits, environment: str) -> None:
    case = replayed.cases[environment]
    found = {name: wrong(case, alarm, replayed.ringings(alarm, environment)) for name, alarm in alarms_of(environment, limits).items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_query_over_a_range_returns_what_it_returns_at_each_minute(replayed: Replayed, limits: TradingLimits) -> None:
    """Days are evaluated by queries over a range, alarms by one a minute."""
    chance = random.Random("minutes")  # noqa: S311 - the same minutes each time
    for case in (replayed.cases["telemetry-lost"], replayed.cases["order-loop"]):
        minutes = [case.truth.begin + INTERVAL * chance.randrange(360) for _ in range(10)]
        for alarm in alarms_of(case.environment, limits).values():
            over_range = returned(replayed.server, alarm.query, case.truth.begin, case.truth.end)
            for minute in minutes:
                at_once = [series.labels for series in replayed.server.query(alarm.query, minute)]
                assert sorted(map(str, at_once)) == sorted(map(str, over_range.get(minute, ())))


def test_days_have_metrics_and_labels_of_the_contract_and_are_the_same_each_time() -> None:
    contract = {metric.name: set(metric.labels) for metric in TRADING_METRICS}
    made = list(exported(quiet_week()))
    for series in made:
        assert set(series.labels) - {"environment", INSTANCE} == contract[series.name], series.name
    assert made == list(exported(quiet_week()))


@pytest.mark.parametrize("page", ["observability.md", "observability.ko.md"])
def test_docs_state_the_time_within_which_each_alarm_rings(replayed: Replayed, page: str) -> None:
    text = (PROJECT_ROOT / "docs" / page).read_text(encoding="utf-8")
    stated = {name: int(minutes) for name, minutes in re.findall(r"^\| [^|]+ \| `([a-z-]+)` \| (\d+) \|", text, re.MULTILINE)}
    every = [rings for case in replayed.cases.values() for rings in case.rings]
    assert stated.pop("service-down") > 0, "it is on the load balancer's metrics, of which days of trading have none"
    assert stated == {
        rings.alarm: max(stated_minutes(each) - each.reached for each in every if each.alarm == rings.alarm) for rings in every
    }
