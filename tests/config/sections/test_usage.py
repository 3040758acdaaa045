"""Settings of the section expected usage."""

import pytest

from tests.config.refusals import assert_refused


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"expected_nat_gib": "-1"}, "expected_nat_gib=-1", "allowed: a number from 0 to 10000"),
        ({"expected_tasks": "many"}, "expected_tasks=many", "allowed: a number from min_tasks to max_tasks, or none for min_tasks"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)
