"""`compliance live`: judges what stands in an account, beside what is declared."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tradingbot_infra.commands.account import Account, account_command
from tradingbot_infra.commands.compliance.live_output import document, lines
from tradingbot_infra.commands.console import print_json, print_line, print_step
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.node import use_pinned_node

if TYPE_CHECKING:
    from tradingbot_infra.templates import Assembly


@account_command
def live(account: Account, json: Json = False) -> None:
    """Judge what stands by the same rules, beside what is declared.

    Reads the deployed templates, and of each resource what somebody can change by hand: security groups, network ACLs, policies,
    roles, web ACL, logs, alarms, database, cache, repository, service. Prints each control and rule as declared / live, and what
    was changed by hand. Read-only. Exits 1 if a rule fails and the ledger does not except it.
    """
    from tradingbot_infra.compliance.comparison import compare
    from tradingbot_infra.compliance.exception import active
    from tradingbot_infra.compliance.ledger import LEDGER
    from tradingbot_infra.operations.compliance.standing import read_standing

    print_step(f"Synthesizing {account.config.environment}")
    declared = _declared(account)
    print_step("Reading what stands")
    standing = read_standing(account.session, account.config, declared)
    comparison = compare(declared, standing.assembly, active(LEDGER, account.config))
    if json:
        print_json(document(account, standing, comparison))
    else:
        for line in lines(account, standing, comparison):
            print_line(line)
    if comparison.failing:
        raise typer.Exit(ExitCode.FAILED)


def _declared(account: Account) -> "Assembly":
    use_pinned_node()
    # Imported this late because it loads the CDK, which takes seconds.
    from tradingbot_infra.application import synthesize

    with tempfile.TemporaryDirectory() as directory:
        return synthesize(account.config, Path(directory))
