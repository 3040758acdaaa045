"""Database and cache: status, address, and what protects them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_rds.type_defs import DBInstanceTypeDef

_SERVES = frozenset(
    {
        "available",
        "backing-up",
        "configuring-enhanced-monitoring",
        "configuring-iam-database-auth",
        "configuring-log-exports",
        "delete-precheck",
        "snapshotting",
        "storage-config-upgrade",
        "storage-initialization",
        "storage-optimization",
    }
)
"""Statuses that clients do not notice (RDS User Guide, "Viewing Amazon RDS DB instance status"; ElastiCache API, ReplicationGroup)."""


@dataclass(frozen=True)
class Database:
    """The RDS instance. `address` is empty until RDS has given it one."""

    identifier: str
    status: str
    address: str
    port: int
    engine_version: str
    instance_class: str
    multi_az: bool
    encrypted: bool
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]


@dataclass(frozen=True)
class Redis:
    """The ElastiCache replication group."""

    identifier: str
    status: str
    address: str
    port: int
    at_rest_encryption: bool
    transit_encryption: bool
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]


def serves(status: str) -> bool:
    """Whether a database instance or a replication group in this status takes connections as ever."""
    return status in _SERVES


def read_database(session: Session, names: Names) -> Database | None:
    """The instance of an environment; None when there is none."""
    try:
        found = session.rds.describe_db_instances(DBInstanceIdentifier=names.database)["DBInstances"]
    except session.rds.exceptions.DBInstanceNotFoundFault:
        return None
    return _database(found[0]) if found else None


def read_redis(session: Session, names: Names) -> Redis | None:
    """The replication group of an environment; None when there is none."""
    try:
        found = session.elasticache.describe_replication_groups(ReplicationGroupId=names.redis)["ReplicationGroups"]
    except session.elasticache.exceptions.ReplicationGroupNotFoundFault:
        return None
    if not found:
        return None
    group = found[0]
    node_groups = group.get("NodeGroups", [])
    endpoint = node_groups[0].get("PrimaryEndpoint", {}) if node_groups else {}
    subnets, security_groups = _cache_network(session, group.get("MemberClusters", []))
    return Redis(
        identifier=names.redis,
        status=group.get("Status", ""),
        address=endpoint.get("Address", ""),
        port=endpoint.get("Port", 0),
        at_rest_encryption=group.get("AtRestEncryptionEnabled", False),
        transit_encryption=group.get("TransitEncryptionEnabled", False),
        subnets=subnets,
        security_groups=security_groups,
    )


def _database(found: "DBInstanceTypeDef") -> Database:
    endpoint = found.get("Endpoint", {})
    return Database(
        identifier=found.get("DBInstanceIdentifier", ""),
        status=found.get("DBInstanceStatus", ""),
        address=endpoint.get("Address", ""),
        port=endpoint.get("Port", 0),
        engine_version=found.get("EngineVersion", ""),
        instance_class=found.get("DBInstanceClass", ""),
        multi_az=found.get("MultiAZ", False),
        encrypted=found.get("StorageEncrypted", False),
        subnets=tuple(subnet.get("SubnetIdentifier", "") for subnet in found.get("DBSubnetGroup", {}).get("Subnets", [])),
        security_groups=tuple(group.get("VpcSecurityGroupId", "") for group in found.get("VpcSecurityGroups", [])),
    )


def _cache_network(session: Session, members: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Subnets and security groups: ElastiCache returns them for a node only, never for the replication group."""
    if not members:
        return (), ()
    try:
        clusters = session.elasticache.describe_cache_clusters(CacheClusterId=members[0])["CacheClusters"]
        group = clusters[0].get("CacheSubnetGroupName", "") if clusters else ""
        described = session.elasticache.describe_cache_subnet_groups(CacheSubnetGroupName=group)["CacheSubnetGroups"] if group else []
    except Exception as error:
        if not is_missing(error):
            raise
        return (), ()
    subnets = tuple(subnet.get("SubnetIdentifier", "") for item in described for subnet in item.get("Subnets", []))
    return subnets, tuple(item.get("SecurityGroupId", "") for item in clusters[0].get("SecurityGroups", []))
