"""Whether the application's lines have a level."""

import pytest

from tests.design.test_log_lines import ERRORS
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.log_levels import has_level, levels


@pytest.mark.parametrize("line", [line for line in ERRORS if not line.startswith("Traceback")])
def test_a_line_that_counts_as_an_error_has_a_level(line: str) -> None:
    assert has_level(line)


@pytest.mark.parametrize(
    "line",
    ["", "order rejected", '{"message": "ERROR"}', '{"level": null}', '{"level": {"name": 5}}', '{"level": true}', "[1]", "INFORMATION"],
)
def test_other_lines_have_none(line: str) -> None:
    assert not has_level(line)


def test_lines_of_which_none_has_a_level_are_told_with_what_it_means() -> None:
    found = levels(["order placed", '{"msg": "order placed"}'])
    assert found.outcome is Outcome.FAIL
    assert found.found == "0 of 2 lines in the last hour have a level: the alarm application-errors counts none of them"


def test_a_traceback_among_lines_with_levels_is_no_fault() -> None:
    found = levels(["INFO:     started", "Traceback (most recent call last):", "ValueError: no"])
    assert (found.outcome, found.found) == (Outcome.PASS, "1 of 3 lines in the last hour have a level")


def test_an_application_that_writes_nothing_has_no_line_to_judge() -> None:
    assert levels([]).outcome is Outcome.PASS
