"""What verbs that reach an account share: the options that choose it, and what they open."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from tradingbot_infra.commands.console import Setting, chosen, ends_in_one_line, words_of
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.errors import NotAnswered, UserError
from tradingbot_infra.local_cloud.place import DEFAULT_STATE_DIRECTORY
from tradingbot_infra.operations.printed_commands import Way
from tradingbot_infra.operations.session import Session

Parameters = ParamSpec("Parameters")


@dataclass(frozen=True)
class Account:
    """An environment's settings, and a session of the account or local cloud that it stands in."""

    config: EnvironmentConfig
    session: Session
    profile: str | None
    settings: tuple[str, ...]

    def completed(self, line: str) -> str:
        """A line for people, its commands completed so that they reach this account with the settings that were given."""
        endpoint = self.session.endpoint if self.session.local else None
        return Way(self.session.region, self.profile, endpoint, self.settings).completed(line)


def _reached(
    environment: Annotated[str, typer.Option("--env", help="Environment of config/environments.py; no default: this reaches what runs.")],
    setting: Setting = None,
    local: Annotated[bool, typer.Option("--local", help="The local cloud of `make up` instead of an AWS account.")] = False,
    profile: Annotated[str | None, typer.Option(help="Profile of the AWS configuration; else the shell's credentials.")] = None,
    state_directory: Annotated[Path | None, typer.Option(help="With --local: where the local cloud keeps its pid and port.")] = None,
) -> Account:
    config = chosen(environment, words_of(setting))
    region = config.network.region
    if local and profile:
        raise UserError("--local and --profile: one or the other; allowed: --profile alone, for an AWS account")
    if state_directory and not local:
        raise UserError("--state-directory: names a local cloud; allowed: together with --local")
    session = _local_session(region, state_directory) if local else Session.of_account(region=region, profile=profile)
    return Account(config, session, profile, tuple(setting or ()))


def on_account(command: Callable[Concatenate[Account, Parameters], None]) -> Callable[..., None]:
    """A command with the options that choose environment and account; it gets the Account first, and ends in one line.

    Settings and options are judged before anything is asked of AWS.
    """
    choice = inspect.signature(_reached).parameters

    @wraps(command)
    def wrapped(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        chosen_options: dict[str, Any] = {name: options.pop(name) for name in choice}
        command(_reached(**chosen_options), *arguments, **options)

    own = list(inspect.signature(command).parameters.values())[1:]
    options = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*own, *choice.values())]
    wrapped.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]  # typer reads the options from here
    wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in options}
    return ends_in_one_line(wrapped)


def _local_session(region: str, state_directory: Path | None) -> Session:
    # Imported this late because it loads botocore, which --help and a mistyped option need not cost.
    from tradingbot_infra.local_cloud.server import client, find

    cloud = find(state_directory or DEFAULT_STATE_DIRECTORY)
    if cloud is None:
        raise NotAnswered("No local cloud runs here: `make up` starts it")
    endpoint = cloud.endpoint
    return Session(lambda service, region: client(endpoint, region, service), region=region)
