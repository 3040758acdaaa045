"""RDS for PostgreSQL: encrypted, TLS forced, with a generated password."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from tradingbot_infra.config.sections.database import DatabaseConfig
from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.constructs.stateful import pin, snapshot_or_destroy
from tradingbot_infra.constructs.vpc import tier
from tradingbot_infra.design.connections import POSTGRES_PORT
from tradingbot_infra.design.support_dates import is_newer_postgres

EXPORTED_LOGS = ("postgresql", "upgrade")
"""Logs that RDS for PostgreSQL can export (RDS User Guide, "Publishing PostgreSQL logs to CloudWatch Logs")."""

_PARAMETERS = {
    "rds.force_ssl": "1",
    "log_connections": "1",
    "log_disconnections": "1",
    # pgAudit logs changes of schema, roles and rights; log_statement would write passwords in clear. Queries are not logged, because they
    # contain customer data, and of statements that fail only the error is.
    "shared_preload_libraries": "pg_stat_statements,pgaudit",
    "pgaudit.log": "ddl,role",
    "log_statement": "none",
    "log_min_error_statement": "panic",
}

_EXTENDED_SUPPORT = rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT
_NO_EXTENDED_SUPPORT = rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED

_NEWER_VERSION = cdk.Acknowledgment(
    id="CloudFormation-Validate::E9006",
    reason="RDS installs minor versions that the CDK's list of versions does not know yet, and the setting follows what runs",
)
"""A compliance pack does not ask for this rule; whether the version is supported is judged by the packs' own rule."""


class Postgres(rds.DatabaseInstance):
    """The database of one environment.

    `own_secret` holds the password of the master user. Without it RDS makes a secret with user name and password, and rotates the
    password every seven days; such a database can have no read replica (RDS User Guide, "Password management with Amazon RDS and AWS
    Secrets Manager", limitations).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        identifier: str,
        vpc: ec2.IVpc,
        security_group: ec2.ISecurityGroup,
        storage_key: kms.IKey,
        secret_key: kms.IKey,
        own_secret: secretsmanager.ISecret | None,
        database: DatabaseConfig,
        retention: RetentionConfig,
        log_groups: list[logs.LogGroup],
    ) -> None:
        engine = rds.DatabaseInstanceEngine.postgres(
            version=rds.PostgresEngineVersion.of(database.db_engine_version, database.db_engine_version.split(".")[0])
        )
        interval = database.db_monitoring_interval_seconds
        parameters = rds.ParameterGroup(
            scope,
            "DatabaseParameters",
            engine=engine,
            description="TLS forced, connections and schema changes logged",
            parameters=_PARAMETERS,
        )
        super().__init__(
            scope,
            construct_id,
            engine=engine,
            instance_identifier=identifier,
            instance_type=ec2.InstanceType(database.db_instance_class.removeprefix("db.")),
            database_name=database.db_name,
            port=POSTGRES_PORT,
            # Network
            vpc=vpc,
            subnet_group=rds.SubnetGroup(scope, "DatabaseSubnets", description="Database tier", vpc=vpc, vpc_subnets=tier("database")),
            security_groups=[security_group],
            publicly_accessible=False,
            multi_az=database.db_multi_az,
            # Storage and backups
            allocated_storage=database.db_allocated_storage_gib,
            storage_type=rds.StorageType.GP3,
            storage_encrypted=True,
            storage_encryption_key=storage_key,
            backup_retention=cdk.Duration.days(database.db_backup_retention_days),
            preferred_backup_window=database.db_backup_window,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not retention.retain_data,
            deletion_protection=retention.deletion_protection,
            removal_policy=snapshot_or_destroy(retention),
            # Access
            credentials=_credentials(database.db_master_username, own_secret, secret_key),
            manage_master_user_password=own_secret is None,
            iam_authentication=True,
            parameter_group=parameters,
            ca_certificate=rds.CaCertificate.RDS_CA_RSA2048_G1,
            # Maintenance and monitoring
            preferred_maintenance_window=database.db_maintenance_window,
            auto_minor_version_upgrade=database.db_auto_minor_version_upgrade,
            allow_major_version_upgrade=False,
            engine_lifecycle_support=_EXTENDED_SUPPORT if database.db_extended_support else _NO_EXTENDED_SUPPORT,
            database_insights_mode=rds.DatabaseInsightsMode.STANDARD,
            enable_performance_insights=True,
            performance_insight_encryption_key=storage_key,
            performance_insight_retention=rds.PerformanceInsightRetention.DEFAULT,
            cloudwatch_logs_exports=list(EXPORTED_LOGS),
            monitoring_interval=cdk.Duration.seconds(interval),
            monitoring_role=_monitoring_role(scope) if interval else None,
        )
        # RDS creates a missing log group itself, without a key and without expiry.
        self.node.add_dependency(*log_groups)
        if is_newer_postgres(database.db_engine_version):
            cdk.Validations.of(self).acknowledge(_NEWER_VERSION)
        pin(self, "Postgres")
        resource = self.node.default_child
        if isinstance(resource, rds.CfnDBInstance):
            # The CDK leaves out false, and CloudFormation does not say whether RDS then gives up a password that it manages.
            resource.manage_master_user_password = own_secret is None
        self.parameter_group_name = parameters.bind_to_instance().parameter_group_name


def _credentials(user: str, own_secret: secretsmanager.ISecret | None, key: kms.IKey) -> rds.Credentials:
    if own_secret is None:
        return rds.Credentials.from_username(user, encryption_key=key)
    return rds.Credentials.from_password(user, own_secret.secret_value_from_json("password"))


def _monitoring_role(scope: Construct) -> iam.IRole:
    stack = cdk.Stack.of(scope)
    return ServiceRole(
        scope,
        "MonitoringRole",
        service="monitoring.rds.amazonaws.com",
        from_this_account=True,
        source_arn=None,
        description="RDS enhanced monitoring; what AWS's AmazonRDSEnhancedMonitoringRole allows, on its one log group",
        statements=[
            iam.PolicyStatement(
                actions=["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
                # AWS shows both forms and asks for the second in policies (CloudWatch Logs, "Overview of managing access permissions").
                resources=[_log_group_arn(stack, name) for name in ("RDSOSMetrics", "RDSOSMetrics:*")],
            ),
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams", "logs:GetLogEvents"],
                # RDS names the streams after instance resource ids.
                resources=[_log_group_arn(stack, "RDSOSMetrics:log-stream:*")],
            ),
        ],
    ).granted


def _log_group_arn(stack: cdk.Stack, name: str) -> str:
    return stack.format_arn(service="logs", resource="log-group", resource_name=name, arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME)
