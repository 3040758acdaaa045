"""Every mistake in an alarm is seen on some day: an alarm that should ring does not, or not in time, or one rings that should not."""

import re

import pytest

from tests.trading_days.conftest import Replayed, alarms_of
from tests.trading_days.mutants import mutants
from tests.trading_days.replay import wrong
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.trading_alarms import TradingAlarm, TradingLimits
from tradingbot_infra.local_cloud.prometheus.errors import QueryError

pytestmark = pytest.mark.local_cloud

WITHOUT_EFFECT = {
    ".*: max_over_time -> last_over_time": "timestamps of a process never fall, so its newest is its highest",
    ".*: 24h -> 172800s": "both sides of the comparison must be there, so the shorter memory counts",
    "exposure: (max by -> min by after re|last_over_time -> .* after  sum|4m ->)": "equity is much the same in all processes and minutes",
}
"""Mutants that no day can show, and why. Each is tried all the same."""

NAMES = list(alarms_of("any", load_config("production").trading.limits))


@pytest.mark.parametrize("name", NAMES)
def test_every_mutant_is_found(replayed: Replayed, limits: TradingLimits, name: str) -> None:
    # Days on which it rings come first: most mutants are found there.
    environments = sorted(replayed.cases, key=lambda environment: not _rings(replayed, environment, name))
    of_each = [list(mutants(alarms_of(environment, limits)[name])) for environment in environments]
    lived = []
    for same in zip(*of_each, strict=True):
        if not any(_differs(replayed, environment, mutant) for environment, (_, mutant) in zip(environments, same, strict=True)):
            lived.append(f"{name}: {same[0][0]}")
    assert [words for words in lived if not any(re.match(harmless, words) for harmless in WITHOUT_EFFECT)] == []


def _rings(replayed: Replayed, environment: str, name: str) -> bool:
    return any(rings.alarm == name for rings in replayed.cases[environment].rings)


def _differs(replayed: Replayed, environment: str, mutant: TradingAlarm) -> bool:
    """Whether a day shows that the mutant is wrong; Prometheus may refuse it too."""
    try:
        found = replayed.ringings(mutant, environment)
    except QueryError:
        return True
    return wrong(replayed.cases[environment], mutant, found) != ""
