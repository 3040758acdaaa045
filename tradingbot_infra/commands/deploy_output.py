"""What `deploy` prints."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradingbot_infra.commands.account import Account
from tradingbot_infra.commands.console import print_line, print_rows, print_warning
from tradingbot_infra.commands.preflight import check_lines
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.lifecycle.finding import Finding
    from tradingbot_infra.operations.deployment.stages import Stage
    from tradingbot_infra.operations.preflight.check import Checked


def print_where(account: Account) -> None:
    """What is deployed where, by whom."""
    identity = account.session.sts.get_caller_identity()["Arn"]
    print_line(f"{account.config.environment} to account {account.session.account}, region {account.session.region}, as {identity}")


def print_checks(account: Account, failed: "Sequence[Checked]") -> None:
    """What the account lacks, and what to do about it."""
    for result in failed:
        for line in check_lines(account, result):
            print_warning(line)


def print_stages(found: "Sequence[Stage]") -> None:
    """The order of the stacks."""
    if not any(stage.plan.steps for stage in found):
        print_line("Nothing to deploy: every stack has these templates already.")
        return
    print_line("Order")
    number = 0
    for stage in found:
        if stage.purpose:
            print_line(f"  Until every task has moved, {stage.purpose}.")
        for step in stage.plan.steps:
            number += 1
            print_line(f"  {number}. {step.stack}{', because it reads what others replace' if step.force else ''}")


def print_findings(found: "Sequence[Finding]") -> None:
    """What the deployment would do, the worst first."""
    from tradingbot_infra.lifecycle.finding import Kind

    for finding in sorted(found, key=lambda one: list(Kind).index(one.kind)):
        print_warning(finding.line)
    if any(finding.of_order for finding in found):
        print_warning("No order of the stacks avoids this. If several settings changed, deploy them one at a time.")


def print_end(account: Account) -> None:
    """The outputs for people, and what to do next."""
    from tradingbot_infra.operations.live.stacks import read_stacks

    stacks = read_stacks(account.session, account.config)
    print_line("Outputs")
    print_rows([(f"  {name}", value) for stack in stacks for name, value in stack.outputs.items()])
    print_line(account.rendered(sentence("Check it: ", OwnCommand("verify"))))
