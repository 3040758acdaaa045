"""The states of a PromQL alarm follow what its query returns."""

from collections.abc import Sequence

import pytest

from tradingbot_infra.local_cloud.services.promql_alarms.contributors import Change, Contributors, Periods, State, attributes_of, history

GRID, TREND = {"strategy": "grid"}, {"strategy": "trend"}
MINUTE = 60.0


def states(periods: Periods, minutes: Sequence[Sequence[dict[str, str]]]) -> str:
    """The alarm's state after each minute: A or O."""
    contributors = Contributors(periods)
    said = ""
    for minute, returned in enumerate(minutes):
        contributors.step(minute * MINUTE, returned)
        said += contributors.state[0]
    return said


@pytest.mark.parametrize(
    ("pending", "recovery", "breaching", "expected"),
    [
        (0, 0, "0110", "OAAO"),
        (120, 0, "0111100", "OOOAAOO"),
        (120, 0, "011011011", "OOOOOOOOO"),
        (0, 120, "100001", "AAAOOA"),
        (0, 120, "1001001", "AAAAAAA"),
        (0, 0, "0000", "OOOO"),
        (60, 60, "11100011", "OAAAOOOA"),
    ],
)
def test_the_alarm_rings_after_the_pending_period_and_is_quiet_after_the_recovery_period(
    pending: int, recovery: int, breaching: str, expected: str
) -> None:
    returned = [[GRID] if minute == "1" else [] for minute in breaching]
    assert states(Periods(60, pending, recovery), returned) == expected


def test_two_contributors_in_turn_do_not_add_up_to_a_pending_period() -> None:
    assert states(Periods(60, 120, 0), [[GRID], [TREND], [GRID], [TREND], [GRID]]) == "OOOOO"


def test_the_alarm_rings_once_for_two_contributors_and_is_quiet_when_both_are() -> None:
    changes = list(history(Periods(60, 0, 0), 0, 240, lambda at: [[GRID], [GRID, TREND], [TREND], [], []][int(at // 60)]))
    grid, trend = attributes_of(GRID), attributes_of(TREND)
    assert changes == [
        Change(0, State.ALARM, grid),
        Change(0, State.ALARM, None),
        Change(60, State.ALARM, trend),
        Change(120, State.OK, grid),
        Change(180, State.OK, trend),
        Change(180, State.OK, None),
    ]


def test_a_contributor_is_told_by_all_its_labels_in_whatever_order() -> None:
    contributors = Contributors(Periods(60, 0, 0))
    contributors.step(0, [{"a": "1", "b": "2"}])
    assert contributors.step(60, [{"b": "2", "a": "1"}]) == ()
    assert [change.state for change in contributors.step(120, [{"a": "1"}])] == [State.ALARM, State.OK]


def test_what_breaches_but_not_for_long_enough_is_pending() -> None:
    contributors = Contributors(Periods(60, 60, 0))
    contributors.step(0, [GRID])
    assert (contributors.pending, contributors.alarming) == ((attributes_of(GRID),), ())
    contributors.step(60, [GRID])
    assert (contributors.pending, contributors.alarming) == ((), (attributes_of(GRID),))


def test_a_series_returned_twice_at_once_is_one_contributor() -> None:
    contributors = Contributors(Periods(60, 0, 0))
    assert len(contributors.step(0, [GRID, dict(GRID)])) == 2
