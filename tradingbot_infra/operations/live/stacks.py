"""The four stacks of an environment as they stand in an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.errors import NotAnswered, UserError
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackTypeDef

PARTS = ("network", "data", "service", "monitoring")
"""The stacks, in deployment order."""

COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
"""States of a stack whose last operation did what it should (CloudFormation User Guide, "Stack status codes")."""

ROLLBACK_FAILED = "UPDATE_ROLLBACK_FAILED"
"""The state of a stack that takes no deployment until its rollback has been continued."""


@dataclass(frozen=True)
class StandingStack:
    """One stack: `outputs` are those for people, and `reason` is why it is in its status, as far as CloudFormation says."""

    part: str
    name: str
    status: str
    reason: str
    outputs: Mapping[str, str]

    @property
    def complete(self) -> bool:
        """Whether its last operation did what it should."""
        return self.status in COMPLETE

    @property
    def under_way(self) -> bool:
        """Whether CloudFormation is at work on it; a change set that nobody executed is no work."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"


def standing_stacks(session: Session, config: EnvironmentConfig) -> tuple[StandingStack, ...]:
    """The stacks that stand, in deployment order.

    Raises NotAnswered when none does: the wrong account, the wrong region, or never deployed.
    """
    parts = {config.names.stack(part): part for part in PARTS}
    pages = session.cloudformation.get_paginator("describe_stacks").paginate()
    found = {stack["StackName"]: stack for page in pages for stack in page["Stacks"] if stack["StackName"] in parts}
    if not found:
        raise NotAnswered(
            f"No stack of {config.environment} stands in account {session.account}, region {session.region}: "
            f"check the profile, or `cdk deploy --all -c env={config.environment}` first"
        )
    return tuple(_stack(part, found[name]) for name, part in parts.items() if name in found)


def _stack(part: str, stack: "StackTypeDef") -> StandingStack:
    return StandingStack(
        part=part,
        name=stack["StackName"],
        status=stack["StackStatus"],
        reason=stack.get("StackStatusReason", ""),
        # Outputs without a description are for other stacks only.
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", []) if output.get("Description")},
    )


def named_output(stacks: tuple[StandingStack, ...], name: str) -> str:
    """The value of one output of whichever stack has it.

    Raises UserError when none has it.
    """
    found = {key: value for stack in stacks for key, value in stack.outputs.items()}
    if name not in found:
        raise UserError(f"{name}: no stack has such an output; allowed: {', '.join(found)}")
    return found[name]
