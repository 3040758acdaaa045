"""What `cost --savings` prints beside its result."""

import sys

import pytest

from tradingbot_infra.commands.cost.synthesis import findings_held_back


def fail_with(report: str) -> None:
    with findings_held_back():
        sys.stderr.write(report)
        raise RuntimeError(report)


def test_findings_of_a_scenario_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with findings_held_back():
        sys.stderr.write("FATAL")
    assert capsys.readouterr().err == ""


def test_what_was_held_back_is_printed_after_all_when_the_synthesis_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError):
        fail_with("why")
    assert capsys.readouterr().err == "why"
