"""Settings of the section scaling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.refusals import assert_refused, is_accepted


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"min_tasks": "11"}, "min_tasks=11", "is above max_tasks=10; allowed: 1 to 10"),
        ({"office_hours_start": "21:00"}, "office_hours_start=21:00", "allowed: before 20:00"),
        ({"time_zone": "Mars/Foo"}, "time_zone=Mars/Foo", "allowed: an IANA name"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


@given(fewest=st.integers(1, 100), most=st.integers(1, 100))
def test_task_counts_are_accepted_exactly_when_in_order(fewest: int, most: int) -> None:
    assert is_accepted(min_tasks=fewest, max_tasks=most) == (fewest <= most)
