"""The stacks, a row each, in deployment order. A new stack is a new row here and a file of its own in stacks/."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tradingbot_infra.design.names import Names

HOME_REGION = "ap-southeast-2"
"""Sydney: where a stack is, and its data stays, unless its row says otherwise (DESIGN, Naming)."""

ACCOUNT = "account"
"""What stands for the environment in the names and tags of an account's stacks; no environment can have this name."""


class StackScope(StrEnum):
    """What a stack belongs to."""

    ENVIRONMENT = "environment"
    """Every environment has one."""
    ACCOUNT = "account"
    """The account has one, whatever the number of its environments. One environment deploys it: setting account_stacks."""


@dataclass(frozen=True, kw_only=True)
class StackRow:
    """One stack of the design.

    `id` is its class, its CDK id, and what `cdk deploy` calls it. `part` is the last part of its CloudFormation name. `module`
    holds the class. `region` is None for the environment's own region. `optional` is whether settings decide that there is one.
    """

    id: str
    part: str
    scope: StackScope
    module: str
    region: str | None = None
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class PlacedStack:
    """One stack of one deployment: `names` are those of its environment or account, `name` is its name in CloudFormation."""

    id: str
    part: str
    scope: StackScope
    module: str
    region: str
    names: Names

    @property
    def name(self) -> str:
        """Its name in CloudFormation, such as `tradingbot-ai-production-network`."""
        return self.names.stack(self.part)


STACKS: tuple[StackRow, ...] = (
    StackRow(id="NetworkStack", part="network", scope=StackScope.ENVIRONMENT, module="tradingbot_infra.stacks.network_stack"),
    StackRow(id="DataStack", part="data", scope=StackScope.ENVIRONMENT, module="tradingbot_infra.stacks.data_stack"),
    StackRow(id="ServiceStack", part="service", scope=StackScope.ENVIRONMENT, module="tradingbot_infra.stacks.service_stack"),
    StackRow(id="MonitoringStack", part="monitoring", scope=StackScope.ENVIRONMENT, module="tradingbot_infra.stacks.monitoring_stack"),
    StackRow(
        id="AccountSecurityStack",
        part="security",
        scope=StackScope.ACCOUNT,
        module="tradingbot_infra.stacks.account_security_stack",
        optional=True,
    ),
    StackRow(id="DeliveryStack", part="delivery", scope=StackScope.ACCOUNT, module="tradingbot_infra.stacks.delivery_stack", optional=True),
)
"""Each stack uses only what stacks before it export."""


def id_of(part: str) -> str:
    """The id of a stack by its part, as `cdk deploy` calls it.

    Raises LookupError when no row has this part.
    """
    found = next((row.id for row in STACKS if row.part == part), None)
    if found is None:
        raise LookupError(f"{part}: no stack of design/stacks.py has this part")
    return found


def region_of(stack_id: str) -> str:
    """The region of a stack by its id; HOME_REGION for a stack without a row."""
    return next((row.region for row in STACKS if row.id == stack_id and row.region), HOME_REGION)


def regions() -> tuple[str, ...]:
    """Every region of the design, HOME_REGION first."""
    return tuple(dict.fromkeys((HOME_REGION, *(row.region for row in STACKS if row.region))))


def placed_stacks(names: Names, *, region: str, account_stacks: bool, optional: Container[str]) -> tuple[PlacedStack, ...]:
    """The stacks that a deployment of one environment consists of; those of the account are among them if `account_stacks`.

    `optional` has the ids of the optional ones that the settings ask for.
    """
    return tuple(_placed(names, region=region, account_stacks=account_stacks, optional=optional))


def _placed(names: Names, *, region: str, account_stacks: bool, optional: Container[str]) -> Iterator[PlacedStack]:
    of_scope = {StackScope.ENVIRONMENT: names}
    if account_stacks:
        of_scope[StackScope.ACCOUNT] = Names(project=names.project, environment=ACCOUNT)
    for row in STACKS:
        if row.scope in of_scope and (row.id in optional or not row.optional):
            yield PlacedStack(
                id=row.id, part=row.part, scope=row.scope, module=row.module, region=row.region or region, names=of_scope[row.scope]
            )
