"""Finds the stacks of an environment that never completed their creation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.repair.history import History, any_complete, read_history
from tradingbot_infra.operations.repair.leftovers import existing
from tradingbot_infra.operations.session import Session

_DELETED = "DELETE_COMPLETE"
_FAILED = ("CREATE_FAILED", "DELETE_FAILED", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_FAILED")
"""States in which a stack can be that was never complete (CloudFormation User Guide, "Stack status codes")."""
_ENDS = "_IN_PROGRESS"


@dataclass(frozen=True)
class UnfinishedStack:
    """A stack that was never complete, in one of `_FAILED`; or one that is deleted already, which left resources.

    `id` is its ARN, by which a deleted stack is found.
    """

    placed: PlacedStack
    id: str
    status: str
    history: History

    @property
    def exists(self) -> bool:
        """Whether there is a stack to delete."""
        return self.status != _DELETED


def unfinished_stacks(session: Session, config: EnvironmentConfig) -> tuple[UnfinishedStack, ...]:
    """The stacks of the environment that never were complete, in deployment order.

    A stack that was complete once is never among them, whatever its state: it holds customers' data. Nor is a deleted stack if any stack
    of its name was complete in the last 90 days, because what exists by its names may belong to that one.
    Raises UserError while CloudFormation works on one of the environment's stacks.
    """
    known = {region: _known(session.in_region(region)) for region in dict.fromkeys(placed.region for placed in config.stacks)}
    return tuple(found for placed in config.stacks for found in _unfinished(session, placed, known[placed.region].get(placed.name, {})))


def complete_once(session: Session, config: EnvironmentConfig) -> tuple[PlacedStack, ...]:
    """The stacks of the environment that exist and were complete once, in deployment order."""
    known = {region: _known(session.in_region(region)) for region in dict.fromkeys(placed.region for placed in config.stacks)}
    return tuple(placed for placed in config.stacks if _was_complete(session, placed, known[placed.region].get(placed.name, {})))


def _was_complete(session: Session, placed: PlacedStack, stacks: Mapping[str, str]) -> bool:
    here = session.in_region(placed.region)
    return any_complete(read_history(here, arn) for arn, status in stacks.items() if status != _DELETED)


def _known(session: Session) -> dict[str, dict[str, str]]:
    """Status by ARN by name, of every stack that exists or was deleted in the last 90 days (API Reference, ListStacks)."""
    found: dict[str, dict[str, str]] = {}
    for page in session.cloudformation.get_paginator("list_stacks").paginate():
        for stack in page["StackSummaries"]:
            found.setdefault(stack["StackName"], {})[stack["StackId"]] = stack["StackStatus"]
    return found


def _unfinished(session: Session, placed: PlacedStack, stacks: Mapping[str, str]) -> Iterator[UnfinishedStack]:
    here = session.in_region(placed.region)
    live = {arn: status for arn, status in stacks.items() if status != _DELETED}
    for status in live.values():
        if status.endswith(_ENDS) and status not in _FAILED:
            raise UserError(f"{placed.name} is {status}: wait until CloudFormation is done, then again")
    histories = {arn: read_history(here, arn) for arn in live or stacks}
    if live or not any_complete(histories.values()):
        found = (UnfinishedStack(placed, arn, stacks[arn], history) for arn, history in histories.items() if history.never_complete)
        yield from (one for one in found if one.status in _FAILED or existing(here, one.history.created))
