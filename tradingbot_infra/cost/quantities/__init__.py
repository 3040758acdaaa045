"""Monthly quantities of the resources of an assembly, a module for each thing that is billed: AWS services, NAT, data transfer."""

from collections.abc import Callable, Iterator
from typing import Protocol

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem
from tradingbot_infra.cost.quantities import (
    access_analyzer,
    aws_config,
    backup,
    cloudtrail,
    cloudwatch,
    ecr,
    elasticache,
    fargate,
    guardduty,
    inspector,
    kms,
    lambda_functions,
    load_balancing,
    logs,
    nat,
    observability,
    public_addresses,
    rds,
    s3,
    secrets_manager,
    security_hub,
    sns,
    step_functions,
    transfer,
    vpc_endpoints,
    waf,
)
from tradingbot_infra.templates import Assembly, Resource


class QuantityModule(Protocol):
    """A module of this package."""

    TYPES: tuple[str, ...]

    def items(self, assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
        """Everything of this service that is paid for."""


SERVICES: tuple[QuantityModule, ...] = (
    fargate,
    rds,
    elasticache,
    load_balancing,
    nat,
    ecr,
    secrets_manager,
    logs,
    cloudwatch,
    transfer,
    public_addresses,
    kms,
    waf,
    backup,
    s3,
    vpc_endpoints,
    sns,
    lambda_functions,
    step_functions,
    observability,
    cloudtrail,
    aws_config,
    guardduty,
    security_hub,
    access_analyzer,
    inspector,
)
"""In the order of the document's cost chapter, then what is not in it, then services of the account."""

_UNASSUMED: tuple[Callable[[Assembly], tuple[Resource, ...]], ...] = (
    fargate.unassumed,
    logs.unassumed,
    s3.unassumed,
    nat.unassumed,
    step_functions.unassumed,
)


def items_of(assembly: Assembly, usage: UsageConfig) -> tuple[BilledItem, ...]:
    """Everything that is paid for.

    Raises UserError for a schedule that cannot be read.
    """
    return tuple(item for service in SERVICES for item in service.items(assembly, usage))


def counted_types() -> frozenset[str]:
    """The resource types that some service counts."""
    return frozenset(name for service in SERVICES for name in service.TYPES)


def unassumed(assembly: Assembly) -> tuple[Resource, ...]:
    """Resources of a counted type whose cost depends on usage for which there is no assumption."""
    return tuple(resource for find in _UNASSUMED for resource in find(assembly))
