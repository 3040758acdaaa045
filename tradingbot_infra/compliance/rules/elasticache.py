"""Rules for Amazon ElastiCache caches of Redis OSS or Valkey."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from tradingbot_infra.compliance.observe import (
    at,
    customer_key,
    declared,
    is_function,
    is_true,
    is_unknown,
    listed,
    literal,
    observe,
    seen,
    whole_number,
)
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.templates import Assembly, Resource

REPLICATION_GROUP = "AWS::ElastiCache::ReplicationGroup"
CACHE_CLUSTER = "AWS::ElastiCache::CacheCluster"
USER_GROUP = "AWS::ElastiCache::UserGroup"
USER = "AWS::ElastiCache::User"
LOG_GROUP = "AWS::Logs::LogGroup"

OLDEST_MAJOR: Mapping[str, int] = MappingProxyType({"redis": 6, "valkey": 7})
"""The oldest major version of each engine in standard support, which ended for Redis OSS 4 and 5 on 31 January 2026
("ElastiCache Extended Support")."""

_SECRET = re.compile(r"\{\{resolve:(secretsmanager|ssm-secure):[^}]*(\}[^}]+)*\}\}")


@rule(
    "redis.at_rest",
    REPLICATION_GROUP,
    CACHE_CLUSTER,
    title="The cache is encrypted at rest with a customer managed key",
    fix="Set `at_rest_encryption_enabled=True` and a `kms_key_id` on a `CfnReplicationGroup`; a `CfnCacheCluster` cannot be encrypted.",
)
def at_rest(cache: Resource, assembly: Assembly) -> Iterator[Observation]:
    if not _is_memcached(cache):
        yield observe(cache, "AtRestEncryptionEnabled", is_true, "true")
        yield customer_key(cache, "KmsKeyId", assembly)


@rule(
    "redis.in_transit",
    REPLICATION_GROUP,
    CACHE_CLUSTER,
    title="The cache refuses connections without TLS",
    fix="Set `transit_encryption_enabled=True` and `transit_encryption_mode='required'` on a `CfnReplicationGroup`.",
)
def in_transit(cache: Resource, _: Assembly) -> Iterator[Observation]:
    if not _is_memcached(cache):
        yield observe(cache, "TransitEncryptionEnabled", is_true, "true")
        yield observe(cache, "TransitEncryptionMode", lambda mode: mode == "required", "required")


@rule(
    "redis.auth",
    REPLICATION_GROUP,
    CACHE_CLUSTER,
    title="The cache requires a password that is stored as a secret",
    fix=(
        "Set `redis_transit_encryption`, and `auth_token` to a dynamic reference to a secret, or `user_group_ids` to a group "
        "whose default user has a password."
    ),
)
def auth(cache: Resource, assembly: Assembly) -> Iterator[Observation]:
    if _is_memcached(cache):
        return
    token, groups = cache.properties.get("AuthToken"), listed(cache.properties.get("UserGroupIds"))
    if token is not None or not groups:
        by_reference = isinstance(token, str) and _SECRET.fullmatch(token)
        # A plain parameter of Systems Manager is no secret, so a reference to one fails.
        known = isinstance(token, str) and token.startswith("{{resolve:")
        status = Status.PASS if by_reference else Status.NOT_ASSESSED if is_unknown(token) and not known else Status.FAIL
        # Only a reference is reported: reports are passed on.
        shown = token if token is None or by_reference else "not shown"
        yield Observation("Properties.AuthToken", shown, "a dynamic reference to a secret, or user groups", status)
    for group in groups:
        yield Observation("Properties.UserGroupIds", group, "a group of users with passwords", _group(group, assembly))


def _group(group: Any, assembly: Assembly) -> Status:
    named = declared(group, USER_GROUP, "UserGroupId", assembly)
    users = listed(named.properties.get("UserIds")) if named else []
    return worst(_user(each, assembly) for each in users) if users else Status.NOT_ASSESSED


def _user(user: Any, assembly: Assembly) -> Status:
    """The user that ElastiCache creates, with the id default, has no password and all permissions. A disabled user cannot log in."""
    named = declared(user, USER, "UserId", assembly)
    if named is None:
        return Status.FAIL if user == "default" else Status.NOT_ASSESSED
    if "off" in str(named.properties.get("AccessString")).split():
        return Status.PASS
    asked = observe(named, "NoPasswordRequired", lambda value: not is_true(value), "false")
    mode = named.properties.get("AuthenticationMode", {"Type": "password" if "Passwords" in named.properties else None})
    kind = at(mode, "Type")
    return worst((asked.status, literal("AuthenticationMode", kind, lambda value: value in ("password", "iam"), "").status))


@rule(
    "redis.minor_upgrade",
    REPLICATION_GROUP,
    title="The cache runs a release in standard support and installs minor releases automatically",
    fix="Set `auto_minor_version_upgrade=True` and a current `engine_version`.",
)
def minor_upgrade(cache: Resource, _: Assembly) -> Iterator[Observation]:
    # CloudFormation's page documents no default, so it must be set.
    yield observe(cache, "AutoMinorVersionUpgrade", is_true, "true")
    version, engine = cache.properties.get("EngineVersion"), str(cache.properties.get("Engine", "redis")).lower()
    major = str(version).partition(".")[0]
    if engine not in OLDEST_MAJOR or version is None or is_unknown(version) or not major.isdecimal():
        status = Status.NOT_ASSESSED
    else:
        status = Status.PASS if int(major) >= OLDEST_MAJOR[engine] else Status.FAIL
    yield Observation("Properties.EngineVersion", version, "a release in standard support", status)


@rule(
    "redis.snapshots",
    REPLICATION_GROUP,
    title="Snapshots of the cache are kept for a week or longer",
    fix="Set `snapshot_retention_limit` to 7 or more.",
)
def snapshots(cache: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(cache, "SnapshotRetentionLimit", lambda days: whole_number(days) >= 7, "7 days or more", default=0)


@rule(
    "redis.failover",
    REPLICATION_GROUP,
    title="A replica in another zone takes over when the primary node fails",
    fix="Set `automatic_failover_enabled` and `multi_az_enabled`, with `num_cache_clusters` 2 or more.",
)
def failover(cache: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(cache, "AutomaticFailoverEnabled", is_true, "true")
    yield observe(cache, "MultiAZEnabled", is_true, "true")
    if "ReplicasPerNodeGroup" in cache.properties:
        yield observe(cache, "ReplicasPerNodeGroup", lambda replicas: whole_number(replicas) >= 1, "1 or more")
    else:
        yield observe(cache, "NumCacheClusters", lambda nodes: whole_number(nodes) >= 2, "2 or more", default=1)


@rule(
    "redis.logs",
    REPLICATION_GROUP,
    title="The cache's slow log and engine log are delivered to an encrypted log group",
    fix="Add `log_delivery_configurations` for slow-log and engine-log to a `LogGroup` that has an `encryption_key`.",
)
def logs(cache: Resource, assembly: Assembly) -> Iterator[Observation]:
    configurations = listed(cache.properties.get("LogDeliveryConfigurations"))
    undecided = any(is_function(each) for each in configurations)
    for kind in ("slow-log", "engine-log"):
        path, expected = f"Properties.LogDeliveryConfigurations[{kind}]", "an encrypted log group"
        groups = [at(each, "DestinationDetails.CloudWatchLogsDetails.LogGroup") for each in configurations if at(each, "LogType") == kind]
        if not groups and undecided:
            yield Observation(path, configurations, expected, Status.NOT_ASSESSED)
        elif not groups:
            yield seen(path, None, False, expected)
        for group in groups:
            yield Observation(path, group, expected, _encrypted(group, assembly))


def _encrypted(group: Any, assembly: Assembly) -> Status:
    named = declared(group, LOG_GROUP, "LogGroupName", assembly)
    if named is None:
        return Status.FAIL if group is None else Status.NOT_ASSESSED
    return customer_key(named, "KmsKeyId", assembly).status


def _is_memcached(cache: Resource) -> bool:
    return cache.properties.get("Engine") == "memcached"
