"""The rows of the fifteen alarms."""

from tradingbot_infra.design.account_alarms import ACCOUNT_ALARMS


def test_the_benchmarks_fifteen_are_there_in_order() -> None:
    assert [row.control for row in ACCOUNT_ALARMS] == [f"4.{number}" for number in range(1, 16)]
    assert len({row.metric for row in ACCOUNT_ALARMS}) == len({row.pattern for row in ACCOUNT_ALARMS}) == 15


def test_every_pattern_is_as_long_as_cloudwatch_takes() -> None:
    assert max(len(row.pattern) for row in ACCOUNT_ALARMS) <= 1024


def test_every_pattern_has_its_parentheses_in_pairs() -> None:
    for row in ACCOUNT_ALARMS:
        assert row.pattern.count("(") == row.pattern.count(")")
        assert row.pattern.startswith("{ ")
        assert row.pattern.endswith(" }")


def test_the_organization_has_the_eighteen_events_of_the_benchmark_and_three_more() -> None:
    pattern = ACCOUNT_ALARMS[-1].pattern
    assert pattern.count("$.eventName") == 21
    assert "$.eventSource = organizations.amazonaws.com" in pattern
