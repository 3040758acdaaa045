"""What templates may hold of Amazon RDS."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::RDS::DBParameterGroup": allowed(
        *free(
            _OPEN,
            "Description",
            "Family",
            "Parameters.log_connections",
            "Parameters.log_disconnections",
            "Parameters.log_min_error_statement",
            "Parameters.log_statement",
            "Parameters.pgaudit.log",
            "Parameters.rds.force_ssl",
            "Parameters.shared_preload_libraries",
            "Tags.**",
        ),
    ),
    "AWS::RDS::DBSubnetGroup": allowed(
        *free(
            _OPEN,
            "DBSubnetGroupDescription",
            "SubnetIds[]",
            "Tags.**",
        ),
    ),
    "AWS::RDS::DBInstance": allowed(
        *free(
            _OPEN,
            "@DeletionPolicy",
            "@UpdateReplacePolicy",
            "AllocatedStorage",
            "AllowMajorVersionUpgrade",
            "AutoMinorVersionUpgrade",
            "BackupRetentionPeriod",
            "CACertificateIdentifier",
            "CopyTagsToSnapshot",
            "DBInstanceClass",
            "DBInstanceIdentifier",
            "DBName",
            "DBParameterGroupName",
            "DBSubnetGroupName",
            "DatabaseInsightsMode",
            "DeleteAutomatedBackups",
            "DeletionProtection",
            "EnableCloudwatchLogsExports[]",
            "EnableIAMDatabaseAuthentication",
            "EnablePerformanceInsights",
            "Engine",
            "EngineLifecycleSupport",
            "EngineVersion",
            "KmsKeyId",
            "ManageMasterUserPassword",
            "MasterUserSecret.KmsKeyId",
            "MasterUsername",
            "MonitoringInterval",
            "MonitoringRoleArn",
            "MultiAZ",
            "PerformanceInsightsKMSKeyId",
            "PerformanceInsightsRetentionPeriod",
            "Port",
            "PreferredBackupWindow",
            "PreferredMaintenanceWindow",
            "PubliclyAccessible",
            "StorageEncrypted",
            "StorageType",
            "Tags.**",
            "VPCSecurityGroups[]",
        ),
    ),
    "AWS::RDS::EventSubscription": allowed(
        *free(
            _OPEN,
            "Enabled",
            "EventCategories[]",
            "SnsTopicArn",
            "SourceIds[]",
            "SourceType",
            "Tags.**",
        ),
    ),
}
