"""Rules for stacks as a whole: tags, protection from deletion, region."""

from collections.abc import Iterator
from typing import Any

from tradingbot_infra.compliance.observe import is_false, is_function, is_true, listed, literal, not_assessed, observe, seen
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.design.stacks import region_of, regions
from tradingbot_infra.design.stateful import HOLDS_DATA
from tradingbot_infra.templates import STACK_TYPE, Assembly, Resource

REQUIRED_TAGS = ("Project", "Environment", "Owner", "DataClassification")

_KEPT = frozenset({"Retain", "RetainExceptOnCreate", "Snapshot"})

_COPIES = {
    "AWS::S3::Bucket": "ReplicationConfiguration",
    "AWS::SecretsManager::Secret": "ReplicaRegions",
    "AWS::RDS::DBInstance": "AutomaticBackupReplicationRegion",
    "AWS::ElastiCache::ReplicationGroup": "GlobalReplicationGroupId",
    "AWS::KMS::Key": "MultiRegion",
}
"""The property by which a resource gets, or may get, a copy in another region."""

_COPY_TYPES = ("AWS::ECR::ReplicationConfiguration", "AWS::ElastiCache::GlobalReplicationGroup", "AWS::KMS::ReplicaKey")
_BACKUP_PLAN = "AWS::Backup::BackupPlan"


@rule(
    "cfn.tags",
    STACK_TYPE,
    title="Stacks, and so all of their resources, have tags for project, environment, owner and data classification",
    fix="Tag the app with Project, Environment, Owner and DataClassification.",
)
def tags(stack: Resource, _: Assembly) -> Iterator[Observation]:
    for tag in REQUIRED_TAGS:
        yield observe(stack, f"Tags.{tag}", lambda value: bool(value and str(value).strip()), "a value")


@rule(
    "cfn.termination_protection",
    STACK_TYPE,
    title="Stacks are protected from deletion",
    fix="Set `deletion_protection`, which chooses `termination_protection` of every stack.",
)
def termination_protection(stack: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(stack, "EnableTerminationProtection", is_true, "true", default=False)


@rule(
    "cfn.protected",
    *HOLDS_DATA,
    title="Stateful resources are kept when their stack is deleted",
    fix="Set `retain_data`, or give the resource a removal policy that retains it or takes a snapshot.",
)
def protected(resource: Resource, _: Assembly) -> Iterator[Observation]:
    expected = "Retain, RetainExceptOnCreate or Snapshot"
    # CloudFormation takes a snapshot of a database instance by default, but only when it is deleted, not when it is replaced.
    by_default = "Snapshot" if resource.type == "AWS::RDS::DBInstance" and "DBClusterIdentifier" not in resource.properties else "Delete"
    yield literal("DeletionPolicy", resource.body.get("DeletionPolicy", by_default), _KEPT.__contains__, expected)
    yield literal("UpdateReplacePolicy", resource.body.get("UpdateReplacePolicy", "Delete"), _KEPT.__contains__, expected)


@rule(
    "cfn.region",
    STACK_TYPE,
    title="Stacks are in the region that the design gives them",
    fix="Set `env` with that region on the stack, or give the stack's row in design/stacks.py another region.",
)
def region(stack: Resource, _: Assembly) -> Iterator[Observation]:
    expected = region_of(stack.stack)
    yield observe(stack, "Region", lambda name: name == expected, expected)


@rule(
    "cfn.no_copies",
    *_COPIES,
    *_COPY_TYPES,
    _BACKUP_PLAN,
    title="Nothing is copied out of the regions of the design",
    fix="Remove the copy in another region.",
)
def no_copies(resource: Resource, _: Assembly) -> Iterator[Observation]:
    if resource.type == _BACKUP_PLAN:
        yield from _backup_copies(resource)
    elif resource.type in _COPIES:
        where = f"Properties.{_COPIES[resource.type]}"
        copies = resource.properties.get(_COPIES[resource.type])
        none = not copies or is_false(copies)
        yield not_assessed(where, copies, "none") if is_function(copies) else seen(where, copies, none, "none")
    else:
        yield seen("Type", resource.type, False, "no copy in another region")


def _backup_copies(plan: Resource) -> Iterator[Observation]:
    expected = f"no copies, or copies to vaults in {' or '.join(regions())}"
    where = "Properties.BackupPlan.BackupPlanRule"
    rules = listed(plan.properties.get("BackupPlan", {}).get("BackupPlanRule"))
    copies: list[Any] = [copy for entry in rules for copy in listed(entry.get("CopyActions"))]
    if not copies:
        yield seen(where, [], True, expected)
    for copy in copies:
        vault = copy.get("DestinationBackupVaultArn")
        yield literal(where, vault, lambda arn: any(f":{each}:" in str(arn) for each in regions()), expected)
