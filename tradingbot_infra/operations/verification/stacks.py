"""Checks: every stack stands, and its last deployment did what it should."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.design.naming import Names
from tradingbot_infra.operations.live.stacks import PARTS, ROLLBACK_FAILED, StandingStack
from tradingbot_infra.operations.verification.check import Finding, Look, failed, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps


def complete(stacks: Sequence[StandingStack], names: Names, steps: NextSteps) -> Iterator[Finding]:
    """One finding for each stack that is missing or not complete, or a pass for all of them."""
    standing = {stack.part: stack for stack in stacks}
    missing = [names.stack(part) for part in PARTS if part not in standing]
    incomplete = [stack for stack in stacks if not stack.complete]
    for name in missing:
        yield failed(f"{name} does not stand", steps.deploy())
    for stack in incomplete:
        reason = f": {stack.reason}" if stack.reason else ""
        yield failed(f"{stack.name} is {stack.status}{reason}", _next(stack, steps))
    if not (missing or incomplete):
        yield passed(", ".join(f"{stack.part} {stack.status}" for stack in stacks))


def _next(stack: StandingStack, steps: NextSteps) -> str:
    if stack.under_way:
        return f"wait until it ends, then {steps.verb('verify')}"
    if stack.status == ROLLBACK_FAILED:
        return f"aws cloudformation continue-update-rollback --stack-name {stack.name} && {steps.deploy()}"
    return steps.deploy()


def _complete(facts: Facts) -> Iterator[Finding]:
    return complete(facts.stacks, facts.names, facts.steps)


LOOKS = (Look("CloudFormation, the four stacks", _complete),)
