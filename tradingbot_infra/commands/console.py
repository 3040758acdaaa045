"""What all commands share: where they print, how they end, how an environment is named."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tradingbot_infra.config.context import context_of_arguments, overrides_of
from tradingbot_infra.config.errors import ConfigError, Problem
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import UserError

PROJECT_ROOT = Path(__file__).parents[2]

results = Console(soft_wrap=True, highlight=False)
progress = Console(stderr=True, soft_wrap=True, highlight=False)


class ExitCode(IntEnum):
    """How every command ends. 2 is also what a wrong option ends with."""

    DONE = 0
    FAILED = 1
    WRONG_SETTINGS = 2
    INTERRUPTED = 130


Environment = Annotated[str, typer.Option("--env", help="Environment of config/environments.py.")]


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
            raise typer.Exit(ExitCode.FAILED) from None
        except KeyboardInterrupt:
            progress.print("Interrupted; run the command again to go on.", style="red")
            raise typer.Exit(ExitCode.INTERRUPTED) from None

    return wrapped
