"""Options that several commands have, and the settings that they choose."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT, ENVIRONMENT_VARIABLE, context_of_arguments, overrides_of
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.errors import ConfigError, Problem
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config, settings
from tradingbot_infra.design.stacks import ACCOUNT
from tradingbot_infra.local_cloud.place import DEFAULT_STATE_DIRECTORY

ENVIRONMENT_NAMES = ", ".join(ENVIRONMENTS)

DEFAULT_RULE = (
    f"What only reads, or rehearses on this machine, takes the environment from --env, else from {ENVIRONMENT_VARIABLE}, "
    f"else {DEFAULT_ENVIRONMENT}. What writes to an account has no default: it wants --env."
)
"""Which environment a command takes, for the help."""


def complete_environment(incomplete: str) -> Iterator[str]:
    """The environments that begin so."""
    yield from (name for name in ENVIRONMENTS if name != ACCOUNT and name.startswith(incomplete))


def complete_setting(incomplete: str) -> Iterator[str]:
    """The settings that begin so, with their equals sign."""
    yield from (f"{name}=" for name in settings() if name.startswith(incomplete))


ENVIRONMENT_HELP = f"Environment: {ENVIRONMENT_NAMES}."
Environment = Annotated[str, typer.Option("--env", help=ENVIRONMENT_HELP, autocompletion=complete_environment)]
"""For what writes to an account."""
ReadEnvironment = Annotated[
    str, typer.Option("--env", help=ENVIRONMENT_HELP, envvar=ENVIRONMENT_VARIABLE, autocompletion=complete_environment)
]
"""For what only reads or rehearses; its default is DEFAULT_ENVIRONMENT."""
Setting = Annotated[
    list[str] | None,
    typer.Option(
        "--context",
        "-c",
        metavar="NAME=VALUE",
        help="Override a setting of the environment; may be repeated.",
        autocompletion=complete_setting,
    ),
]
Local = Annotated[bool, typer.Option("--local", help="Use the local cloud that `make up` started, not an AWS account.")]
Profile = Annotated[str | None, typer.Option(help="Profile of the AWS configuration; default: the shell's credentials.")]


def _directory(value: str) -> Path:
    """A folder, or what can become one."""
    try:
        path = Path(value).expanduser()
        if value and (path.is_dir() or not path.exists()):
            return path
    except (OSError, RuntimeError) as error:  # a name that is too long; the home of an unknown user
        raise typer.BadParameter(f"{value}: {error}") from None
    raise typer.BadParameter(f"{value}: is a file; allowed: a folder" if value else "the name of a folder is missing")


StateDirectory = Annotated[
    Path | None,
    typer.Option(
        parser=_directory,
        metavar="DIRECTORY",
        help=f"State directory of the local cloud; default: {DEFAULT_STATE_DIRECTORY.name}.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def context_arguments(setting: Sequence[str] | None) -> list[str]:
    """The values of `-c` as arguments of the CDK CLI."""
    return [argument for pair in setting or () for argument in ("-c", pair)]


def load_settings(environment: str, arguments: Sequence[str]) -> EnvironmentConfig:
    """The settings of an environment, with those overridden that the CDK CLI's arguments `-c NAME=VALUE` name.

    Raises ConfigError for wrong settings, and for a second choice of the environment.
    """
    context = context_of_arguments(arguments)
    if "env" in context:
        raise ConfigError(environment, [Problem("env", context["env"], "--env chooses the environment", "any other setting after -c")])
    chosen_by = ENVIRONMENT_VARIABLE if environment == os.environ.get(ENVIRONMENT_VARIABLE) else "env"
    return load_config(environment, overrides_of(context), chosen_by=chosen_by)
