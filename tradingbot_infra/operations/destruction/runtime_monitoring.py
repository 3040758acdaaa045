"""What GuardDuty's Runtime Monitoring made in a VPC: it belongs to no stack, and keeps the VPC from being deleted.

For each VPC in which tasks run, GuardDuty makes an endpoint of its service guardduty-data and a security group (GuardDuty User Guide,
"How Runtime Monitoring works with Fargate (Amazon ECS only)"). Nothing takes them away again.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.failures import code_of, is_missing
from tradingbot_infra.operations.session import Session

SERVICE = ".guardduty-data"
GROUP = "GuardDutyManagedSecurityGroup-"
"""How the names end and begin that AWS gives them (hashicorp/terraform-provider-aws pull request 46953, which removes them too)."""

_GONE = frozenset({"deleted", "failed", "rejected", "expired"})
_AGAIN = "The same command goes on from here"
_SECONDS = 300.0
_BETWEEN = 5.0


@dataclass(frozen=True)
class Left:
    """The endpoints and security groups in one VPC, by id."""

    vpc: str
    endpoints: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def words(self) -> str:
        """All of them in one line."""
        return ", ".join((*self.endpoints, *self.groups))


def left_in(session: Session, vpc: str) -> Left | None:
    """What GuardDuty made in a VPC; None where that is nothing."""
    found = Left(vpc, tuple(_endpoints(session, vpc)), tuple(_groups(session, vpc)))
    return found if found.endpoints or found.groups else None


def remove(session: Session, left: Left, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Deletes the endpoints, waits until their network interfaces are gone, and deletes the groups.

    Raises UserError if an endpoint is still there after five minutes, or something else uses a group.
    """
    if left.endpoints:
        session.ec2.delete_vpc_endpoints(VpcEndpointIds=list(left.endpoints))
    waited = 0.0
    while any(True for _ in _endpoints(session, left.vpc)):
        if waited >= _SECONDS:
            raise UserError(
                f"GuardDuty's endpoints in {left.vpc} are still being deleted: {left.words}. The same command goes on from here"
            )
        sleep(_BETWEEN)
        waited += _BETWEEN
    for group in left.groups:
        _delete_group(session, group)


def _delete_group(session: Session, group: str) -> None:
    try:
        session.ec2.delete_security_group(GroupId=group)
    except Exception as error:
        if code_of(error) == "DependencyViolation":
            look = f"`aws ec2 describe-network-interfaces --filters Name=group-id,Values={group}` names it"
            raise UserError(
                f"{group}, which GuardDuty made, is used by something else: {look}. The same command goes on from here"
            ) from error
        if not is_missing(error):
            raise


def _endpoints(session: Session, vpc: str) -> Iterator[str]:
    pages = session.ec2.get_paginator("describe_vpc_endpoints").paginate(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    for each in (each for page in pages for each in page["VpcEndpoints"]):
        if str(each.get("State", "")).lower() not in _GONE and each.get("ServiceName", "").endswith(SERVICE):
            yield each.get("VpcEndpointId", "")


def _groups(session: Session, vpc: str) -> Iterator[str]:
    pages = session.ec2.get_paginator("describe_security_groups").paginate(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    for each in (each for page in pages for each in page["SecurityGroups"]):
        if each.get("GroupName", "").startswith(GROUP):
            yield each["GroupId"]
