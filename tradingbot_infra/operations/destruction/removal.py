"""Deletes the stacks of an environment, the last first. After a failure the same call goes on where it stopped."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.destruction.buckets import empty
from tradingbot_infra.operations.destruction.fate import Ending, Held
from tradingbot_infra.operations.destruction.plan import Plan
from tradingbot_infra.operations.destruction.runtime_monitoring import left_in
from tradingbot_infra.operations.destruction.runtime_monitoring import remove as remove_left
from tradingbot_infra.operations.protections import lift
from tradingbot_infra.operations.repair.history import read_history
from tradingbot_infra.operations.repair.removal import remove
from tradingbot_infra.operations.session import Session

Announce = Callable[[str], None]
"""Takes what happens next, one line for people."""
Delete = Callable[[PlacedStack], None]
"""Deletes one stack with the CDK CLI and waits. Raises UserError if the CLI fails."""

_WAYS: Mapping[str, str] = {
    "AWS::EC2::SecurityGroup": "something else uses it: `aws ec2 describe-network-interfaces --filters Name=group-id,Values=ID` names it",
    "AWS::EC2::Subnet": "something else is still in it: `aws ec2 describe-network-interfaces --filters Name=subnet-id,Values=ID` names it",
    "AWS::EC2::VPC": "something else is still in it: look for network interfaces, endpoints and peerings that no stack made",
    "AWS::ECR::Repository": "it still holds images: delete them",
    "AWS::ECS::Cluster": "tasks still run in it: stop them",
    "AWS::RDS::DBInstance": "look at its status and its deletion protection in the RDS console",
    "AWS::S3::Bucket": "it still holds objects: empty it",
}
"""What usually keeps a resource of a type, and what to do."""


def destroy(
    session: Session,
    config: EnvironmentConfig,
    plan: Plan,
    delete: Delete,
    announce: Announce,
) -> None:
    """Lifts the protections of each stack and deletes it; those that never were complete as `repair` does, with what they left.

    Raises UserError if a stack cannot be deleted, with the resources that stay in it, why, and what to do.
    """
    never_complete = {one.placed.name: one for one in plan.unfinished}
    existing = dict.fromkeys(one.stack for one in plan.held)
    for placed in reversed(config.stacks):
        if placed.name in never_complete:
            remove(session, config, [never_complete[placed.name]], announce)
        elif placed in existing:
            _delete(session.in_region(placed.region), placed, [one for one in plan.held if one.stack == placed], delete, announce)


def _delete(session: Session, placed: PlacedStack, held: Sequence[Held], delete: Delete, announce: Announce) -> None:
    announce(f"Lifting the protections of {placed.name}")
    lift(session, placed.name)
    for one in held:
        if one.type == "AWS::S3::Bucket" and one.ending is Ending.GOES:
            announce(f"Emptying the bucket {one.physical_id}")
            empty(session, one.physical_id)
    _remove_what_guardduty_made(session, held, announce)
    announce(f"Deleting {placed.name}")
    try:
        delete(placed)
    except UserError as error:
        found = "; ".join(_stuck(session, placed)) or str(error)
        raise UserError(f"{placed.name} is not deleted: {found}. The same command goes on from here") from error


def _remove_what_guardduty_made(session: Session, held: Sequence[Held], announce: Announce) -> None:
    """The stacks whose tasks GuardDuty watches are gone by now, so it makes nothing anew."""
    for one in held:
        left = left_in(session, one.physical_id) if one.type == "AWS::EC2::VPC" and one.ending is Ending.GOES else None
        if left:
            announce(f"Removing what GuardDuty made in {left.vpc}: {left.words}")
            remove_left(session, left)


def _stuck(session: Session, placed: PlacedStack) -> Iterator[str]:
    """What the last deletion could not delete, why, and what to do, if the stack still exists."""
    failed: dict[str, str] = {}
    for event in read_history(session, placed.name).events:  # the newest first
        if event["ResourceStatus"] == "DELETE_IN_PROGRESS" and event["ResourceType"] == "AWS::CloudFormation::Stack":
            break
        if event["ResourceStatus"] == "DELETE_FAILED" and event["ResourceType"] != "AWS::CloudFormation::Stack":
            kind = event["ResourceType"]
            reason = " ".join(event.get("ResourceStatusReason", "").split()).rstrip(".")
            way = f" ({_WAYS[kind]})" if kind in _WAYS else ""
            failed.setdefault(event["LogicalResourceId"], f"{event['LogicalResourceId']} ({kind}): {reason}{way}")
    yield from failed.values()
