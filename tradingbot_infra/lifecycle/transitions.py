"""Changes of a value that a service refuses or that cost data, although CloudFormation updates the property in place."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.lifecycle.changes import Action, Change
from tradingbot_infra.lifecycle.finding import Finding, Kind
from tradingbot_infra.lifecycle.schemas import value_at

_DATABASE, _CACHE, _LOG = "AWS::RDS::DBInstance", "AWS::ElastiCache::ReplicationGroup", "AWS::Logs::LogGroup"


@dataclass(frozen=True)
class _Transition:
    """`applies` to the old and the new values of `paths` of a type."""

    kind: Kind
    type: str
    paths: tuple[str, ...]
    applies: Callable[[Sequence[Any], Sequence[Any]], bool]
    why: str
    way: str


def _lower(old: Sequence[Any], new: Sequence[Any]) -> bool:
    return None not in (*old, *new) and _numbers(new[0]) < _numbers(old[0])


def _shorter(old: Sequence[Any], new: Sequence[Any]) -> bool:
    return new[0] is not None and (old[0] is None or _numbers(new[0]) < _numbers(old[0]))


def _numbers(value: Any) -> list[int]:
    """`15.9` and `15.19` in the order of versions; also a number by itself."""
    return [int(part) for part in re.findall(r"\d+", str(value))]


def _removed(old: Sequence[Any], new: Sequence[Any]) -> bool:
    return old[0] is not None and new[0] is None


def _at_once(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Encryption in transit is turned on, and not in the mode that takes both kinds of clients."""
    return not old[0] and bool(new[0]) and new[1] != "preferred"


def _both(old: Sequence[Any], new: Sequence[Any]) -> bool:
    return all(before != after for before, after in zip(old, new, strict=True))


_TRANSITIONS = (
    _Transition(
        Kind.REFUSED,
        _DATABASE,
        ("AllocatedStorage",),
        _lower,
        'storage cannot be reduced (RDS User Guide, "Settings for DB instances")',
        "Keep the size",
    ),
    _Transition(
        Kind.REFUSED,
        _DATABASE,
        ("EngineVersion",),
        _lower,
        'RDS upgrades only (RDS API Reference, "ModifyDBInstance")',
        "Keep the version, or restore a snapshot of the older one",
    ),
    _Transition(
        Kind.REFUSED,
        _CACHE,
        ("EngineVersion",),
        _lower,
        'ElastiCache cannot downgrade (ElastiCache API Reference, "ModifyReplicationGroup")',
        "Keep the version, or remove the cache and create it again",
    ),
    _Transition(
        Kind.REFUSED,
        _CACHE,
        ("AuthToken",),
        _removed,
        'an AUTH token cannot be removed without RBAC (ElastiCache API Reference, "ModifyReplicationGroup")',
        "Keep it, or remove the cache and create it again: deploy with enable_redis=false, then without",
    ),
    _Transition(
        Kind.REFUSED,
        _CACHE,
        ("TransitEncryptionEnabled", "TransitEncryptionMode"),
        _at_once,
        'encryption in transit starts in the mode preferred (ElastiCache API Reference, "ModifyReplicationGroup")',
        "Remove the cache and create it again: deploy with enable_redis=false, then without",
    ),
    _Transition(
        Kind.REFUSED,
        _CACHE,
        ("AutomaticFailoverEnabled", "NumCacheClusters"),
        _both,
        "ElastiCache takes a replica and automatic failover in two changes only (cloudformation-coverage-roadmap#383)",
        "Deploy twice: the replica first, or at the removal the failover first",
    ),
    _Transition(
        Kind.LOST,
        _LOG,
        ("RetentionInDays",),
        _shorter,
        'log events older than the new period are deleted (CloudWatch Logs API Reference, "PutRetentionPolicy")',
        "Go on only if nobody needs them",
    ),
    _Transition(
        Kind.LOST,
        _DATABASE,
        ("BackupRetentionPeriod",),
        _shorter,
        'automated backups older than the new period are deleted (RDS User Guide, "Backup retention period")',
        "Go on only if nobody needs them",
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
            changed = f"{row.paths[0]} {_shown(old[0])} to {_shown(new[0])}"
            yield Finding(row.kind, resource.stack, resource.logical_id, resource.path, f"{changed}: {row.why}", row.way)


def _shown(value: Any) -> str:
    text = "none" if value is None else str(value)
    return "a token" if "{{resolve:" in text else text
