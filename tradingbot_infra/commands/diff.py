"""`diff`: what a deployment would change, in words. Reads the account and changes nothing."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.cdk import cdk_of, synthesize_into
from tradingbot_infra.commands.console import print_json, print_line, print_step
from tradingbot_infra.commands.diff_output import document, lines
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.locked import violations_of_lock
from tradingbot_infra.commands.options import Json

if TYPE_CHECKING:
    from tradingbot_infra.cost.diff import Diff
    from tradingbot_infra.operations.differences.difference import Difference
    from tradingbot_infra.templates import Assembly

Fail = Annotated[
    bool,
    typer.Option(
        "--fail",
        help="End with exit code 1 if AWS would refuse it or a stack takes no deployment, if data or an address would be lost or replaced, "
        "if a permission would widen, or if a port would open.",
    ),
]


@reading_command
def diff(account: Account, fail: Fail = False, json: Json = False) -> None:
    """Show what a deployment would change, in words.

    Compares the deployed templates with those of the settings: what is replaced, removed and created, what is interrupted, which
    permissions widen and which ports open, what it costs more or less, and what AWS would refuse. Changes nothing, also on the
    account. `cdk diff` prints the templates themselves.
    """
    blocked = _in_the_way(account)
    with tempfile.TemporaryDirectory(prefix="tradingbot-diff-") as directory:
        comparison = _Comparison(account, Path(directory))
        found = comparison.difference()
        cost = comparison.cost()
    if json:
        print_json(document(account, found, cost, blocked))
    else:
        for line in lines(account, found, cost, blocked):
            print_line(line)
    if fail and (blocked or found.alarming):
        raise typer.Exit(ExitCode.FAILED)


def _in_the_way(account: Account) -> list[str]:
    """Asked first: a missing local cloud or wrong credentials end here, before the synthesis."""
    from tradingbot_infra.operations.differences.in_the_way import in_the_way
    from tradingbot_infra.operations.live.stacks import existing_stacks

    return [account.rendered(line) for line in in_the_way(existing_stacks(account.session, account.config))]


class _Comparison:
    """The deployed templates and those of the settings, in cloud assemblies below a directory."""

    before: "Assembly"
    after: "Assembly"

    def __init__(self, account: Account, directory: Path) -> None:
        self._account = account
        self._directory = directory
        self._cdk = cdk_of(account, "diff")

    def difference(self) -> "Difference":
        """What a deployment would change. Raises UserError if the CDK CLI fails."""
        from tradingbot_infra.operations.deployment.deployed import deployed_assembly
        from tradingbot_infra.operations.deployment.stages import stages
        from tradingbot_infra.operations.differences.cli_output import read
        from tradingbot_infra.operations.differences.difference import difference
        from tradingbot_infra.templates import Assembly

        config = self._account.config
        target = self._synthesize({})
        self.after = Assembly.read(target)
        print_step("Comparing with what is deployed")
        self.before = deployed_assembly(self._account.session, config, self.after)
        printed = read(self._cdk.diff(target))
        locked = violations_of_lock(self.after, config.environment)
        return difference(self.before, stages(self.before, target, config, self._synthesize), printed, locked)

    def cost(self) -> "Diff | None":
        """What each line costs a month, before and after; None where the deployed templates are of a form that has no estimate."""
        from tradingbot_infra.commands.cost.compared import compared
        from tradingbot_infra.commands.cost.prices import read_prices
        from tradingbot_infra.cost.prices import TableName

        found = compared(self.before, self.after, self._account.config.usage, read_prices(TableName.LIST))
        return None if found is None else found.difference

    def _synthesize(self, further: Mapping[str, str]) -> Path:
        return synthesize_into(self._directory, self._account, self._cdk, further)
