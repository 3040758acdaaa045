"""What passes NAT, extrapolated to a month."""

from datetime import timedelta

import pytest

from tests.operations.diagnosis.planted import NOW
from tests.operations.stubs import session_over
from tradingbot_infra.operations.live.nat_traffic import NatTraffic, read_nat_traffic

GIB = 1024**3


@pytest.mark.parametrize(
    ("gib", "over", "a_month"),
    [
        (7, timedelta(days=7), 30.4),
        (2, timedelta(days=2), 30.4),
        (1, timedelta(hours=1), 30.4),  # no shorter time than a day is taken for the whole
        (0, timedelta(0), 0),
    ],
)
def test_a_month_follows_from_the_time_that_was_seen(gib: int, over: timedelta, a_month: float) -> None:
    assert NatTraffic(gib * GIB, over).gib_a_month == pytest.approx(a_month, abs=0.1)


def test_without_gateways_nothing_is_asked() -> None:
    assert read_nat_traffic(session_over(), [], until=NOW) == NatTraffic(0, timedelta(0))
