"""What all commands share: where they print, how they end, how an environment is named."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from tradingbot_infra.config.context import context_of_arguments, overrides_of
from tradingbot_infra.config.errors import ConfigError, Problem
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import NotAnswered, UserError

PROJECT_ROOT = Path(__file__).parents[2]

results = Console(soft_wrap=True, highlight=False, emoji=False)
progress = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)


class ExitCode(IntEnum):
    """How every command ends (docs/runbook.md, "Exit codes"). 2 is also what a wrong option ends with."""

    DONE = 0
    FAILED = 1
    WRONG_SETTINGS = 2
    NOT_ANSWERED = 3
    INTERRUPTED = 130


Environment = Annotated[str, typer.Option("--env", help="Environment of config/environments.py.")]
Setting = Annotated[list[str] | None, typer.Option("--context", "-c", metavar="NAME=VALUE", help="A setting laid over the environment's.")]
Json = Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")]


def print_json(document: Mapping[str, Any]) -> None:
    """The machine form of a result: sorted as the command made it, no colour, no wrapping."""
    results.out(json.dumps(document, indent=2, ensure_ascii=False, default=str), highlight=False)


def print_rows(rows: Sequence[Sequence[str]]) -> None:
    """Columns of text on stdout, aligned, each value whole: a table would cut at a narrow terminal what is there to be copied."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        results.out("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), highlight=False)


def say(line: str) -> None:
    """What happens next, for the person who waits."""
    progress.print(f"==> {line}", style="bold", markup=False)


def words_of(setting: Sequence[str] | None) -> list[str]:
    """The values of `-c`, as arguments of the CDK CLI give them."""
    return [word for pair in setting or () for word in ("-c", pair)]


def chosen(environment: str, arguments: Sequence[str]) -> EnvironmentConfig:
    """The settings of an environment with what `-c NAME=VALUE` lays over them, judged before anything starts.

    Raises ConfigError for wrong settings, and for an environment that is named a second time.
    """
    context = context_of_arguments(arguments)
    if "env" in context:
        raise ConfigError(environment, [Problem("env", context["env"], "--env chooses the environment", "any other setting after -c")])
    return load_config(environment, overrides_of(context))


def ends_in_one_line(command: Callable[..., None]) -> Callable[..., None]:
    """Turns what people can mend into one line on stderr and an exit code, without a traceback."""

    @wraps(command)
    def wrapped(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except ConfigError as error:
            progress.print(str(error), markup=False, style="red")
            raise typer.Exit(ExitCode.WRONG_SETTINGS) from None
        except UserError as error:
            progress.print(str(error), markup=False, style="red")
            raise typer.Exit(_code_of(error)) from None
        except KeyboardInterrupt:
            progress.print("Interrupted; run the command again to go on.", style="red")
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except Exception as error:
            line = _answer_of_aws(error)
            if line is None:
                raise
            progress.print(line, markup=False, style="red")
            raise typer.Exit(ExitCode.NOT_ANSWERED) from None

    return wrapped


def _code_of(error: UserError) -> ExitCode:
    return ExitCode.NOT_ANSWERED if isinstance(error, NotAnswered) else ExitCode.FAILED


def _answer_of_aws(error: Exception) -> str | None:
    """What AWS answered, in one line; nothing where botocore was never loaded, for then it was not AWS."""
    if "botocore" not in sys.modules:
        return None
    from tradingbot_infra.operations.failures import told

    answer = told(error)
    return str(answer) if answer else None
