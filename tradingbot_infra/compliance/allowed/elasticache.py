"""What templates may hold of ElastiCache: one replication group of Redis OSS with its parameters."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    chosen,
    exactly,
    in_subnets,
    refers_to,
    required,
    setting,
    snapshotted,
    tags,
    whole,
)
from tradingbot_infra.config.model import EnvironmentConfig


def _logs(_: EnvironmentConfig) -> list[dict[str, Any]]:
    """Each log to a log group of its own; a stream of Firehose would be a door."""
    groups = {"slow-log": "${DataStack.RedisSlowLog}", "engine-log": "${DataStack.RedisEngineLog}"}
    return [
        {
            "DestinationDetails": {"CloudWatchLogsDetails": {"LogGroup": group}},
            "DestinationType": "cloudwatch-logs",
            "LogFormat": "json",
            "LogType": log,
        }
        for log, group in groups.items()
    ]


def _count(config: EnvironmentConfig) -> int:
    return int(config.cache.enable_redis)


def _encrypted_in_transit(config: EnvironmentConfig) -> bool:
    return config.cache.redis_transit_encryption


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::ElastiCache::SubnetGroup": allowed(
        *required(
            chosen("CacheSubnetGroupName", lambda config: f"{config.names.redis}-subnets", "the name of the cache's subnets"),
            exactly("Description", "Cache tier"),
            in_subnets("SubnetIds[]", "cache_subnet_cidrs"),
            tags(),
        ),
        exact=True,
        DataStack=_count,
    ),
    "AWS::ElastiCache::ParameterGroup": allowed(
        *required(
            chosen(
                "CacheParameterGroupFamily",
                lambda config: f"redis{config.cache.redis_engine_version.split('.')[0]}",
                "the family of redis_engine_version",
            ),
            chosen("Description", lambda config: f"Parameters of {config.names.redis}", "the description of the cache's parameters"),
            tags(),
        ),
        *required(
            whole("Properties", lambda config: dict(config.cache.redis_parameters), "the values of setting redis_parameters"),
            when=lambda config: bool(config.cache.redis_parameters),
        ),
        exact=True,
        DataStack=_count,
    ),
    "AWS::ElastiCache::ReplicationGroup": allowed(
        *snapshotted(),
        *required(
            exactly("AtRestEncryptionEnabled", True),
            exactly("AutoMinorVersionUpgrade", True),
            setting("AutomaticFailoverEnabled", "redis_automatic_failover"),
            setting("CacheNodeType", "redis_node_type"),
            refers_to("CacheParameterGroupName", "AWS::ElastiCache::ParameterGroup"),
            refers_to("CacheSubnetGroupName", "AWS::ElastiCache::SubnetGroup"),
            exactly("Engine", "redis"),
            setting("EngineVersion", "redis_engine_version"),
            exactly("KmsKeyId", "${DataStack.StorageKey.Arn}"),
            whole("LogDeliveryConfigurations", _logs, "slow log and engine log to their own log groups"),
            setting("MultiAZEnabled", "redis_automatic_failover"),
            setting("NumCacheClusters", "redis_nodes"),
            exactly("Port", 6379),
            setting("PreferredMaintenanceWindow", "redis_maintenance_window"),
            chosen("ReplicationGroupDescription", lambda config: f"Cache of {config.names.prefix}", "the description of the cache"),
            chosen("ReplicationGroupId", lambda config: config.names.redis, "the name of the environment's cache"),
            exactly("SecurityGroupIds[]", "${NetworkStack.RedisSecurityGroup.GroupId}"),
            setting("SnapshotRetentionLimit", "redis_snapshot_retention_days"),
            setting("SnapshotWindow", "redis_snapshot_window"),
            setting("TransitEncryptionEnabled", "redis_transit_encryption"),
            tags(),
        ),
        *required(
            exactly("AuthToken", "{{resolve:secretsmanager:${DataStack.RedisAuthTokenSecret}:SecretString:::}}"),
            exactly("TransitEncryptionMode", "required"),
            when=_encrypted_in_transit,
        ),
        exact=True,
        DataStack=_count,
    ),
}
