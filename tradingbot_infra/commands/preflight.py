"""`preflight`: checks the account before a deployment."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.console import print_json, print_outcome, print_step
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.node import use_pinned_node

if TYPE_CHECKING:
    from tradingbot_infra.operations.preflight.check import Checked
    from tradingbot_infra.operations.preflight.plan import Plan

CreateRoles = Annotated[
    bool, typer.Option("--create-service-linked-roles", help="First create the service-linked roles that are missing in the account.")
]

_WIDTH = len("not checkable")


@account_command
def preflight(account: Account, create_roles: CreateRoles = False, json: Json = False) -> None:
    """Check whether the account can take a deployment. Read-only without --create-service-linked-roles; exits 1 if a check fails."""
    from tradingbot_infra.operations.preflight import checks
    from tradingbot_infra.operations.preflight.service_linked_roles import create_missing
    from tradingbot_infra.operations.verdict import Outcome

    identity = account.session.sts.get_caller_identity()["Arn"]
    plan = _plan(account)
    if create_roles:
        print_step("Creating the service-linked roles that are missing")
        for name in create_missing(plan):
            print_step(f"Created {name}")
    results = checks.preflight(plan)
    if json:
        print_json(_document(account, identity, results))
    else:
        for line in _lines(account, identity, results):
            print_outcome(line)
    if any(result.outcome is Outcome.FAIL for result in results):
        raise typer.Exit(ExitCode.FAILED)


def _plan(account: Account) -> "Plan":
    print_step(f"Synthesizing {account.config.environment}")
    use_pinned_node()
    # Imported this late because it loads the CDK, which takes seconds and a mistyped option does not need.
    from tradingbot_infra.application import synthesize
    from tradingbot_infra.operations.preflight.plan import Plan

    with tempfile.TemporaryDirectory() as directory:
        return Plan(account.session, account.config, synthesize(account.config, Path(directory)), datetime.now(UTC))


def _lines(account: Account, identity: str, results: "Sequence[Checked]") -> Iterator[str]:
    yield f"{account.config.environment} in account {account.session.account}, region {account.session.region}, as {identity}"
    for result in results:
        yield from check_lines(account, result)
    counts = Counter(str(result.outcome) for result in results)
    yield f"{counts['pass']} pass, {counts['fail']} fail, {counts['not checkable']} not checkable"


def check_lines(account: Account, result: "Checked") -> Iterator[str]:
    """One check in lines: its outcome, and what to do next."""
    shown = [each for each in result.findings if each.outcome == result.outcome]
    yield f"  {result.outcome:<{_WIDTH}}  {result.check.title}: {'; '.join(each.found for each in shown)}"
    for each in result.findings:
        if each.next_step:
            yield f"      next: {account.rendered(each.next_step)}"


def _document(account: Account, identity: str, results: "Sequence[Checked]") -> dict[str, Any]:
    """The results as JSON shows them. Its keys are stable."""
    return {
        "environment": account.config.environment,
        "account": account.session.account,
        "region": account.session.region,
        "identity": identity,
        "stops": any(result.stops for result in results),
        "checks": [
            {
                "id": result.check.id,
                "title": result.check.title,
                "outcome": result.outcome.replace(" ", "_"),
                "stops": result.stops,
                "findings": [
                    {
                        "outcome": each.outcome.replace(" ", "_"),
                        "found": each.found,
                        "next_step": account.rendered(each.next_step) or None,
                    }
                    for each in result.findings
                ],
            }
            for result in results
        ],
    }
