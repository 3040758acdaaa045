"""`destroy`: deletes everything that an environment deployed, and says what stays."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tradingbot_infra.commands import destroy_output
from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.cdk import cdk_of
from tradingbot_infra.commands.confirmation import Confirm, approve_loss
from tradingbot_infra.commands.console import print_json, print_line, print_step
from tradingbot_infra.commands.deploy_output import print_where
from tradingbot_infra.commands.options import Json, context_arguments
from tradingbot_infra.errors import UserError

if TYPE_CHECKING:
    from tradingbot_infra.design.stacks import PlacedStack
    from tradingbot_infra.operations.destruction.plan import Plan


@account_command
def destroy(account: Account, confirm: Confirm = None, json: Json = False) -> None:
    """Destroy an environment, and say what stays.

    Shows first what goes, what stays and what that costs, and asks for the environment's name, followed by "and account" where the
    account's security goes too. Then lifts the protections and deletes
    stack by stack with the real CDK CLI, also what a failed first deployment left. Refuses if another environment or account uses
    something of it. After a failure the same command goes on.
    """
    from tradingbot_infra.operations.destruction.plan import read_plan

    plan = read_plan(account.session, account.config)
    if not json:
        print_where(account)
        for line in destroy_output.plan_lines(plan):
            print_line(line)
    _refuse(account, plan)
    approve_loss(destroy_output.loss(account, plan), destroy_output.confirmed_name(account, plan), confirmed=confirm)
    _destroy(account, plan)
    settings = _comeback(account)
    if json:
        print_json(destroy_output.document(account, plan, settings))
    else:
        for line in destroy_output.end_lines(account, plan, settings):
            print_line(line)


def _refuse(account: Account, plan: "Plan") -> None:
    """Raises UserError with every reason why the environment must stay."""
    from tradingbot_infra.operations.destruction.obstacles import obstacles
    from tradingbot_infra.operations.repair.removal import holding_data

    found = (*obstacles(account.session, account.config, plan.held), *holding_data(account.session, plan.unfinished))
    if found:
        raise UserError(f"Nothing was changed: {'; '.join(found)}")


def _destroy(account: Account, plan: "Plan") -> None:
    from tradingbot_infra.operations.destruction.removal import destroy as remove

    cdk = cdk_of(account, "destroy")
    with tempfile.TemporaryDirectory(prefix="tradingbot-destroy-") as directory:
        assembly = Path(directory) / "assembly"
        print_step(f"Synthesizing {account.config.environment}")
        cdk.synthesize(account.config.environment, context_arguments(account.settings), assembly)

        def delete(placed: "PlacedStack") -> None:
            cdk.destroy(assembly, placed.id)

        remove(account.session, account.config, plan, delete, print_step)


def _comeback(account: Account) -> "dict[str, str]":
    from tradingbot_infra.operations.destruction.comeback import comeback

    return dict(comeback(account.session, account.config))
