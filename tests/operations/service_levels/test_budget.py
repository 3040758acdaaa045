"""Error budgets with known answers."""

from fractions import Fraction

import pytest

from tradingbot_infra.operations.service_levels.budget import Budget, Events, share

NONE = Events()


def budget(percent: float, total: int, bad: int, hour: Events = NONE, day: Events = NONE) -> Budget:
    return Budget(share(percent), Events(total, bad), hour, day)


def test_three_nines_of_a_hundred_thousand_requests_allow_a_hundred_errors() -> None:
    found = budget(99.9, 100_000, 50)
    assert (found.allowed, found.left) == (Fraction(100), Fraction(50))
    assert (found.used, found.measured) == (Fraction(1, 2), Fraction(9995, 10_000))
    assert not found.exhausted


def test_three_nines_of_thirty_days_allow_43_minutes_and_12_seconds() -> None:
    assert budget(99.9, 30 * 24 * 60, 0).allowed == Fraction(432, 10)


@pytest.mark.parametrize(("bad", "exhausted"), [(0, False), (99, False), (100, True), (101, True), (100_000, True)])
def test_a_budget_is_exhausted_once_all_of_it_is_used(bad: int, exhausted: bool) -> None:
    assert budget(99.9, 100_000, bad).exhausted is exhausted


def test_no_error_exhausts_nothing_however_small_the_budget() -> None:
    assert not budget(99.999, 1, 0).exhausted
    assert budget(99.999, 1, 1).exhausted


def test_a_percentage_is_what_people_write() -> None:
    assert share(99.9) == Fraction(999, 1000)
    assert share(99.95) == Fraction(1999, 2000)


def test_a_burn_rate_of_one_lasts_exactly_the_window() -> None:
    found = budget(99.9, 1_000_000, 0, hour=Events(1000, 1), day=Events(1000, 14))
    assert found.burn_rate(found.hour) == 1
    assert found.burn_rate(found.day) == 14
    assert found.burn_rate(NONE) is None


def test_where_nothing_happened_nothing_is_measured() -> None:
    found = budget(99.9, 0, 0)
    assert (found.measured, found.used, found.exhausted) == (None, None, False)


@pytest.mark.parametrize(("total", "bad"), [(1, 2), (0, -1)])
def test_more_errors_than_events_cannot_be(total: int, bad: int) -> None:
    with pytest.raises(ValueError, match="cannot be bad"):
        Events(total, bad)


def test_sums_that_were_read_at_two_instants_are_made_possible() -> None:
    assert Events.of(10, 12) == Events(12, 12)
    assert Events.of(10.4, -0.2) == Events(10, 0)
