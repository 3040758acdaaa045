"""The stacks of an environment, and of its account where it deploys those, as CloudFormation reports them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.errors import NotAnswered, UserError
from tradingbot_infra.operations.missing import not_deployed
from tradingbot_infra.operations.printed_commands import CdkDeploy
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackTypeDef

COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
"""States of a stack whose last operation succeeded (CloudFormation User Guide, "Stack status codes")."""

ROLLBACK_FAILED = "UPDATE_ROLLBACK_FAILED"
"""The state of a stack that takes no deployment until its rollback has been continued."""


@dataclass(frozen=True)
class LiveStack:
    """One stack. `outputs` are those for people; `reason` is why it is in its status, where CloudFormation says so.

    `parameters` are the values that it was last deployed with.
    """

    id: str
    part: str
    name: str
    region: str
    status: str
    reason: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether its last operation succeeded."""
        return self.status in COMPLETE

    @property
    def under_way(self) -> bool:
        """Whether CloudFormation works on it; a change set that nobody executed is no work."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"


@dataclass(frozen=True)
class StackResource:
    """One resource of a stack. `physical_id` is its name, id or ARN, whichever `Ref` returns for its type."""

    logical_id: str
    physical_id: str
    type: str


def read_stacks(session: Session, config: EnvironmentConfig) -> tuple[LiveStack, ...]:
    """The stacks that exist, in deployment order.

    Raises NotAnswered when there is none: the wrong account, the wrong region, or never deployed.
    """
    live = existing_stacks(session, config)
    if not live:
        found_nothing = f"No stack of {config.environment} exists"
        # Without stacks there is nothing to check, so this is no finding.
        raise NotAnswered(
            str(
                not_deployed(
                    found_nothing,
                    fix=CdkDeploy(),
                    account=session.account,
                    region=session.region,
                    environment=config.environment,
                    local=session.local,
                )
            )
        )
    return live


def check_deployed(session: Session, config: EnvironmentConfig) -> None:
    """Raises NotAnswered, as `read_stacks`, where nothing is deployed: for what else may be missing in a deployment."""
    read_stacks(session, config)


def existing_stacks(session: Session, config: EnvironmentConfig) -> tuple[LiveStack, ...]:
    """The stacks that exist, in deployment order, each looked for in its own region; none before the first deployment."""
    found: dict[tuple[str, str], StackTypeDef] = {}
    for region in dict.fromkeys(stack.region for stack in config.stacks):
        pages = session.in_region(region).cloudformation.get_paginator("describe_stacks").paginate()
        found |= {(region, stack["StackName"]): stack for page in pages for stack in page["Stacks"]}
    return tuple(_stack(stack, found[stack.region, stack.name]) for stack in config.stacks if (stack.region, stack.name) in found)


def stack_resources(session: Session, stack: str) -> tuple[StackResource, ...]:
    """Every resource of a stack that its template declares, whether or not somebody deleted it by hand.

    What an unfinished deployment has not created yet has no id, and what it deleted stays listed: both are left out
    (CloudFormation API, StackResourceSummary).
    """
    pages = session.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return tuple(
        StackResource(item["LogicalResourceId"], item["PhysicalResourceId"], item["ResourceType"])
        for page in pages
        for item in page["StackResourceSummaries"]
        if item.get("PhysicalResourceId") and item["ResourceStatus"] != "DELETE_COMPLETE"
    )


def named_output(stacks: tuple[LiveStack, ...], name: str) -> str:
    """The value of one output of whichever stack has it.

    Raises UserError when none has it.
    """
    found = {key: value for stack in stacks for key, value in stack.outputs.items()}
    if name not in found:
        raise UserError(f"{name}: no stack has such an output; allowed: {', '.join(found)}")
    return found[name]


def _stack(placed: PlacedStack, stack: "StackTypeDef") -> LiveStack:
    return LiveStack(
        id=placed.id,
        part=placed.part,
        name=placed.name,
        region=placed.region,
        status=stack["StackStatus"],
        reason=stack.get("StackStatusReason", ""),
        # Outputs without a description are for other stacks only.
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", []) if output.get("Description")},
        parameters={each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])},
    )
