"""One deployment as `deploy` makes it: synthesize, check, push, deploy stack by stack, and tell where it failed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tradingbot_infra.commands import deploy_output
from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.cdk import cdk_of, synthesize_into
from tradingbot_infra.commands.console import print_step
from tradingbot_infra.commands.image.pushing import push_image
from tradingbot_infra.commands.release import Release
from tradingbot_infra.design.image_choice import PARAMETER
from tradingbot_infra.design.stacks import id_of
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.deployment.stages import Stage
    from tradingbot_infra.operations.preflight.plan import Plan
    from tradingbot_infra.templates import Assembly

SERVICE_STACK = id_of("service")


class Deployment:
    """One deployment, with its cloud assemblies in a directory. `arguments` are passed to `cdk deploy`."""

    plan: "Plan"
    doubts: tuple[str, ...]
    """What a person should decide about, in words."""

    def __init__(self, account: Account, release: Release, arguments: Sequence[str], directory: Path) -> None:
        self._account = account
        self._release = release
        self._arguments = arguments
        self._cdk = cdk_of(account)
        self._directory = directory

    def stages(self) -> "tuple[Stage, ...]":
        """What is to be deployed.

        Raises UserError if the account cannot take it.
        """
        from tradingbot_infra.operations.deployment.deployed import deployed_assembly
        from tradingbot_infra.operations.deployment.stages import stages, with_step
        from tradingbot_infra.operations.live.image_choice import kept_tag
        from tradingbot_infra.templates import Assembly

        config = self._account.config
        target = self._synthesize({})
        assembly = Assembly.read(target)
        self.plan = self._checked(assembly)
        print_step("Comparing with what is deployed")
        before = deployed_assembly(self._account.session, config, assembly)
        found = stages(before, target, config, self._synthesize)
        return with_step(found, SERVICE_STACK) if self.plan.chosen not in (None, kept_tag(self.plan.stacks)) else found

    def push(self) -> None:
        """Pushes the image, if one is named, and checks what ECR has then.

        Raises UserError where it is not fit to run.
        """
        from tradingbot_infra.operations.preflight import image
        from tradingbot_infra.operations.verdict import Outcome

        if self._release.image_push is None:
            return
        push_image(self._account, self._release.image_push)
        wrong = [each for each in image.in_repository(self.plan) if each.outcome is Outcome.FAIL]
        if wrong:
            raise UserError(f"Nothing was deployed: {wrong[0].found}. {self._account.rendered(sentence('Next: ', wrong[0].next_step))}")

    def deploy(self, found: "tuple[Stage, ...]") -> None:
        """Deploys stack by stack, after creating the service-linked roles that the account lacks and marking the image.

        Raises UserError where the CDK CLI fails; it says what runs then.
        """
        from tradingbot_infra.operations.deployment.stages import steps
        from tradingbot_infra.operations.preflight.service_linked_roles import create_missing

        planned = list(steps(found))
        for name in create_missing(self.plan) if planned else ():
            print_step(f"Created the service-linked role {name}")
        marked = self._mark()
        for number, (stage, step) in enumerate(planned, start=1):
            print_step(f"Deploying {step.stack} ({number} of {len(planned)})")
            forced = ["--force"] if step.force else []
            try:
                self._cdk.deploy(stage.directory, step.stack, [*forced, *self._arguments], self._parameters(step.stack))
            except UserError as error:
                raise UserError(f"{error}. {self._after_failure(step.stack, marked=marked)}") from error

    def _parameters(self, stack: str) -> dict[str, str]:
        """Of the service's stack only. What is not among them keeps its value."""
        return {PARAMETER: self.plan.chosen} if self.plan.chosen and stack == SERVICE_STACK else {}

    def _mark(self) -> bool:
        """Lets the lifecycle policy spare the image before it runs; whether it had no mark."""
        from tradingbot_infra.operations.images.deployed import mark_deployed

        tag = None if self._account.config.task.image_tag else self.plan.tag
        return tag is not None and mark_deployed(self._account.session, self._account.config.names, tag)

    def _after_failure(self, stack: str, *, marked: bool) -> str:
        """What runs, and what to do next. An image that did not come to run loses its new mark."""
        from tradingbot_infra.operations.images.deployed import unmark
        from tradingbot_infra.operations.live.repository import running_tag

        session, names = self._account.session, self._account.config.names
        wanted, runs = self.plan.tag, running_tag(session, names)
        if marked and wanted and wanted != runs:
            unmark(session, names, wanted)
        return deploy_output.after_failure(self._account, stack, wanted=wanted, runs=runs)

    def _checked(self, assembly: "Assembly") -> "Plan":
        """What the account is checked against; a missing service-linked role is no hindrance, because `deploy` creates it."""
        from tradingbot_infra.operations.preflight.checks import preflight
        from tradingbot_infra.operations.preflight.service_linked_roles import exist

        print_step("Checking the account")
        plan = self._plan(assembly)
        results = preflight(plan)
        stopping = [result for result in results if result.stops and result.check.judge is not exist]
        asking = [result for result in results if result.doubt]
        self.doubts = tuple(result.doubt for result in asking)
        deploy_output.print_checks(self._account, [*stopping, *asking])
        if stopping:
            raise UserError("Nothing was changed: the account cannot take this deployment")
        return plan

    def _plan(self, assembly: "Assembly") -> "Plan":
        from tradingbot_infra.operations.live.image_choice import given_tag
        from tradingbot_infra.operations.live.stacks import existing_stacks
        from tradingbot_infra.operations.preflight.plan import Plan

        session, config, release = self._account.session, self._account.config, self._release
        chosen = given_tag(session, config, existing_stacks(session, config), release.tag)
        no_rollback = "--no-rollback" in self._arguments
        return Plan(session, config, assembly, datetime.now(UTC), chosen=chosen, pushes=release.pushes, no_rollback=no_rollback)

    def _synthesize(self, further: Mapping[str, str]) -> Path:
        return synthesize_into(self._directory, self._account, self._cdk, further)
