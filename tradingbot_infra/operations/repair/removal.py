"""Removes unfinished stacks, the last first, unless data would be lost."""

from collections.abc import Callable, Sequence

from botocore.exceptions import WaiterError

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.stacks import StackScope
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.live.stacks import stack_resources
from tradingbot_infra.operations.protections import lift
from tradingbot_infra.operations.repair.leftovers import Leftover, delete, existing
from tradingbot_infra.operations.repair.unfinished import UnfinishedStack, complete_once
from tradingbot_infra.operations.session import Session

_UNNAMED = {"AWS::EC2::EIP": "elastic address", "AWS::KMS::Key": "KMS key", "AWS::S3::Bucket": "bucket"}
_POLL_SECONDS = 5
_LONGEST_POLLS = 720
"""An hour; a database takes about ten minutes to delete, and as long for its last snapshot."""

Announce = Callable[[str], None]
"""Takes what happens next, one line for people."""


def obstacles(session: Session, config: EnvironmentConfig, stacks: Sequence[UnfinishedStack]) -> tuple[str, ...]:
    """Why these stacks cannot be removed without losing data, a line each; nothing if they can.

    A stack of the environment after them that was complete once used what they hold; one of the account uses no other. A repository
    with images, a vault with recovery points, or a secret with a value that somebody wrote holds data.
    """
    places = [placed.name for placed in config.stacks]
    first = min((places.index(stack.placed.name) for stack in stacks), default=len(places))
    complete = (placed for placed in complete_once(session, config) if placed.scope is StackScope.ENVIRONMENT)
    users = [placed.name for placed in complete if places.index(placed.name) > first]
    return (
        *holding_data(session, stacks),
        *(f"{name} was complete once, and uses what a stack before it holds" for name in users),
    )


def holding_data(session: Session, stacks: Sequence[UnfinishedStack]) -> tuple[str, ...]:
    """What these stacks created under fixed names and what holds data, a line each."""
    held = [(stack, one) for stack in stacks for one in existing(_at(session, stack), stack.history.created) if one.holds]
    return tuple(f"{one.title} of {stack.placed.name} holds {one.holds}" for stack, one in held)


def leftovers(session: Session, stacks: Sequence[UnfinishedStack]) -> tuple[Leftover, ...]:
    """What these stacks created under fixed names and what would be in the way of the next creation, if it exists."""
    return tuple(one for stack in stacks for one in existing(_at(session, stack), stack.history.created))


def kept(stacks: Sequence[UnfinishedStack], session: Session) -> tuple[str, ...]:
    """What stays in the account when these stacks are deleted, because its name is in nobody's way: keys, buckets, addresses."""
    within = [one for stack in stacks if stack.exists for one in stack_resources(_at(session, stack), stack.id)]
    return tuple(f"{_UNNAMED[one.type]} {one.physical_id}" for one in within if one.type in _UNNAMED)


def remove(session: Session, config: EnvironmentConfig, stacks: Sequence[UnfinishedStack], announce: Announce) -> None:
    """Deletes the stacks, the last first, and then what they left under fixed names.

    Lifts the termination protection of these stacks and the deletion protection of databases and load balancers in them, of no other.
    Raises UserError if data would be lost, before anything is changed, or if CloudFormation could not delete a stack.
    """
    held = obstacles(session, config, stacks)
    if held:
        raise UserError("; ".join(held))
    for stack in reversed(stacks):
        here = _at(session, stack)
        if stack.exists:
            _delete(here, stack, announce)
        for one in existing(here, stack.history.created):
            announce(f"Deleting {one.title}")
            delete(here, one)


def _delete(session: Session, stack: UnfinishedStack, announce: Announce) -> None:
    name = stack.placed.name
    announce(f"Lifting the protections of {name}")
    lift(session, stack.id)
    announce(f"Deleting {name}")
    session.cloudformation.delete_stack(StackName=stack.id)
    try:
        gone = session.cloudformation.get_waiter("stack_delete_complete")
        gone.wait(StackName=stack.id, WaiterConfig={"Delay": _POLL_SECONDS, "MaxAttempts": _LONGEST_POLLS})
    except WaiterError as error:
        (found,) = session.cloudformation.describe_stacks(StackName=stack.id)["Stacks"]
        raise UserError(f"{name} is {found['StackStatus']}: {found.get('StackStatusReason', '')}".rstrip(" :.")) from error


def _at(session: Session, stack: UnfinishedStack) -> Session:
    return session.in_region(stack.placed.region)
