"""The command line as a whole: its help, and that it starts without what it does not need."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from tests.conftest import PROJECT_ROOT
from tests.deployed import Run, RunApart
from tradingbot_infra.__main__ import app
from tradingbot_infra.commands import options
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, SECRETS
from tradingbot_infra.operations.secrets.deletion import RECOVERY_DAYS


def commands(group: TyperGroup, *above: str) -> Iterator[tuple[tuple[str, ...], TyperCommand]]:
    """Every command and sub-command with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, *above, name)
        elif isinstance(command, TyperCommand):
            yield (*above, name), command


COMMANDS = dict(commands(typer.main.get_group(app)))
GROUPS = ("compliance", "cost", "secrets", "image", "alarms", "env", "db", "recovery", "redis", "report")

CHOOSE_NO_ENVIRONMENT = {("cost", "diff"), ("cost", "refresh"), ("env", "list")}
"""List prices are those of every environment, and a difference is one of the environment in the tags of its assemblies."""

every_command = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


def one_line(text: str) -> str:
    """The text as if the terminal were wide enough for it."""
    return " ".join(text.split())


def test_help_lists_every_command_and_exit_code(run_apart: RunApart) -> None:
    result = run_apart("--help")
    assert result.returncode == 0
    assert all(f"\n  {words[0]} " in result.stdout for words in COMMANDS)
    assert all(f"\n  {code:>5}  " in result.stdout for code in ExitCode)


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_no_line_of_a_list_of_commands_is_cut(group: str, run: Run) -> None:
    listed = run(*group.split(), "--help").stdout.partition("Commands:")[2]
    assert listed
    assert "..." not in listed


@every_command
def test_help_begins_with_one_short_sentence(words: tuple[str, ...], run: Run) -> None:
    summary = one_line((COMMANDS[words].help or "").partition(".")[0])
    assert summary[0].isupper()
    assert len(summary) <= 62


@every_command
def test_help_lists_every_environment(words: tuple[str, ...], run: Run) -> None:
    if words not in CHOOSE_NO_ENVIRONMENT:
        assert ", ".join(ENVIRONMENTS) in one_line(run(*words, "--help").stdout.replace("-\n", "-"))


@every_command
def test_the_short_option_prints_the_help_and_does_nothing(words: tuple[str, ...], run: Run) -> None:
    result = run(*words, "-h")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == run(*words, "--help").stdout


def test_the_version_names_the_commit_of_a_checkout(run: Run) -> None:
    assert re.fullmatch(r"tradingbot 1\.0\.0(, commit [0-9a-f]+(-dirty)?)?\n", run("--version").stdout)


def test_help_says_once_which_environment_is_taken(run: Run) -> None:
    assert options.DEFAULT_RULE in one_line(run("--help").stdout)


@pytest.mark.parametrize(
    ("words", "incomplete", "offered"),
    [
        ((), "sta", "status"),
        (("status", "--env"), "sta", "staging"),
        (("deploy", "--env"), "", "high-availability"),
        (("status", "-c"), "nat_g", "nat_gateways="),
        (("secrets", "push", "--only"), "openai", "openai-api-key"),
        (("secrets", "delete"), "tele", "telegram-bot-token"),
        (("doctor",), "alb", "alb-503"),
        (("logs", "--source"), "wa", "waf"),
    ],
)
def test_the_shell_completes(words: tuple[str, ...], incomplete: str, offered: str) -> None:
    typed = ["tradingbot", *words, incomplete]
    variables = {"_TRADINGBOT_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(typed), "COMP_CWORD": str(len(typed) - 1)}
    result = CliRunner().invoke(app, [], env={**variables}, prog_name="tradingbot")
    assert offered in result.stdout.splitlines()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script_that_it_can_read(shell: str) -> None:
    result = CliRunner().invoke(app, [], env={"_TRADINGBOT_COMPLETE": f"source_{shell}"}, prog_name="tradingbot")
    assert "_TRADINGBOT_COMPLETE=complete_" in result.stdout.replace(" ", "")


def test_help_of_secrets_follows_the_rows_of_secrets(run: Run) -> None:
    generated = ", ".join(secret.name for secret in SECRETS if secret.generator)
    assert f"The secrets are {generated}." in one_line(run("secrets", "generate", "--help").stdout)
    assert f"deletion in {RECOVERY_DAYS} days" in run("secrets", "delete", "--help").stdout
    (every,) = (option.help for option in COMMANDS["secrets", "delete"].params if option.name == "every")  # type: ignore[attr-defined]  # click's Option
    assert ", ".join(APPLICATION_SECRETS) in every


def test_the_command_line_starts_without_the_cdk() -> None:
    heavy = "{'aws_cdk', 'jsii', 'ministack', 'boto3', 'botocore'}"
    program = f"import sys, tradingbot_infra.__main__\nassert not {heavy} & set(sys.modules), sorted(sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
