"""The CDK CLI for the account or local cloud that a command reaches."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tradingbot_infra.cdk_cli.log import RunLog
from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.console import PROJECT_ROOT, print_step
from tradingbot_infra.commands.options import context_arguments
from tradingbot_infra.commands.stack_progress import lines_of
from tradingbot_infra.local_cloud.place import deploy_log

if TYPE_CHECKING:
    from tradingbot_infra.operations.deployment.cdk import Cdk


def cdk_of(account: Account, verb: str = "deploy") -> "Cdk":
    """The CLI of this project, with the account's credentials and profile, or those of the local cloud.

    People see how far it is. Its whole output is in the log of the verb: in the local cloud's folder, or in reports/.
    """
    from tradingbot_infra.operations.deployment.cdk import Cdk

    log = (
        deploy_log(account.state_directory, verb)
        if account.local
        else PROJECT_ROOT / "reports" / f"{verb}-{account.config.environment}.log"
    )
    return Cdk(PROJECT_ROOT, _environ(account), account.profile, lines_of(account.config), RunLog(log))


def synthesize_into(directory: Path, account: Account, cdk: "Cdk", further: Mapping[str, str]) -> Path:
    """Synthesizes the account's environment with its settings and `further` ones; the cloud assembly is a folder in `directory`."""
    environment = account.config.environment
    print_step(f"Synthesizing {environment}{''.join(f' with {name}={value}' for name, value in further.items())}")
    assembly = directory / "-".join(["assembly", *further])
    own = [f"{name}={value}" for name, value in further.items()]
    cdk.synthesize(environment, context_arguments([*account.settings, *own]), assembly)
    return assembly


def _environ(account: Account) -> Mapping[str, str]:
    if not account.local:
        return os.environ
    from tradingbot_infra.local_cloud.server import environment

    return environment(account.session.endpoint, account.session.region)
