"""Checks: CloudFormation takes a change of every stack that exists."""

from collections.abc import Iterator

from tradingbot_infra.operations.live.stacks import ROLLBACK_FAILED, LiveStack
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import AwsCli, Step, chain, sentence
from tradingbot_infra.operations.verdict import Finding, failed, passed

_ENDED_BADLY = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")
"""States that only a deletion ends (CloudFormation User Guide, "Stack status codes")."""


def deployable(plan: Plan) -> Iterator[Finding]:
    """A finding for each stack in a state that refuses an update, else one for all."""
    refusing = [stack for stack in plan.stacks if _refuses(stack)]
    for stack in refusing:
        yield failed(f"{stack.name} is {stack.status}", _next(stack))
    if not refusing:
        new = [stack.name for stack in plan.missing_stacks]
        yield passed("; ".join(filter(None, (f"to create: {', '.join(new)}" if new else "", _existing(plan)))))


def _refuses(stack: LiveStack) -> bool:
    return stack.under_way or stack.status == ROLLBACK_FAILED or stack.status in _ENDED_BADLY


def _existing(plan: Plan) -> str:
    return ", ".join(f"{stack.part} {stack.status}" for stack in plan.stacks)


def _next(stack: LiveStack) -> Step:
    if stack.under_way:
        return sentence("wait: ", AwsCli(f"cloudformation describe-stacks --stack-name {stack.name} --query 'Stacks[0].StackStatus'"))
    if stack.status == ROLLBACK_FAILED:
        return AwsCli(f"cloudformation continue-update-rollback --stack-name {stack.name}", region=stack.region)
    unprotected = f"cloudformation update-termination-protection --no-enable-termination-protection --stack-name {stack.name}"
    delete = f"cloudformation delete-stack --stack-name {stack.name}"
    return sentence(
        "it can only be deleted; docs/operations.md says what it leaves behind: ",
        chain(AwsCli(unprotected, region=stack.region), AwsCli(delete, region=stack.region)),
    )
