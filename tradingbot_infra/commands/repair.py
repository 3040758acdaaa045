"""`repair`: removes stacks that never completed their creation, so that the deployment can be repeated."""

from typing import TYPE_CHECKING

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_json, print_line, print_step
from tradingbot_infra.commands.options import Json
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import CdkDeploy, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradingbot_infra.operations.repair.unfinished import UnfinishedStack


@account_command
def repair(
    account: Account,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Remove what a failed first deployment left behind.

    Finds stacks that never completed their creation, lifts their protections, deletes them, and deletes what they left under fixed names.
    Refuses if data would be lost, and never touches a stack that was complete once.
    """
    from tradingbot_infra.operations.repair.removal import remove
    from tradingbot_infra.operations.repair.unfinished import unfinished_stacks

    stacks = unfinished_stacks(account.session, account.config)
    removed = _to_remove(account, stacks)
    if removed and not json:
        _say(account, stacks, removed)
    if removed:
        approve(f"Remove all of it from {account.config.environment}?", yes=yes)
    if removed:
        remove(account.session, account.config, stacks, print_step)
    if json:
        print_json({"environment": account.config.environment, "removed": removed})
    elif removed:
        print_line(account.rendered(sentence("Removed. Correct what failed, then ", CdkDeploy())))
    else:
        print_line(f"No stack of {account.config.environment} is unfinished, and none left anything in the way")


def _to_remove(account: Account, stacks: "Sequence[UnfinishedStack]") -> list[str]:
    """Names of stacks and titles of what they left. Raises UserError if data would be lost."""
    from tradingbot_infra.operations.repair.removal import leftovers, obstacles

    held = obstacles(account.session, account.config, stacks)
    if held:
        raise UserError(f'Nothing was removed: {"; ".join(held)}. docs/operations.md, "A first deployment that fails"')
    names = [f"stack {stack.placed.name} ({stack.status})" for stack in stacks if stack.exists]
    return [*names, *(one.title for one in leftovers(account.session, stacks))]


def _say(account: Account, stacks: "Sequence[UnfinishedStack]", removed: list[str]) -> None:
    from tradingbot_infra.operations.repair.removal import kept

    for line in removed:
        print_line(f"Removes {line}")
    for line in kept(stacks, account.session):
        print_line(f"Keeps {line}, which nothing uses then")
