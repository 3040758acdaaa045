"""Options that several commands have, and the settings that they choose."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from tradingbot_infra.config.context import context_of_arguments, overrides_of
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.errors import ConfigError, Problem
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.place import DEFAULT_STATE_DIRECTORY

ENVIRONMENT_NAMES = ", ".join(ENVIRONMENTS)

Environment = Annotated[str, typer.Option("--env", help=f"Environment: {ENVIRONMENT_NAMES}.")]
Setting = Annotated[
    list[str] | None, typer.Option("--context", "-c", metavar="NAME=VALUE", help="Override a setting of the environment; may be repeated.")
]
Local = Annotated[bool, typer.Option("--local", help="Use the local cloud that `make up` started, not an AWS account.")]
Profile = Annotated[str | None, typer.Option(help="Profile of the AWS configuration; default: the shell's credentials.")]
StateDirectory = Annotated[
    Path | None, typer.Option(help=f"State directory of the local cloud; default: {DEFAULT_STATE_DIRECTORY.name}.", show_default=False)
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
    return load_config(environment, overrides_of(context))
