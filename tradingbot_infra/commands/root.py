"""The group of all commands: errors of the option parser in one line, `-h`, and `--version`."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tradingbot_infra.commands.console import PROJECT_ROOT, print_line, stderr
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import ENVIRONMENT_NAMES

CONTEXT = {"help_option_names": ["-h", "--help"]}
"""For the root of all commands; sub-commands take it over."""

_PACKAGE = "tradingbot-infra"
_WITHOUT_ENVIRONMENT = "Missing option '--env'"


class OneLine(TyperGroup):
    """A group that says in one line what is wrong with words and options, where typer prints the usage as well."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Reads the options before the command."""
        with _in_one_line():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Reads the options of the command, and runs it."""
        with _in_one_line():
            return super().invoke(ctx)


@contextmanager
def _in_one_line() -> Iterator[None]:
    try:
        yield
    except typer.TyperException as error:
        message = error.format_message()
        # A group that is called without a command prints its help, which typer raises as an error too.
        if error.exit_code != ExitCode.WRONG_SETTINGS or message.startswith("Usage:"):
            raise
        stderr.print(_line(message, getattr(error, "ctx", None)), markup=False, style="red")
        raise typer.Exit(ExitCode.WRONG_SETTINGS) from None


def _line(message: str, context: Any) -> str:
    said = " ".join(message.split()).removesuffix(".").replace(": Value error, ", ": ")
    command = context.command_path if context else "tradingbot"
    if said == _WITHOUT_ENVIRONMENT:
        return f"{command}: {said}: what writes to an account has no default; allowed: {ENVIRONMENT_NAMES}"
    return f"{command}: {said}; `{command} -h` says what is allowed"


def _print_version(wanted: bool) -> None:
    if wanted:
        print_line(_version())
        raise typer.Exit


def _version() -> str:
    """The version, and of a checkout the commit with a mark where files differ from it."""
    try:
        found = f"tradingbot {version(_PACKAGE)}"
    except PackageNotFoundError:  # run from a copy of the project that nobody installed
        found = "tradingbot, not installed"
    words = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        commit = subprocess.run(words, cwd=PROJECT_ROOT, check=True, capture_output=True, text=True, timeout=5).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return found
    return f"{found}, commit {commit}"


Version = Annotated[bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and the commit.")]


def root(version: Version = False) -> None:
    """The options before a command."""
