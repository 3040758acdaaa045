"""What templates may hold of Amazon RDS: one instance of PostgreSQL, its parameters, and its events."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    Row,
    allowed,
    chosen,
    either,
    exactly,
    in_subnets,
    matching,
    one,
    refers_to,
    required,
    setting,
    snapshotted,
    tags,
)
from tradingbot_infra.compliance.observe import is_unknown
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.support_dates import POSTGRES_AUTHORITIES
from tradingbot_infra.templates import Assembly, Resource

_PARAMETERS = {
    "rds.force_ssl": "1",
    "log_connections": "1",
    "log_disconnections": "1",
    "shared_preload_libraries": "pg_stat_statements,pgaudit",
    "pgaudit.log": "ddl,role",
    "log_statement": "none",
    "log_min_error_statement": "panic",
}
_OPTIONAL_PARAMETERS = {
    "ssl_min_protocol_version": ("TLSv1.2", "TLSv1.3"),
    "password_encryption": ("scram-sha-256",),
    "rds.accepted_password_auth_method": ("scram",),
}
"""Left out, TLS begins at 1.2 and passwords are hashed with SCRAM (PostgreSQL 15 documentation, "Connections and Authentication")."""

_EVENTS = {
    "db-instance": {
        "availability",
        "configuration change",
        "deletion",
        "failover",
        "failure",
        "low storage",
        "maintenance",
        "notification",
        "security patching",
    },
    "db-parameter-group": {"configuration change"},
}
"""The categories that somebody is told of, by type of source (RDS User Guide, "Amazon RDS event categories and event messages")."""


def _rds_managed(config: EnvironmentConfig) -> bool:
    return config.database.db_credentials == "rds-managed"


def _support(config: EnvironmentConfig) -> str:
    return f"open-source-rds-extended-support{'' if config.database.db_extended_support else '-disabled'}"


def _parameters(value: Any, *_: object) -> TriState:
    if not isinstance(value, Mapping) or is_unknown(value):
        return None
    others = {name: values for name, values in value.items() if name not in _PARAMETERS}
    return all(value.get(name) == wanted for name, wanted in _PARAMETERS.items()) and all(
        each in _OPTIONAL_PARAMETERS.get(name, ()) for name, each in others.items()
    )


def _categories(value: Any, subscription: Resource, _: Assembly) -> TriState:
    return isinstance(value, list) and set(map(str, value)) == _EVENTS.get(str(subscription.properties.get("SourceType")))


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::RDS::DBParameterGroup": allowed(
        *required(
            exactly("Description", "TLS forced, connections and schema changes logged"),
            chosen(
                "Family", lambda config: f"postgres{config.database.db_engine_version.split('.')[0]}", "the family of db_engine_version"
            ),
            Row(path="Parameters", expected="the parameters of the design, TLS 1.2 and SCRAM", check=_parameters, whole=True),
            tags(),
        ),
        exact=True,
        DataStack=one,
    ),
    "AWS::RDS::DBSubnetGroup": allowed(
        *required(
            exactly("DBSubnetGroupDescription", "Database tier"),
            in_subnets("SubnetIds[]", "database_subnet_cidrs"),
            tags(),
        ),
        exact=True,
        DataStack=one,
    ),
    "AWS::RDS::DBInstance": allowed(
        *snapshotted(),
        *required(
            setting("AllocatedStorage", "db_allocated_storage_gib"),
            exactly("AllowMajorVersionUpgrade", False),
            setting("AutoMinorVersionUpgrade", "db_auto_minor_version_upgrade"),
            setting("BackupRetentionPeriod", "db_backup_retention_days"),
            exactly("CACertificateIdentifier", *POSTGRES_AUTHORITIES),
            exactly("CopyTagsToSnapshot", True),
            setting("DBInstanceClass", "db_instance_class"),
            chosen("DBInstanceIdentifier", lambda config: config.names.database, "the name of the environment's database"),
            setting("DBName", "db_name"),
            refers_to("DBParameterGroupName", "AWS::RDS::DBParameterGroup"),
            refers_to("DBSubnetGroupName", "AWS::RDS::DBSubnetGroup"),
            exactly("DatabaseInsightsMode", "standard"),
            chosen("DeleteAutomatedBackups", lambda config: not config.retention.retain_data, "false, or true with retain_data=false"),
            setting("DeletionProtection", "deletion_protection"),
            exactly("EnableCloudwatchLogsExports[]", "postgresql", "upgrade"),
            exactly("EnableIAMDatabaseAuthentication", True),
            exactly("EnablePerformanceInsights", True),
            exactly("Engine", "postgres"),
            chosen("EngineLifecycleSupport", _support, "what setting db_extended_support chooses"),
            setting("EngineVersion", "db_engine_version"),
            exactly("KmsKeyId", "${DataStack.DatabaseKey.Arn}"),
            chosen("ManageMasterUserPassword", _rds_managed, "true with db_credentials=rds-managed, else false"),
            setting("MasterUsername", "db_master_username"),
            setting("MonitoringInterval", "db_monitoring_interval_seconds"),
            setting("MultiAZ", "db_multi_az"),
            exactly("PerformanceInsightsKMSKeyId", "${DataStack.DatabaseKey.Arn}"),
            exactly("PerformanceInsightsRetentionPeriod", 7),
            exactly("Port", 5432),
            setting("PreferredBackupWindow", "db_backup_window"),
            setting("PreferredMaintenanceWindow", "db_maintenance_window"),
            exactly("PubliclyAccessible", False),
            exactly("StorageEncrypted", True),
            exactly("StorageType", "gp3"),
            exactly("VPCSecurityGroups[]", "${NetworkStack.RdsSecurityGroup.GroupId}"),
            tags(),
        ),
        *required(
            chosen(
                "MasterUserSecret.KmsKeyId",
                lambda config: config.retention.adopt_secrets_key_arn or "${DataStack.SecretsKey.Arn}",
                "the key of the secrets",
            ),
            when=_rds_managed,
        ),
        *required(
            exactly("MasterUserPassword", "{{resolve:secretsmanager:${DataStack.DatabaseMasterSecret}:SecretString:password::}}"),
            when=lambda config: not _rds_managed(config),
        ),
        *required(
            matching("MonitoringRoleArn", r"\$\{DataStack\.MonitoringRole\w+\.Arn\}", "the role of enhanced monitoring"),
            when=lambda config: config.database.db_monitoring_interval_seconds > 0,
        ),
        exact=True,
        DataStack=one,
    ),
    "AWS::RDS::EventSubscription": allowed(
        *required(
            exactly("Enabled", True),
            Row(path="EventCategories", expected="every category that somebody is told of", check=_categories, whole=True),
            refers_to("SnsTopicArn", "AWS::SNS::Topic"),
            either(
                "SourceIds[]",
                chosen("", lambda config: config.names.database, "the environment's database"),
                refers_to("", "AWS::RDS::DBParameterGroup"),
            ),
            exactly("SourceType", *_EVENTS),
            tags(),
        ),
        exact=True,
        MonitoringStack=lambda _: len(_EVENTS),
    ),
}
