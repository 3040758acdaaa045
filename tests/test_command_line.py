"""The command line as a whole: its help, and that it starts without what it does not need."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from tests.conftest import PROJECT_ROOT
from tests.deployed import Run, RunApart
from tradingbot_infra.__main__ import app
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
GROUPS = ("compliance", "cost", "secrets", "image")

CHOOSE_NO_ENVIRONMENT = {("cost", "diff"), ("cost", "refresh")}
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


def test_help_of_secrets_follows_the_rows_of_secrets(run: Run) -> None:
    generated = ", ".join(secret.name for secret in SECRETS if secret.generator)
    assert f"The secrets are {generated}." in one_line(run("secrets", "generate", "--help").stdout)
    assert f"deletion in {RECOVERY_DAYS} days" in run("secrets", "delete", "--help").stdout
    (every,) = (option.help for option in COMMANDS["secrets", "delete"].params if option.name == "every")  # type: ignore[attr-defined]  # click's Option
    assert ", ".join(APPLICATION_SECRETS) in every


def test_the_command_line_starts_without_the_cdk() -> None:
    program = "import sys, tradingbot_infra.__main__\nassert not {'aws_cdk', 'jsii', 'ministack'} & set(sys.modules), sorted(sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
