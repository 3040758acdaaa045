"""The tables of RDS, ElastiCache, AWS Backup, S3 and EventBridge: a value that the settings did not choose is found."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.compliance.allowed.faults import REMOVED, body_of, new_findings, put
from tradingbot_infra.templates import Assembly

Synthesize = Callable[..., Assembly]

DATABASE, GROUP, PARAMETERS = "DataStack.Postgres", "DataStack.Redis", "DataStack.DatabaseParameters"
PLAN, BUCKET, POLICY, RULE = (
    "DataStack.BackupPlan1",
    "DataStack.AccessLogsBucket",
    "DataStack.AccessLogsBucketPolicy",
    "DataStack.ScanResultsRule",
)
PLAN_RULE = "Properties/BackupPlan/BackupPlanRule/0"
LIFECYCLE = "Properties/LifecycleConfiguration/Rules"
FOREIGN = "111122223333"

FAULTS: list[tuple[str, str, object]] = [
    # The database
    (PARAMETERS, "Properties/Parameters/ssl_min_protocol_version", "TLSv1"),
    (PARAMETERS, "Properties/Parameters/ssl_min_protocol_version", "TLSv1.1"),
    (PARAMETERS, "Properties/Parameters/password_encryption", "md5"),
    (PARAMETERS, "Properties/Parameters/rds.accepted_password_auth_method", "md5+scram"),
    (PARAMETERS, "Properties/Parameters/rds.force_ssl", "0"),
    (PARAMETERS, "Properties/Parameters/rds.force_ssl", REMOVED),
    (PARAMETERS, "Properties/Parameters/log_connections", REMOVED),
    (PARAMETERS, "Properties/Parameters/log_statement", "all"),
    (PARAMETERS, "Properties/Parameters/log_destination", "csvlog"),
    (PARAMETERS, "Properties/Parameters/pgaudit.log", "ddl"),
    (PARAMETERS, "Properties/Parameters/rds.logical_replication", "1"),
    (PARAMETERS, "Properties/Family", "postgres11"),
    (DATABASE, "Properties/DeleteAutomatedBackups", True),
    (DATABASE, "Properties/DeleteAutomatedBackups", REMOVED),
    (DATABASE, "Properties/CACertificateIdentifier", "rds-ca-2019"),
    (DATABASE, "Properties/CACertificateIdentifier", REMOVED),
    (DATABASE, "Properties/BackupRetentionPeriod", 8),
    (DATABASE, "Properties/EngineVersion", "15.12"),
    (DATABASE, "Properties/KmsKeyId", {"Fn::GetAtt": ["SecretsKey", "Arn"]}),
    (DATABASE, "Properties/KmsKeyId", f"arn:aws:kms:ap-southeast-2:{FOREIGN}:key/12345678-1234-1234-1234-123456789012"),
    (DATABASE, "Properties/PerformanceInsightsKMSKeyId", REMOVED),
    (DATABASE, "Properties/MonitoringRoleArn", f"arn:aws:iam::{FOREIGN}:role/monitoring"),
    (DATABASE, "Properties/MonitoringInterval", 1),
    (DATABASE, "Properties/EnableCloudwatchLogsExports/0", "iam-db-auth-error"),
    (DATABASE, "Properties/DBSnapshotIdentifier", f"arn:aws:rds:ap-southeast-2:{FOREIGN}:snapshot:theirs"),
    (DATABASE, "Properties/SourceDBInstanceIdentifier", f"arn:aws:rds:us-east-1:{FOREIGN}:db:theirs"),
    (DATABASE, "Properties/AutomaticBackupReplicationRegion", "us-east-1"),
    (DATABASE, "Properties/AssociatedRoles", [{"FeatureName": "s3Export", "RoleArn": f"arn:aws:iam::{FOREIGN}:role/export"}]),
    (DATABASE, "Properties/Domain", "d-1234567890"),
    (DATABASE, "Properties/OptionGroupName", "options"),
    (DATABASE, "Properties/PubliclyAccessible", {"Fn::If": ["Open", True, False]}),
    (DATABASE, "Properties/MasterUserPassword", "typed"),
    (DATABASE, "Properties/VPCSecurityGroups/+", "sg-0123456789abcdef0"),
    (DATABASE, "DeletionPolicy", "Delete"),
    (DATABASE, "UpdateReplacePolicy", REMOVED),
    ("DataStack.DatabaseSubnets", "Properties/SubnetIds/0", {"Fn::ImportValue": "elsewhere"}),
    ("MonitoringStack.DatabaseEventsInstance", "Properties/EventCategories", ["maintenance"]),
    ("MonitoringStack.DatabaseEventsInstance", "Properties/SnsTopicArn", f"arn:aws:sns:ap-southeast-2:{FOREIGN}:theirs"),
    ("MonitoringStack.DatabaseEventsInstance", "Properties/Enabled", False),
    # The cache
    (GROUP, "Properties/AuthToken", "{{resolve:ssm:/redis/token}}"),
    (GROUP, "Properties/AuthToken", REMOVED),
    (GROUP, "Properties/TransitEncryptionMode", "preferred"),
    (GROUP, "Properties/SnapshotRetentionLimit", 1),
    (GROUP, "Properties/SnapshotArns", ["arn:aws:s3:::theirs/dump.rdb"]),
    (GROUP, "Properties/SnapshotName", "theirs"),
    (GROUP, "Properties/UserGroupIds", ["open"]),
    (GROUP, "Properties/GlobalReplicationGroupId", "theirs"),
    (GROUP, "Properties/KmsKeyId", {"Fn::GetAtt": ["DatabaseKey", "Arn"]}),
    (GROUP, "Properties/LogDeliveryConfigurations/0/DestinationType", "kinesis-firehose"),
    (GROUP, "Properties/LogDeliveryConfigurations/0/DestinationDetails/KinesisFirehoseDetails", {"DeliveryStream": "theirs"}),
    (GROUP, "Properties/EngineVersion", "5.0.6"),
    ("DataStack.CacheParameters", "Properties/Properties/maxmemory-policy", "noeviction"),
    ("DataStack.CacheParameters", "Properties/Properties", REMOVED),
    # Backups
    (PLAN, f"{PLAN_RULE}/ScheduleExpression", "cron(0 15 1 1 ? *)"),
    (PLAN, f"{PLAN_RULE}/ScheduleExpression", "rate(365 days)"),
    (PLAN, f"{PLAN_RULE}/Lifecycle/DeleteAfterDays", 1),
    (PLAN, f"{PLAN_RULE}/CopyActions", [{"DestinationBackupVaultArn": f"arn:aws:backup:us-east-1:{FOREIGN}:backup-vault:theirs"}]),
    (PLAN, f"{PLAN_RULE}/EnableContinuousBackup", True),
    (PLAN, f"{PLAN_RULE}/TargetBackupVault", "Default"),
    (PLAN, "Properties/BackupPlan/BackupPlanRule", []),
    ("DataStack.BackupVault", "Properties/AccessPolicy", {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}),
    ("DataStack.BackupVault", "Properties/EncryptionKeyArn", REMOVED),
    ("DataStack.BackupVault", "Properties/Notifications", {"SNSTopicArn": f"arn:aws:sns:us-east-1:{FOREIGN}:theirs"}),
    ("DataStack.BackupPlanDatabase", "Properties/BackupSelection/Resources", ["arn:aws:rds:*:*:db:other"]),
    ("DataStack.BackupPlanDatabase", "Properties/BackupSelection/NotResources", ["arn:aws:rds:*:*:db:*"]),
    ("DataStack.BackupPlanDatabase", "Properties/BackupSelection/IamRoleArn", f"arn:aws:iam::{FOREIGN}:role/backup"),
    # The bucket
    (BUCKET, "Properties/ReplicationConfiguration", {"Role": "arn:aws:iam::111122223333:role/r", "Rules": []}),
    (BUCKET, "Properties/InventoryConfigurations", [{"Destination": {"BucketArn": "arn:aws:s3:::theirs"}}]),
    (BUCKET, "Properties/AnalyticsConfigurations", [{"Id": "theirs"}]),
    (BUCKET, "Properties/WebsiteConfiguration", {"IndexDocument": "index.html"}),
    (BUCKET, "Properties/CorsConfiguration", {"CorsRules": []}),
    (BUCKET, "Properties/LoggingConfiguration", {"DestinationBucketName": "theirs"}),
    (BUCKET, "Properties/AccelerateConfiguration", {"AccelerationStatus": "Enabled"}),
    (BUCKET, "Properties/NotificationConfiguration/QueueConfigurations", [{"Event": "s3:*", "Queue": "arn:aws:sqs:us-east-1:1:q"}]),
    (BUCKET, "Properties/BucketEncryption", REMOVED),
    (BUCKET, "Properties/ObjectLockEnabled", REMOVED),
    (BUCKET, f"{LIFECYCLE}/0/ExpirationInDays", 1),
    (BUCKET, f"{LIFECYCLE}/+", {"Status": "Enabled", "ExpirationInDays": 1, "Prefix": "load-balancer"}),
    (BUCKET, f"{LIFECYCLE}/0/Status", "Disabled"),
    (BUCKET, "DeletionPolicy", "Delete"),
    (POLICY, "Properties/PolicyDocument/Statement/3/Resource", {"Fn::GetAtt": ["AccessLogsBucket", "Arn"]}),
    (POLICY, "Properties/PolicyDocument/Statement/2", REMOVED),
    (POLICY, "Properties/PolicyDocument/Statement/1/Condition/NumericLessThan/s3:TlsVersion", 1.0),
    # Events
    (RULE, "Properties/Targets/+", {"Id": "Other", "Arn": f"arn:aws:events:us-east-1:{FOREIGN}:event-bus/theirs"}),
    (RULE, "Properties/Targets/0/Arn", "arn:aws:logs:us-east-1:111122223333:log-group:theirs"),
    (RULE, "Properties/Targets/0/RoleArn", f"arn:aws:iam::{FOREIGN}:role/events"),
    (RULE, "Properties/EventPattern", {"source": [{"prefix": ""}]}),
    (RULE, "Properties/EventBusName", "theirs"),
    (RULE, "Properties/State", "DISABLED"),
    (RULE, "Properties/Tags/0/Value", "public"),
]


@pytest.mark.parametrize(
    ("place", "path", "value"), FAULTS, ids=[f"{number}-{place}-{path}" for number, (place, path, _) in enumerate(FAULTS)]
)
def test_a_value_that_the_settings_did_not_choose_is_found(place: str, path: str, value: object, synthesize: Synthesize) -> None:
    def fault(templates: dict[str, Any]) -> None:
        put(body_of(templates, place), path, value)

    assert {finding.rule for finding in new_findings(synthesize("production"), fault)} == {"cfn.allowed"}


@pytest.mark.parametrize(
    "place",
    [
        DATABASE,
        PARAMETERS,
        GROUP,
        PLAN,
        BUCKET,
        POLICY,
        RULE,
        "DataStack.BackupVault",
        "DataStack.BackupPlanDatabase",
        "DataStack.DatabaseSubnets",
        "DataStack.CacheSubnets",
        "DataStack.CacheParameters",
        "MonitoringStack.DatabaseEventsParameterGroup",
    ],
)
def test_a_resource_that_the_settings_ask_for_is_missed(place: str, synthesize: Synthesize) -> None:
    def fault(templates: dict[str, Any]) -> None:
        body = body_of(templates, place)
        resources = templates[place.partition(".")[0]]["Resources"]
        del resources[next(name for name, other in resources.items() if other is body)]

    assert "cfn.declared" in {finding.rule for finding in new_findings(synthesize("production"), fault)}


def test_a_database_elsewhere_is_found(synthesize: Synthesize) -> None:
    def fault(templates: dict[str, Any]) -> None:
        templates["ServiceStack"]["Resources"]["Copy"] = body_of(templates, DATABASE)

    assert {finding.path for finding in new_findings(synthesize("production"), fault)} == {"ServiceStack/Copy"}


def test_a_subnet_of_another_tier_is_found(synthesize: Synthesize) -> None:
    def fault(templates: dict[str, Any]) -> None:
        public = body_of(templates, "NetworkStack.VpcPublicSubnet1Subnet")
        body_of(templates, "NetworkStack.VpcDatabaseSubnet1Subnet")["Properties"]["CidrBlock"] = public["Properties"]["CidrBlock"]

    assert "DataStack/DatabaseSubnets/Default" in {finding.path for finding in new_findings(synthesize("production"), fault)}


def test_the_strictest_values_of_parameters_pass(synthesize: Synthesize) -> None:
    def harmless(templates: dict[str, Any]) -> None:
        put(body_of(templates, PARAMETERS), "Properties/Parameters/ssl_min_protocol_version", "TLSv1.3")
        put(body_of(templates, PARAMETERS), "Properties/Parameters/password_encryption", "scram-sha-256")

    assert new_findings(synthesize("production"), harmless) == set()


@pytest.mark.parametrize(
    ("environment", "overrides"),
    [
        ("production", {"retain_data": False, "backup_plan": False}),
        ("production", {"redis_nodes": 3, "redis_automatic_failover": True, "redis_parameters": {"timeout": "30"}}),
        ("production", {"redis_parameters": {}, "redis_transit_encryption": False, "redis_engine_version": "7.1"}),
        ("production", {"db_credentials": "self-managed", "db_monitoring_interval_seconds": 0, "db_engine_version": "15.25"}),
        ("production", {"alb_access_log_days": 1, "backup_plan_days": 1, "db_extended_support": True, "project": "other"}),
        ("staging", {"retain_data": True, "backup_plan": True, "enable_redis": True, "alb_access_logs": True}),
    ],
    ids=str,
)
def test_whatever_the_settings_choose_is_allowed(environment: str, overrides: dict[str, object], synthesize: Synthesize) -> None:
    assert new_findings_of_data(synthesize(environment, **overrides)) == []


def new_findings_of_data(assembly: Assembly) -> list[str]:
    from tradingbot_infra.compliance.evaluation import evaluate
    from tradingbot_infra.compliance.rules.allowed_properties import allowed, declared

    ours = ("AWS::RDS::", "AWS::ElastiCache::", "AWS::Backup::", "AWS::S3::", "AWS::Events::", "AWS::CloudFormation::")
    judgements = evaluate(assembly, (allowed, declared)).judgements
    return [each.resource.path for each in judgements if each.resource.type.startswith(ours) and each.status != "pass"]
