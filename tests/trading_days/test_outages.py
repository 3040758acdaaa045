"""One outage is one message, whatever follows from it, and money is a message of its own."""

import pytest

from tests.trading_days.conftest import Replayed, alarms_of
from tests.trading_days.replay import Ringing, told
from tests.trading_days.truth import MINUTE
from tradingbot_infra.design.trading_alarms import Cause, TradingLimits

pytestmark = pytest.mark.local_cloud

WAIT, EXTENSION = 120, 600
"""Seconds for which the composite alarm waits for the alarm that the service is down, and after it (constructs/trading_alarms.py)."""


def parts(replayed: Replayed, limits: TradingLimits, environment: str, cause: Cause) -> dict[str, list[Ringing]]:
    """What rings on a day, of one cause."""
    alarms = alarms_of(environment, limits).items()
    found = {name: replayed.ringings(alarm, environment) for name, alarm in alarms if alarm.cause is cause}
    return {name: ringings for name, ringings in found.items() if ringings}


def messages(ringings: dict[str, list[Ringing]], down: tuple[float, float] | None = None, extension: float = EXTENSION) -> list[float]:
    return told([each for of_one in ringings.values() for each in of_one], down, WAIT, extension)


def test_an_outage_that_rings_five_alarms_is_one_message_two_minutes_after_the_first(replayed: Replayed, limits: TradingLimits) -> None:
    outage = parts(replayed, limits, "long-outage", Cause.OUTAGE)
    assert outage.keys() == {"reconnect-storm", "price-stale", "equity-unknown", "no-signals", "no-orders"}
    first = min(each.begin for of_one in outage.values() for each in of_one)
    assert messages(outage) == [first + WAIT]
    assert parts(replayed, limits, "long-outage", Cause.ALONE) == {}


def test_money_in_an_outage_is_a_message_beside_that_of_the_outage(replayed: Replayed, limits: TradingLimits) -> None:
    assert len(messages(parts(replayed, limits, "money-in-an-outage", Cause.OUTAGE))) == 1
    assert parts(replayed, limits, "money-in-an-outage", Cause.ALONE).keys() == {"drawdown"}


def test_an_outage_of_the_service_is_not_told_again(replayed: Replayed, limits: TradingLimits) -> None:
    """`service-down` rings three minutes after the processes are gone, and is quiet two minutes after they are back."""
    case = replayed.cases["dead-processes"]
    begin, end = case.rings[0].since, case.rings[0].until
    down = (begin + 3 * MINUTE, end + 2 * MINUTE)
    silent = parts(replayed, limits, case.environment, Cause.OUTAGE)
    assert silent.keys() == {"strategy-silent", "equity-unknown"}
    assert messages(silent, down) == []
    assert len(messages(silent)) == 1


def test_an_extension_shorter_than_recovery_tells_an_outage_when_it_is_over(replayed: Replayed, limits: TradingLimits) -> None:
    case = replayed.cases["dead-processes"]
    begin, end = case.rings[0].since, case.rings[0].until
    silent = parts(replayed, limits, case.environment, Cause.OUTAGE)
    (late,) = messages(silent, (begin + 3 * MINUTE, end + 2 * MINUTE), extension=60)
    assert late > end


def test_what_stays_silent_when_the_service_is_back_is_told(replayed: Replayed, limits: TradingLimits) -> None:
    case = replayed.cases["hanging-strategy"]
    begin, end = case.rings[0].since, case.rings[0].until
    back = begin + 20 * MINUTE
    (message,) = messages(parts(replayed, limits, case.environment, Cause.OUTAGE), (begin, back))
    assert message == back + EXTENSION
    assert message < end


@pytest.mark.parametrize("environment", ["telemetry-lost", "dead-websocket", "removed"])
def test_each_other_outage_is_one_message(replayed: Replayed, limits: TradingLimits, environment: str) -> None:
    assert len(messages(parts(replayed, limits, environment, Cause.OUTAGE))) == 1


def test_a_quiet_week_is_no_message(replayed: Replayed, limits: TradingLimits) -> None:
    assert messages(parts(replayed, limits, "quiet-week", Cause.OUTAGE)) == []
