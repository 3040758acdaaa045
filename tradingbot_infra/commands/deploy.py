"""`deploy`: deploys an environment in the order that cuts nothing, and says before what it would cost."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tradingbot_infra.commands import deploy_output
from tradingbot_infra.commands.account import Account, account_command
from tradingbot_infra.commands.cdk import cdk_of
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_step
from tradingbot_infra.commands.options import context_arguments
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.deployment.stages import Stage
    from tradingbot_infra.operations.preflight.plan import Plan
    from tradingbot_infra.templates import Assembly


@account_command
def deploy(account: Account, context: typer.Context, yes: Yes = False) -> None:
    """Deploy an environment, stack by stack, with the real CDK CLI.

    Checks the account as `preflight` does, and compares the deployed templates with the new ones: a change that AWS would refuse,
    or could not roll back, stops here. Stacks that lose something are deployed before those that remove it. Asks where data is
    lost or something that runs is cut. What follows -- is passed to `cdk deploy`, and so are --import-existing-resources and
    --no-rollback.
    """
    deploy_output.print_where(account)
    _refuse_unfinished(account, context.args)
    with tempfile.TemporaryDirectory(prefix="tradingbot-deploy-") as directory:
        run = _Run(account, Path(directory))
        found = run.stages()
        deploy_output.print_stages(found)
        _refuse_or_ask(account, found, yes=yes)
        run.deploy(found, context.args)
    deploy_output.print_end(account)


def _refuse_unfinished(account: Account, arguments: Sequence[str]) -> None:
    """A stack that was never complete takes no deployment, except with the rollback disabled once more."""
    from tradingbot_infra.operations.repair.unfinished import unfinished_stacks

    goes_on = ("REVIEW_IN_PROGRESS", *(("CREATE_FAILED", "UPDATE_FAILED") if "--no-rollback" in arguments else ()))
    stuck = [one for one in unfinished_stacks(account.session, account.config) if one.exists and one.status not in goes_on]
    if stuck:
        found = ", ".join(f"{one.placed.name} is {one.status} and was never complete" for one in stuck)
        raise UserError(f"Nothing was changed: {found}. " + account.rendered(sentence(OwnCommand("repair"), " removes it")))


class _Run:
    """One deployment, with its cloud assemblies in a directory."""

    def __init__(self, account: Account, directory: Path) -> None:
        self._account = account
        self._cdk = cdk_of(account)
        self._directory = directory

    def stages(self) -> "tuple[Stage, ...]":
        """What is to be deployed.

        Raises UserError if the account cannot take it.
        """
        from tradingbot_infra.operations.deployment.deployed import deployed_assembly
        from tradingbot_infra.operations.deployment.stages import stages
        from tradingbot_infra.templates import Assembly

        config = self._account.config
        target = self._synthesize({})
        assembly = Assembly.read(target)
        self._plan = self._checked(assembly)
        print_step("Comparing with what is deployed")
        before = deployed_assembly(self._account.session, config, assembly)
        return stages(before, target, config, self._synthesize)

    def deploy(self, found: "tuple[Stage, ...]", arguments: Sequence[str]) -> None:
        """Deploys stack by stack, after creating the service-linked roles that the account lacks."""
        from tradingbot_infra.operations.deployment.stages import steps
        from tradingbot_infra.operations.preflight.service_linked_roles import create_missing

        planned = list(steps(found))
        for name in create_missing(self._plan) if planned else ():
            print_step(f"Created the service-linked role {name}")
        for number, (stage, step) in enumerate(planned, start=1):
            print_step(f"Deploying {step.stack} ({number} of {len(planned)})")
            self._cdk.deploy(stage.directory, step.stack, [*(["--force"] if step.force else []), *arguments])

    def _checked(self, assembly: "Assembly") -> "Plan":
        """What the account is checked against; a missing service-linked role is no hindrance, because `deploy` creates it."""
        from tradingbot_infra.operations.preflight.checks import preflight
        from tradingbot_infra.operations.preflight.plan import Plan
        from tradingbot_infra.operations.preflight.service_linked_roles import exist

        print_step("Checking the account")
        plan = Plan(self._account.session, self._account.config, assembly, datetime.now(UTC))
        failed = [result for result in preflight(plan) if result.stops and result.check.judge is not exist]
        deploy_output.print_checks(self._account, failed)
        if failed:
            raise UserError("Nothing was changed: the account cannot take this deployment")
        return plan

    def _synthesize(self, further: Mapping[str, str]) -> Path:
        environment = self._account.config.environment
        print_step(f"Synthesizing {environment}{''.join(f' with {name}={value}' for name, value in further.items())}")
        directory = self._directory / "-".join(["assembly", *further])
        own = [f"{name}={value}" for name, value in further.items()]
        self._cdk.synthesize(environment, context_arguments([*self._account.settings, *own]), directory)
        return directory


def _refuse_or_ask(account: Account, found: "tuple[Stage, ...]", *, yes: bool) -> None:
    from tradingbot_infra.lifecycle.finding import ASKING, STOPPING
    from tradingbot_infra.operations.deployment.stages import findings

    every = tuple(findings(found))
    deploy_output.print_findings(every)
    refused = sum(finding.kind in STOPPING for finding in every)
    if refused:
        raise UserError(f"Nothing was changed: AWS would refuse {refused} of these changes, or could not roll them back")
    asked = sum(finding.kind in ASKING for finding in every)
    if asked:
        approve(f"Deploy {account.config.environment} although {asked} of these lose or cut something?", yes=yes)
