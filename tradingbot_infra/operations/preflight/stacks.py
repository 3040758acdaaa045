"""Checks: CloudFormation takes a change of every stack that exists."""

from collections.abc import Iterator

from tradingbot_infra.operations.live.stacks import ROLLBACK_FAILED, LiveStack
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import AwsCli, Step, chain, sentence
from tradingbot_infra.operations.verdict import Finding, failed, passed

_ENDED_BADLY = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")
"""States that only a deletion ends (CloudFormation User Guide, "Stack status codes")."""


_PAUSED = "UPDATE_FAILED"
"""An update that failed with its rollback disabled: the next one must disable it too, or the stack goes back first ("Choose how to handle
failures when provisioning resources")."""


def deployable(plan: Plan) -> Iterator[Finding]:
    """A finding for each stack in a state that refuses an update, else one for all."""
    refusing = [stack for stack in plan.stacks if refuses(stack) or (stack.status == _PAUSED and not plan.no_rollback)]
    for stack in refusing:
        yield failed(f"{stack.name} is {stack.status}", way_on(stack))
    if not refusing:
        new = [stack.name for stack in plan.missing_stacks]
        yield passed("; ".join(filter(None, (f"to create: {', '.join(new)}" if new else "", _existing(plan)))))


def refuses(stack: LiveStack) -> bool:
    """Whether CloudFormation takes no update of a stack now."""
    return stack.under_way or stack.status == ROLLBACK_FAILED or stack.status in _ENDED_BADLY


def _existing(plan: Plan) -> str:
    return ", ".join(f"{stack.part} {stack.status}" for stack in plan.stacks)


def way_on(stack: LiveStack) -> Step:
    """What brings such a stack into a state that takes an update."""
    if stack.status == "UPDATE_IN_PROGRESS":
        cancel = AwsCli(f"cloudformation cancel-update-stack --stack-name {stack.name}", region=stack.region)
        return sentence("wait, or have CloudFormation go back now: ", cancel)
    if stack.under_way:
        return sentence("wait: ", AwsCli(f"cloudformation describe-stacks --stack-name {stack.name} --query 'Stacks[0].StackStatus'"))
    if stack.status == _PAUSED:
        back = AwsCli(f"cloudformation rollback-stack --stack-name {stack.name}", region=stack.region)
        return sentence("deploy with --no-rollback again, or have CloudFormation go back: ", back)
    if stack.status == ROLLBACK_FAILED:
        return AwsCli(f"cloudformation continue-update-rollback --stack-name {stack.name}", region=stack.region)
    unprotected = f"cloudformation update-termination-protection --no-enable-termination-protection --stack-name {stack.name}"
    delete = f"cloudformation delete-stack --stack-name {stack.name}"
    return sentence(
        "it can only be deleted; docs/operations.md says what it leaves behind: ",
        chain(AwsCli(unprotected, region=stack.region), AwsCli(delete, region=stack.region)),
    )
