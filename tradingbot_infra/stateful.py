"""Which resources must not be replaced, and the lock that keeps a change from replacing or dropping one by accident.

CloudFormation replaces a resource when its logical id or a create-only property changes. A database or a key that is replaced
takes what it holds with it. A network resource that is replaced leaves other stacks with the old id: references between stacks are
weak, and the CDK CLI deploys no stack whose template did not change. The lock lists what stands, so that such a change shows in a
test before it shows in an account.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from tradingbot_infra.templates import Assembly

STATEFUL_TYPES = (
    "AWS::Backup::BackupVault",
    "AWS::EC2::EIP",  # exchanges' allow lists name the address
    "AWS::EC2::SecurityGroup",  # database and cache would stay in the old one, without rules
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::ECR::Repository",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",  # the team's DNS names its address
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)
"""Types whose loss loses data, evidence, or an id or address that others rely on."""

_REGENERATES = MappingProxyType({"AWS::SecretsManager::Secret": frozenset({"GenerateSecretString"})})
"""Properties that keep the resource but write a new value over what it holds."""

Lock = Mapping[str, Mapping[str, Any]]
"""`Stack.LogicalId` to type, deletion policy and replacement-triggering properties."""

CreateOnly = Callable[[str], frozenset[str]]
"""The create-only properties of a resource type, by CloudFormation's own schema."""


def lock_of(assembly: Assembly, create_only: CreateOnly) -> dict[str, dict[str, Any]]:
    """What the lock file should say of one environment."""
    entries: dict[str, dict[str, Any]] = {}
    for resource in assembly.of_type(*STATEFUL_TYPES):
        decisive = create_only(resource.type) | _REGENERATES.get(resource.type, frozenset())
        entries[f"{resource.stack}.{resource.logical_id}"] = {
            "type": resource.type,
            "deletion_policy": resource.body.get("DeletionPolicy", "Delete"),
            "properties": {name: value for name, value in sorted(resource.properties.items()) if name in decisive},
        }
    return dict(sorted(entries.items()))


def violations(environment: str, locked: Lock, current: Lock) -> Iterator[str]:
    """What a deployment of `current` would do to what is `locked`, one sentence each; nothing when all stays."""
    for name in sorted(set(locked) | set(current)):
        if name not in current:
            yield f"{environment}: {name} ({locked[name]['type']}) is gone: a deployment would drop it"
        elif name not in locked:
            yield f"{environment}: {name} ({current[name]['type']}) is new and not locked yet"
        elif locked[name] != current[name]:
            yield from _differences(f"{environment}: {name} ({locked[name]['type']})", locked[name], current[name])


def _differences(who: str, locked: Mapping[str, Any], current: Mapping[str, Any]) -> Iterator[str]:
    if locked["type"] != current["type"]:
        yield f"{who} becomes {current['type']}: a deployment would replace it"
    if locked["deletion_policy"] != current["deletion_policy"]:
        yield f"{who} goes from {locked['deletion_policy']} to {current['deletion_policy']} when its stack goes"
    before, after = locked["properties"], current["properties"]
    for name in sorted(set(before) | set(after)):
        if before.get(name) != after.get(name):
            effect = "overwrite its value" if name in _REGENERATES.get(locked["type"], ()) else "replace it"
            yield f"{who}: {name} changes from {before.get(name)!r} to {after.get(name)!r}: a deployment would {effect}"
