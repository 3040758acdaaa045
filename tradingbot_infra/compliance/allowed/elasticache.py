"""What templates may hold of ElastiCache."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::ElastiCache::SubnetGroup": allowed(
        *free(
            _OPEN,
            "CacheSubnetGroupName",
            "Description",
            "SubnetIds[]",
            "Tags.**",
        ),
    ),
    "AWS::ElastiCache::ParameterGroup": allowed(
        *free(
            _OPEN,
            "CacheParameterGroupFamily",
            "Description",
            "Properties.activedefrag",
            "Properties.maxmemory-policy",
            "Tags.**",
        ),
    ),
    "AWS::ElastiCache::ReplicationGroup": allowed(
        *free(
            _OPEN,
            "@DeletionPolicy",
            "@UpdateReplacePolicy",
            "AtRestEncryptionEnabled",
            "AuthToken",
            "AutoMinorVersionUpgrade",
            "AutomaticFailoverEnabled",
            "CacheNodeType",
            "CacheParameterGroupName",
            "CacheSubnetGroupName",
            "Engine",
            "EngineVersion",
            "KmsKeyId",
            "LogDeliveryConfigurations[].DestinationDetails.CloudWatchLogsDetails.LogGroup",
            "LogDeliveryConfigurations[].DestinationType",
            "LogDeliveryConfigurations[].LogFormat",
            "LogDeliveryConfigurations[].LogType",
            "MultiAZEnabled",
            "NumCacheClusters",
            "Port",
            "PreferredMaintenanceWindow",
            "ReplicationGroupDescription",
            "ReplicationGroupId",
            "SecurityGroupIds[]",
            "SnapshotRetentionLimit",
            "SnapshotWindow",
            "Tags.**",
            "TransitEncryptionEnabled",
            "TransitEncryptionMode",
        ),
    ),
}
