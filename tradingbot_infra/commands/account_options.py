"""What commands that reach an AWS account or the local cloud share: the options that choose it, and the session."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from tradingbot_infra.commands.errors import report_errors
from tradingbot_infra.commands.options import (
    Environment,
    Local,
    Profile,
    ReadEnvironment,
    Setting,
    StateDirectory,
    context_arguments,
    load_settings,
)
from tradingbot_infra.config.context import DEFAULT_ENVIRONMENT
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.errors import NotAnswered, UserError
from tradingbot_infra.local_cloud.place import DEFAULT_STATE_DIRECTORY
from tradingbot_infra.operations.printed_commands import CommandTarget, Step, rendered
from tradingbot_infra.operations.session import Session

Parameters = ParamSpec("Parameters")


@dataclass(frozen=True)
class Account:
    """An environment's settings, and the AWS account or local cloud that it is deployed to."""

    config: EnvironmentConfig
    settings: tuple[str, ...]
    local: bool
    profile: str | None
    state_directory: Path

    @cached_property
    def session(self) -> Session:
        """Opened at its first use, so that a command checks its own options first.

        Raises NotAnswered when --local is given and no local cloud runs.
        """
        region = self.config.network.region
        return _local_session(region, self.state_directory) if self.local else Session.of_account(region=region, profile=self.profile)

    def rendered(self, step: Step) -> str:
        """A line for people, with commands that reach this account with the settings that were given."""
        endpoint = self.session.endpoint if self.session.local else None
        return rendered(step, CommandTarget(self.config.environment, self.session.region, self.profile, endpoint, self.settings))


def _account(
    environment: Environment,
    setting: Setting = None,
    local: Local = False,
    profile: Profile = None,
    state_directory: StateDirectory = None,
) -> Account:
    config = load_settings(environment, context_arguments(setting))
    if local and profile:
        raise UserError("--local and --profile: one or the other; allowed: --profile alone, for an AWS account")
    if state_directory and not local:
        raise UserError("--state-directory: names a local cloud; allowed: together with --local")
    return Account(config, tuple(setting or ()), local, profile, state_directory or DEFAULT_STATE_DIRECTORY)


def _read_account(
    environment: ReadEnvironment = DEFAULT_ENVIRONMENT,
    setting: Setting = None,
    local: Local = False,
    profile: Profile = None,
    state_directory: StateDirectory = None,
) -> Account:
    return _account(environment, setting, local, profile, state_directory)


def account_command(command: Callable[Concatenate[Account, Parameters], None]) -> Callable[..., None]:
    """Adds the options that choose environment and account to a command that writes, which gets them as its first argument, an Account.

    It wants --env. Expected errors end it in one line. Settings and options are checked before anything is asked of AWS.
    """
    return _with_account(command, _account)


def reading_command(command: Callable[Concatenate[Account, Parameters], None]) -> Callable[..., None]:
    """As `account_command`, for a command that only ever reads: TRADINGBOT_ENV and the default choose its environment too."""
    return _with_account(command, _read_account)


def _with_account(command: Callable[Concatenate[Account, Parameters], None], made_by: Callable[..., Account]) -> Callable[..., None]:
    shared = inspect.signature(made_by).parameters

    @wraps(command)
    def wrapped(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        chosen: dict[str, Any] = {name: options.pop(name) for name in shared}
        command(made_by(**chosen), *arguments, **options)

    own = list(inspect.signature(command).parameters.values())[1:]
    parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*own, *shared.values())]
    wrapped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # typer reads the options from here
    wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return report_errors(wrapped, has_local=True)


def _local_session(region: str, state_directory: Path) -> Session:
    # Imported this late because it loads botocore, which --help and a mistyped option do not need.
    from tradingbot_infra.local_cloud.server import client, find

    cloud = find(state_directory)
    if cloud is None:
        raise NotAnswered("No local cloud is running: `make up` starts one")
    endpoint = cloud.endpoint
    return Session(lambda service, region: client(endpoint, region, service), region=region)
