"""Changes of a value that a service refuses, or that cost data or a pause, although CloudFormation updates the property in place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tradingbot_infra.lifecycle import comparisons
from tradingbot_infra.lifecycle.changes import Action, Change
from tradingbot_infra.lifecycle.finding import Finding, Kind
from tradingbot_infra.lifecycle.schemas import value_at

_DATABASE, _CACHE, _LOG = "AWS::RDS::DBInstance", "AWS::ElastiCache::ReplicationGroup", "AWS::Logs::LogGroup"
_ONLY_IF_UNNEEDED = "Go on only if nobody needs them"
_QUIET_MINUTE = "Go on in a minute in which a pause does no harm"


_LONGEST_SHOWN = 40
"""Longer values, such as policies, do not help whoever reads a line."""


@dataclass(frozen=True)
class _Transition:
    """`applies` to the old and the new values of `paths` of a type."""

    kind: Kind
    type: str
    paths: tuple[str, ...]
    applies: Callable[[comparisons.Values, comparisons.Values], bool]
    why: str
    way: str


_TRANSITIONS = (
    _Transition(
        Kind.REFUSED,
        _DATABASE,
        ("AllocatedStorage",),
        comparisons.lower,
        'storage cannot be reduced (RDS User Guide, "Settings for DB instances")',
        "Keep the size",
    ),
    _Transition(
        Kind.REFUSED,
        _DATABASE,
        ("AllocatedStorage",),
        comparisons.grows_too_little,
        'storage grows by at least 10 percent (RDS User Guide, "Scaling up DB instance storage")',
        "Add more",
    ),
    _Transition(
        Kind.REFUSED,
        "AWS::RDS::DBSubnetGroup",
        ("SubnetIds",),
        comparisons.moves_away,
        "the instance is in the subnets that go (SubnetAlreadyInUse)",
        "Keep the subnets, or build another environment",
    ),
    _Transition(
        Kind.REFUSED,
        "AWS::ElastiCache::SubnetGroup",
        ("SubnetIds",),
        comparisons.moves_away,
        "the cache is in the subnets that go (SubnetInUse)",
        "Keep the subnets, or remove the cache and create it again: deploy with enable_redis=false, then without",
    ),
    _Transition(
        Kind.REFUSED,
        _DATABASE,
        ("EngineVersion",),
        comparisons.lower,
        'RDS upgrades only (RDS API Reference, "ModifyDBInstance")',
        "Keep the version, or restore a snapshot of the older one",
    ),
    _Transition(
        Kind.REFUSED,
        _CACHE,
        ("EngineVersion",),
        comparisons.lower,
        'ElastiCache cannot downgrade (ElastiCache API Reference, "ModifyReplicationGroup")',
        "Keep the version, or remove the cache and create it again",
    ),
    _Transition(
        Kind.REFUSED,
        _CACHE,
        ("AuthToken",),
        comparisons.removed,
        'an AUTH token cannot be removed without RBAC (ElastiCache API Reference, "ModifyReplicationGroup")',
        "Keep it, or remove the cache and create it again: deploy with enable_redis=false, then without",
    ),
    _Transition(
        Kind.REFUSED,
        _CACHE,
        ("TransitEncryptionEnabled", "TransitEncryptionMode"),
        comparisons.encrypts_at_once,
        'encryption in transit starts in the mode preferred (ElastiCache API Reference, "ModifyReplicationGroup")',
        "Remove the cache and create it again: deploy with enable_redis=false, then without",
    ),
    _Transition(
        Kind.REFUSED,
        _CACHE,
        ("AutomaticFailoverEnabled", "NumCacheClusters"),
        comparisons.both_differ,
        "ElastiCache takes a replica and automatic failover in two changes only (cloudformation-coverage-roadmap#383)",
        "Deploy twice: the replica first, or at the removal the failover first",
    ),
    _Transition(
        Kind.LOST,
        _LOG,
        ("RetentionInDays",),
        comparisons.shorter,
        'log events older than the new period are deleted (CloudWatch Logs API Reference, "PutRetentionPolicy")',
        _ONLY_IF_UNNEEDED,
    ),
    _Transition(
        Kind.LOST,
        _DATABASE,
        ("BackupRetentionPeriod",),
        comparisons.shorter,
        'automated backups older than the new period are deleted (RDS User Guide, "Backup retention period")',
        _ONLY_IF_UNNEEDED,
    ),
    _Transition(
        Kind.LOST,
        "AWS::S3::Bucket",
        ("LifecycleConfiguration/Rules/*/ExpirationInDays",),
        comparisons.shorter,
        'objects older than the new period are deleted (S3 User Guide, "Expiring objects")',
        _ONLY_IF_UNNEEDED,
    ),
    _Transition(
        Kind.LOST,
        "AWS::ECR::Repository",
        ("LifecyclePolicy/LifecyclePolicyText",),
        comparisons.keeps_fewer_images,
        'the oldest images beyond the new number expire within a day (ECR User Guide, "Automate the cleanup of images")',
        "Go on only if no task and no rollback needs them",
    ),
    _Transition(
        Kind.LOST,
        _CACHE,
        ("SnapshotRetentionLimit",),
        comparisons.shorter,
        'automatic snapshots older than the new period are deleted (ElastiCache API Reference, "ModifyReplicationGroup")',
        _ONLY_IF_UNNEEDED,
    ),
    _Transition(
        Kind.CUT,
        _DATABASE,
        ("DBInstanceClass",),
        comparisons.another,
        'the database restarts at once: about a minute with a standby, several without (RDS User Guide, "Settings for DB instances")',
        _QUIET_MINUTE,
    ),
    _Transition(
        Kind.CUT,
        _DATABASE,
        ("EngineVersion",),
        comparisons.higher,
        'the database and its standby stop for the upgrade (RDS User Guide, "Upgrades of the RDS for PostgreSQL DB engine")',
        _QUIET_MINUTE,
    ),
    _Transition(
        Kind.CUT,
        _CACHE,
        ("CacheNodeType",),
        comparisons.another,
        'other nodes take over, and connections break at once (ElastiCache User Guide, "Scaling replica nodes (Cluster Mode Disabled)")',
        _QUIET_MINUTE,
    ),
    _Transition(
        Kind.CUT,
        _CACHE,
        ("EngineVersion",),
        comparisons.higher,
        'nodes are upgraded, and one without a replica is away (ElastiCache User Guide, "Version Management for ElastiCache")',
        _QUIET_MINUTE,
    ),
    _Transition(
        Kind.CUT,
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        ("HealthCheckPath",),
        comparisons.another,
        "the tasks that run are asked on the new path before new ones start, and those that do not answer there are stopped",
        "Deploy an image that answers on both paths first",
    ),
)


def transitions(change: Change) -> Iterator[Finding]:
    """What a service makes of the new values of one resource that is updated in place."""
    if change.action is not Action.UPDATED or change.old is None:
        return
    resource = change.new.resource
    for row in _TRANSITIONS:
        old, new = ([value_at(one.resource.properties, path) for path in row.paths] for one in (change.old, change.new))
        if row.type == resource.type and row.applies(old, new):
            why = f"{_change(row.paths[0], old[0], new[0])}: {row.why}"
            yield Finding(row.kind, resource.stack, resource.logical_id, resource.path, why, row.way)


def _change(path: str, old: object, new: object) -> str:
    """`RetentionInDays 400 to 30`, or of long values only that they change."""
    name, values = path.rpartition("/")[2], [_shown(value) for value in (old, new)]
    return f"{name} changes" if max(map(len, values)) > _LONGEST_SHOWN else f"{name} {values[0]} to {values[1]}"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value if item is not None)
    text = "none" if value is None else str(value)
    return "a token" if "{{resolve:" in text else text
