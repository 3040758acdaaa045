"""What holds data or an address, and what an update, a failed creation or a destroy does to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tradingbot_infra.design.stateful import HOLDS_DATA
from tradingbot_infra.lifecycle.changes import Action, Change
from tradingbot_infra.lifecycle.claims import claims_of
from tradingbot_infra.lifecycle.finding import Finding, Kind
from tradingbot_infra.lifecycle.physical import Physical

_HOLDING = frozenset({*HOLDS_DATA, "AWS::EC2::EIP", "AWS::ElasticLoadBalancingV2::LoadBalancer"})
"""Without the types whose ids only matter to other stacks (cuts.py)."""
_KEEPING = frozenset({"Retain", "RetainExceptOnCreate"})
_KEEP = "Keep the value that it has, or save what it holds first"
_LAST = "Go on only if nobody needs what it holds"
_ADDRESS = "It costs money until it is released; nat_allocation_ids adopts it"
_ADOPT = "If it comes back, it meets its own name: cdk deploy --import-existing-resources adopts it where CloudFormation can"


def kept(physicals: Iterable[Physical], policy: str) -> tuple[Physical, ...]:
    """Those that stay in the account when they are deleted; `policy` is `DeletionPolicy` or `UpdateReplacePolicy`."""
    return tuple(physical for physical in physicals if physical.resource.body.get(policy) in _KEEPING)


def losses(changes: Sequence[Change], removed: Iterable[Physical]) -> Iterator[Finding]:
    """What an update deletes, replaces or overwrites although it holds something, and what it leaves behind."""
    for change in changes:
        if change.action is Action.REPLACED and change.old:
            yield from _end(change.old, "UpdateReplacePolicy", f"is replaced because of {', '.join(change.causes)}", change.perhaps)
        elif change.action is Action.UPDATED and change.old:
            yield from _overwritten(change.old, change.new)
    for physical in removed:
        yield from _end(physical, "DeletionPolicy", "leaves the stack")


def _end(physical: Physical, policy: str, what: str, perhaps: bool = False) -> Iterator[Finding]:
    if physical in kept([physical], policy):
        address = physical.resource.type == "AWS::EC2::EIP"
        if address or claims_of(physical):
            yield _finding(Kind.LEFT, physical, f"{what}, and stays in the account ({policy})", _ADDRESS if address else _ADOPT)
    elif is_protected(physical):
        yield _finding(Kind.LEFT, physical, f"{what}, which its deletion protection refuses: it stays in the account", _ADOPT)
    elif physical.resource.type in _HOLDING:
        snapshot = ", after a last snapshot" if physical.resource.body.get(policy) == "Snapshot" else ""
        yield _finding(
            Kind.LOST,
            physical,
            f"{'perhaps ' if perhaps else ''}{what}: what it holds is deleted{snapshot}",
            _LAST if policy == "DeletionPolicy" else _KEEP,
        )


def _overwritten(old: Physical, new: Physical) -> Iterator[Finding]:
    if old.resource.properties.get("GenerateSecretString") != new.resource.properties.get("GenerateSecretString"):
        yield _finding(Kind.LOST, old, "its value is generated again", _KEEP)


def is_protected(physical: Physical) -> bool:
    """Whether the service itself refuses to delete it: RDS's DeletionProtection, the load balancer's attribute."""
    properties = physical.resource.properties
    return properties.get("DeletionProtection") is True or _attribute(properties, "deletion_protection.enabled") == "true"


def _attribute(properties: Mapping[str, Any], key: str) -> Any:
    found = [row.get("Value") for row in properties.get("LoadBalancerAttributes", []) if row.get("Key") == key]
    return found[0] if found else None


def _finding(kind: Kind, physical: Physical, why: str, way: str) -> Finding:
    resource = physical.resource
    return Finding(kind, resource.stack, resource.logical_id, resource.path, why, way)
