"""Checks: every stack exists, and its last deployment succeeded."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.operations.live.stacks import ROLLBACK_FAILED, LiveStack
from tradingbot_infra.operations.printed_commands import AwsCli, CdkDeploy, OwnCommand, Step, chain, sentence
from tradingbot_infra.operations.verdict import Finding, failed, passed
from tradingbot_infra.operations.verification.check import Look


def complete(stacks: Sequence[LiveStack], wanted: Sequence[PlacedStack]) -> Iterator[Finding]:
    """One finding for each stack that is missing or not complete, or a pass for all of them."""
    live = {stack.id for stack in stacks}
    missing = [stack.name for stack in wanted if stack.id not in live]
    incomplete = [stack for stack in stacks if not stack.complete]
    for name in missing:
        yield failed(f"{name} does not exist", CdkDeploy())
    for stack in incomplete:
        reason = f": {stack.reason}" if stack.reason else ""
        yield failed(f"{stack.name} is {stack.status}{reason}", _next(stack))
    if not (missing or incomplete):
        yield passed(", ".join(f"{stack.part} {stack.status}" for stack in stacks))


def _next(stack: LiveStack) -> Step:
    if stack.under_way:
        return sentence("wait until it ends, then ", OwnCommand("verify"))
    if stack.status == ROLLBACK_FAILED:
        return chain(AwsCli(f"cloudformation continue-update-rollback --stack-name {stack.name}", region=stack.region), CdkDeploy())
    return CdkDeploy()


LOOKS = (Look("CloudFormation, the stacks", lambda facts: complete(facts.stacks, facts.config.stacks)),)
