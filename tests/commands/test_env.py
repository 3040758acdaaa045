"""`env`: environments and their settings, without an account."""

import json

import pytest

from tests.deployed import Run
from tradingbot_infra.config.environments import ENVIRONMENTS


def test_without_a_command_it_lists_every_environment(run: Run) -> None:
    result = run("env", "list")
    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == list(ENVIRONMENTS)
    assert run("env", "--json").stdout == run("env", "list", "--json").stdout


def test_every_setting_is_shown_with_its_value_and_where_it_comes_from(run: Run) -> None:
    result = run("env", "show", "--env", "staging", "-c", "max_tasks=2")
    assert result.exit_code == 0, result.output
    lines = {" ".join(line.split()) for line in result.stdout.splitlines()}
    assert "Scaling" in lines
    assert "max_tasks 2 (-c, instead of 1)" in lines
    assert any(line.startswith("min_tasks 1 (environments.py:") and line.endswith(", _TEST)") for line in lines)
    document = json.loads(run("env", "show", "--env", "staging", "--json").stdout)
    assert [each["name"] for each in document["settings"]][:2] == ["project", "owner"]
    assert len(document["settings"]) == len(ENVIRONMENTS["staging"])


def test_a_setting_by_its_name_says_what_it_is_for_and_why_it_is_so(run: Run) -> None:
    lines = run("env", "show", "min_tasks", "--env", "staging").stdout.splitlines()
    assert lines[:3] == ["min_tasks=1", "  Minimum number of tasks", "  allowed: a whole number from 1 to 100"]
    assert lines[4:] == ["  why: a restart may interrupt the service"]
    assert "  why:" not in run("env", "show", "min_tasks").stdout  # the comment above it is the heading of its section


def test_a_difference_names_both_values(run: Run) -> None:
    result = run("env", "diff", "production", "balanced")
    rows = [line.split() for line in result.stdout.splitlines()]
    assert rows[0] == ["SETTING", "production", "balanced"]
    assert ["account_stacks", "true", "false"] in rows
    document = json.loads(run("env", "diff", "production", "balanced", "--json").stdout)
    assert {each["name"]: each["balanced"] for each in document["settings"]} == {row[0]: row[2] for row in rows[1:]}
    assert run("env", "diff", "staging", "staging").stdout == "staging and staging have the same settings\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "min_taks"), "production: SETTING=min_taks: there is no such setting; allowed: min_tasks"),
        (("show", "-c", "min_tasks=0"), "production: min_tasks=0: "),
        (("diff", "production", "prod"), "env=prod: there is no such environment (did you mean production?)"),
    ],
    ids=["setting", "value", "environment"],
)
def test_what_does_not_exist_is_one_line(words: tuple[str, ...], message: str, run: Run) -> None:
    result = run("env", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(message)
