"""Errors in settings read as one line each."""

import pytest

from tradingbot_infra.config.errors import ConfigError, Problem, listed


@pytest.mark.parametrize(
    ("value", "shown"), [(True, "true"), ((1, 2), "1,2"), (["a", "b"], "a,b"), ((), ""), (2.5, "2.5"), ("text", "text")]
)
def test_a_value_is_shown_as_one_would_write_it_after_its_name(value: object, shown: str) -> None:
    assert str(Problem("key", value, "is wrong", "this")) == f"key={shown}: is wrong; allowed: this"


def test_every_problem_is_one_line_that_starts_with_the_environment() -> None:
    error = ConfigError("staging", [Problem("a", 1, "is wrong", "2"), Problem("b", 1, "is wrong", "2")])
    assert str(error).splitlines() == ["staging: a=1: is wrong; allowed: 2", "staging: b=1: is wrong; allowed: 2"]
    assert (error.environment, len(error.problems)) == ("staging", 2)


def test_values_are_listed_with_commas() -> None:
    assert listed([1, "two"]) == "1, two"
