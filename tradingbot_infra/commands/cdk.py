"""The CDK CLI for the account or local cloud that a command reaches."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tradingbot_infra.commands.account import Account
from tradingbot_infra.commands.console import PROJECT_ROOT

if TYPE_CHECKING:
    from tradingbot_infra.operations.deployment.cdk import Cdk


def cdk_of(account: Account) -> "Cdk":
    """The CLI of this project, with the account's credentials and profile, or those of the local cloud."""
    from tradingbot_infra.operations.deployment.cdk import Cdk

    return Cdk(PROJECT_ROOT, _environ(account), account.profile)


def _environ(account: Account) -> Mapping[str, str]:
    if not account.local:
        return os.environ
    from tradingbot_infra.local_cloud.server import environment

    return environment(account.session.endpoint, account.session.region)
