"""`deploy`: deploys an environment in the order that cuts nothing, and says before what it would cost."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tradingbot_infra.commands import deploy_output
from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.deployment import Deployment
from tradingbot_infra.commands.go_back import GoBack, Standing
from tradingbot_infra.commands.release import Digest, Image, SkipExisting, Tag, chosen_release
from tradingbot_infra.commands.verify import failed_items
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.deployment.stages import Stage


@account_command
def deploy(
    account: Account,
    context: typer.Context,
    image: Image = None,
    tag: Tag = None,
    digest: Digest = None,
    skip_existing: SkipExisting = False,
    go_back: GoBack = False,
    yes: Yes = False,
) -> None:
    """Deploy an environment, stack by stack, with the real CDK CLI.

    Checks the account as `preflight` does, and compares the deployed templates with the new ones: a change that AWS would refuse,
    or could not roll back, stops here. Stacks that lose something are deployed before those that remove it. Asks where data is
    lost, something that runs is cut, an alarm is in ALARM, or no target is healthy. Then runs `verify`: with an image, exits 1 if an
    item fails that a new image can break.

    The image stays what it is without --image and --tag, also in a later `cdk deploy`. What follows -- is passed to `cdk deploy`,
    and so are --import-existing-resources and --no-rollback.
    """
    _refuse_to_write_weights(account, context.args)
    release = chosen_release(account, image, tag, digest=digest, skip_existing=skip_existing)
    deploy_output.print_where(account)
    _refuse_unfinished(account, context.args)
    with tempfile.TemporaryDirectory(prefix="tradingbot-deploy-") as directory:
        run = Deployment(account, release, context.args, Path(directory))
        found = run.stages()
        deploy_output.print_stages(found)
        deploy_output.print_image(run.plan)
        _refuse_or_ask(account, found, run.doubts, yes=yes)
        standing = Standing.before(account) if go_back else None
        run.push()
        run.deploy(found)
    deploy_output.print_outputs(account)
    if standing and run.plan.tag is not None:
        standing.compare(account, run.plan.tag)
    else:
        _verify(account, runs_image=run.plan.tag is not None)


def _refuse_to_write_weights(account: Account, arguments: Sequence[str]) -> None:
    """Where deployments shift traffic, the weights in the listener rules belong to ECS, and a template knows nothing of them."""
    if account.config.deployment.shifts_traffic and any(word.startswith("--revert-drift") for word in arguments):
        where = "one stack, with a look at its change set first (docs/runbook.md, Drift)"
        raise UserError(f"--revert-drift: would send traffic to the target group without tasks; allowed: {where}")


def _refuse_unfinished(account: Account, arguments: Sequence[str]) -> None:
    """A stack that was never complete takes no deployment, except with the rollback disabled once more."""
    from tradingbot_infra.operations.repair.unfinished import unfinished_stacks

    goes_on = ("REVIEW_IN_PROGRESS", *(("CREATE_FAILED", "UPDATE_FAILED") if "--no-rollback" in arguments else ()))
    stuck = [one for one in unfinished_stacks(account.session, account.config) if one.exists and one.status not in goes_on]
    if stuck:
        found = ", ".join(f"{one.placed.name} is {one.status} and was never complete" for one in stuck)
        raise UserError(f"Nothing was changed: {found}. " + account.rendered(sentence(OwnCommand("repair"), " removes it")))


def _refuse_or_ask(account: Account, found: "tuple[Stage, ...]", doubts: Sequence[str], *, yes: bool) -> None:
    """Asks once, for all that a person should decide."""
    from tradingbot_infra.lifecycle.finding import ASKING, STOPPING
    from tradingbot_infra.operations.deployment.stages import findings

    every = tuple(findings(found))
    deploy_output.print_findings(every)
    refused = sum(finding.kind in STOPPING for finding in every)
    if refused:
        raise UserError(f"Nothing was changed: AWS would refuse {refused} of these changes, or could not roll them back")
    asked = sum(finding.kind in ASKING for finding in every)
    reasons = [f"{asked} of these lose or cut something"] if asked else []
    reasons += doubts
    if reasons:
        approve(f"Deploy {account.config.environment} although {' and '.join(reasons)}?", yes=yes)


def _verify(account: Account, *, runs_image: bool) -> None:
    """What fails while the placeholder runs is what is left to do, and so is what no image can break.

    Raises UserError for the rest.
    """
    failed = failed_items(account)
    broken = [result.item.title for result in failed if result.item.of_release]
    if broken and runs_image:
        ways = sentence(OwnCommand("verify"), " checks again, ", OwnCommand("rollback"), " goes back to the image before")
        raise UserError(f"Deployed, but {len(broken)} of the items above fail: {'; '.join(broken)}. {account.rendered(ways)}")
    deploy_output.print_end(account, runs_image=runs_image, left=[result.item.title for result in failed])
