"""What `deploy` prints."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.console import print_line, print_rows, print_warning
from tradingbot_infra.commands.preflight import check_lines
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.lifecycle.finding import Finding
    from tradingbot_infra.operations.deployment.stages import Stage
    from tradingbot_infra.operations.preflight.check import Checked
    from tradingbot_infra.operations.preflight.plan import Plan


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


def print_image(plan: "Plan") -> None:
    """The image before and after."""
    from tradingbot_infra.operations.live.image_choice import service_stack
    from tradingbot_infra.operations.live.repository import running_tag

    runs = running_tag(plan.session, plan.names)
    after = _named(plan.tag)
    if service_stack(plan.stacks) is None or runs == plan.tag:
        print_line(f"Image: {after}{'' if runs != plan.tag or runs is None else ', which runs'}")
    else:
        print_line(f"Image: {after}, in place of {_named(runs)}")


def after_failure(account: Account, stack: str, *, wanted: str | None, runs: str | None) -> str:
    """What runs after the deployment of a stack failed, and what to do next."""
    found = f"{_named(runs)} runs" + (f", and {wanted} does not" if wanted != runs and wanted else "")
    why = sentence(OwnCommand("doctor"), " says why, ", OwnCommand("logs --errors --since 1h"), " what the application said")
    return f"{stack} failed: {found}. {account.rendered(why)}"


def print_outputs(account: Account) -> None:
    """The outputs for people."""
    from tradingbot_infra.operations.live.stacks import read_stacks

    stacks = read_stacks(account.session, account.config)
    print_line("Outputs")
    print_rows([(f"  {name}", value) for stack in stacks for name, value in stack.outputs.items()])


def print_end(account: Account, *, runs_image: bool, left: Sequence[str]) -> None:
    """What to do next. `left` are the items of `verify` that fail, and no fault of an image."""
    if runs_image:
        back = sentence("Next: ", OwnCommand("status"), "; ", OwnCommand("rollback"), " goes back to the image before")
        first = f"Left to do: {'; '.join(left)}. " if left else ""
        print_line(f"{first}{account.rendered(back)}")
        return
    first = f"The {len(left)} items that fail are left to do. " if left else ""
    fill = sentence(OwnCommand("secrets push --from FILE"), ", then ", OwnCommand("deploy --image PATH --tag TAG"))
    print_line(f"{first}The placeholder runs. Next: {account.rendered(fill)}")


def _named(tag: str | None) -> str:
    return tag or "the placeholder"
