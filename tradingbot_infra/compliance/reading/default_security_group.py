"""The default security group of a VPC: what removes its rules, and what is in it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tradingbot_infra.compliance.observe import at, is_unknown
from tradingbot_infra.compliance.reading.networks import LOAD_BALANCER, VPC
from tradingbot_infra.compliance.reading.security_group_rules import GROUPS_OF
from tradingbot_infra.compliance.tristate import TriState, any_of, is_given
from tradingbot_infra.templates import Assembly, Resource

CLOSING_RESOURCE = "Custom::VpcRestrictDefaultSG"
"""The CDK's custom resource that removes every rule from a default group."""


def is_default_group(value: Any, assembly: Assembly) -> TriState:
    """Whether a value is the default group of a VPC of these stacks; a literal id may be any group."""
    target = assembly.referred(value)
    if target is not None:
        return target.type == VPC and str(value).endswith(".DefaultSecurityGroup}")
    return False if value is None else None


def is_closed(vpc: Resource, assembly: Assembly) -> TriState:
    """Whether a custom resource empties the default group of a VPC; undecided where the templates do not show whose group it is."""
    closed = (each.properties.get("DefaultSecurityGroupId") for each in assembly.of_type(CLOSING_RESOURCE))
    return any_of(None if assembly.referred(group) is None and is_unknown(group) else group == _reference(vpc) for group in closed)


def members(vpc: Resource, assembly: Assembly) -> list[str]:
    """What uses the default group of a VPC: by its id, or by naming no group at all."""
    named = (
        each.logical_id for each in assembly.resources if each.type != CLOSING_RESOURCE and _mentions(each.properties, _reference(vpc))
    )
    silent = (each.logical_id for each in _workloads(assembly) if is_given(_groups(each), assembly) is False)
    return [*named, *silent]


def may_have_members(assembly: Assembly) -> TriState:
    """Undecided where only CloudFormation knows which groups a workload is in, otherwise False."""
    return any_of(None if is_given(_groups(each), assembly) is None else False for each in _workloads(assembly))


def _workloads(assembly: Assembly) -> Iterator[Resource]:
    for workload in assembly.of_type(*GROUPS_OF):
        # Other kinds of load balancer may be in no group at all.
        if workload.type != LOAD_BALANCER or workload.properties.get("Type", "application") == "application":
            yield workload


def _groups(workload: Resource) -> Any:
    return at(workload.properties, GROUPS_OF[workload.type])


def _reference(vpc: Resource) -> str:
    return f"${{{vpc.stack}.{vpc.logical_id}.DefaultSecurityGroup}}"


def _mentions(value: Any, reference: str) -> bool:
    """Whether a reference is a whole value somewhere; inside an ARN it is a permission, not a membership."""
    if isinstance(value, Mapping):
        return any(_mentions(item, reference) for item in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(_mentions(item, reference) for item in value)
    return bool(value == reference)
