"""What a destruction would delete and keep, read from the account before anything is asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.stacks import StackScope
from tradingbot_infra.design.stateful import HOLDS_DATA
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.destruction.fate import Ending, Held, holdings
from tradingbot_infra.operations.destruction.obstacles import other_environments
from tradingbot_infra.operations.destruction.runtime_monitoring import Left, left_in
from tradingbot_infra.operations.live.stacks import read_stacks
from tradingbot_infra.operations.repair.unfinished import UnfinishedStack, unfinished_stacks
from tradingbot_infra.operations.session import Session

SECURITY_STACK = "AccountSecurityStack"

LEFT_SET = {
    "Custom::AccountPasswordPolicy": "the password policy",
    "Custom::S3AccountPublicAccessBlock": "the block of public buckets",
    "Custom::EbsEncryptionByDefault": "encryption of new disks",
    "Custom::InstanceMetadataDefaults": "IMDSv2 for new instances",
    "Custom::ImageBlockPublicAccess": "the block of public images",
    "Custom::SnapshotBlockPublicAccess": "the block of public snapshots",
    "Custom::DefaultVpcRemoval": "the removal of default VPCs",
    "Custom::InspectorEnable": "Inspector's scans of images, which are billed",
    "Custom::SecurityContact": "the security contact",
    "Custom::SpanLog": "the key and the days of the log group of spans, aws/spans",
}
"""Custom resources whose function leaves what it set, because a deletion must not loosen an account, in words for people."""


@dataclass(frozen=True)
class Plan:
    """Everything that the stacks hold, and which of these never were complete. `shared` are lines on stacks that stay for others."""

    held: tuple[Held, ...]
    unfinished: tuple[UnfinishedStack, ...]
    shared: tuple[str, ...]
    by_guardduty: tuple[Left, ...] = ()
    """What GuardDuty made in VPCs that go, and goes with them."""

    @property
    def account_controls(self) -> tuple[Held, ...]:
        """What the account's security stack holds, if that goes."""
        return tuple(one for one in self.held if one.stack.id == SECURITY_STACK)

    @property
    def left_set(self) -> tuple[str, ...]:
        """Settings of the account that outlive the stack that made them, in words."""
        return tuple(LEFT_SET[one.type] for one in self.held if one.type in LEFT_SET)

    @property
    def lost(self) -> tuple[Held, ...]:
        """What holds data and goes without a snapshot."""
        return tuple(one for one in self.held if one.ending is Ending.GOES and one.type in HOLDS_DATA)

    @property
    def snapshots(self) -> tuple[Held, ...]:
        """What goes after a last snapshot, which stays."""
        return tuple(one for one in self.held if one.ending is Ending.SNAPSHOT)

    @property
    def kept(self) -> tuple[Held, ...]:
        """What stays in the account. Of a stack that never was complete nothing does (`RetainExceptOnCreate`)."""
        never = {one.placed.name for one in self.unfinished}
        return tuple(one for one in self.held if one.ending is Ending.STAYS and one.stack.name not in never)


def read_plan(session: Session, config: EnvironmentConfig) -> Plan:
    """The plan for what is deployed.

    Stacks of the account stay while another environment is deployed.
    Raises NotAnswered if nothing is deployed, UserError while CloudFormation works on a stack.
    """
    stacks = read_stacks(session, config)
    working = [f"{stack.name} is {stack.status}" for stack in stacks if stack.under_way]
    if working:
        raise UserError(f"Nothing was changed: {'; '.join(working)}. Wait until CloudFormation is done, then again")
    others = other_environments(session, config)
    placed = [one for one in config.stacks if not others or one.scope is not StackScope.ACCOUNT]
    held = holdings(session, placed, stacks)
    used = f"it is the account's, and {', '.join(others)} is deployed too"
    return Plan(
        held=held,
        unfinished=tuple(one for one in unfinished_stacks(session, config) if one.placed in placed),
        shared=tuple(f"{one.name}: {used}" for one in config.stacks if one not in placed),
        by_guardduty=tuple(_by_guardduty(session, held)),
    )


def _by_guardduty(session: Session, held: tuple[Held, ...]) -> Iterator[Left]:
    for one in held:
        if one.type == "AWS::EC2::VPC" and one.ending is Ending.GOES:
            left = left_in(session.in_region(one.stack.region), one.physical_id)
            if left:
                yield left
