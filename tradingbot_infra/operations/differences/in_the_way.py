"""Stacks that take no deployment in the state in which they are."""

from collections.abc import Iterable, Iterator

from tradingbot_infra.operations.live.stacks import ROLLBACK_FAILED, LiveStack
from tradingbot_infra.operations.printed_commands import AwsCli, OwnCommand, Sentence, sentence

_NEVER_COMPLETE = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
"""States after a first deployment that failed (CloudFormation User Guide, "Stack status codes")."""


def in_the_way(stacks: Iterable[LiveStack]) -> Iterator[Sentence]:
    """A line for each, with what makes it take a deployment again."""
    for stack in stacks:
        if stack.under_way:
            yield sentence(f"{stack.name} is {stack.status}: wait until CloudFormation is done")
        elif stack.status in _NEVER_COMPLETE:
            yield sentence(f"{stack.name} is {stack.status}, its first deployment failed: ", OwnCommand("repair"))
        elif stack.status == "DELETE_FAILED":
            yield sentence(f"{stack.name} is DELETE_FAILED: ", OwnCommand("destroy"), " goes on")
        elif stack.status == ROLLBACK_FAILED:
            yield sentence(
                f"{stack.name} is {stack.status}: ",
                AwsCli(f"cloudformation continue-update-rollback --stack-name {stack.name}", region=stack.region),
            )
