"""Rules for RDS, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import rds
from tradingbot_infra.compliance.status import Status

IF = {"Fn::If": ["Cheap", "this", "that"]}
PARAMETER = {"Ref": "SomeParameter"}
KEY_ARN = {"Fn::GetAtt": ["Key", "Arn"]}
PARAMETERS = resource("AWS::RDS::DBParameterGroup", {"Family": "postgres15", "DBParameterGroupName": "bot"})


def database(**properties: object) -> Body:
    return resource("AWS::RDS::DBInstance", {"Engine": "postgres", "EngineVersion": "15.19", **properties})


def status_of(rule: Rule, body: Body, **others: Body) -> Status:
    known = {"Key": resource("AWS::KMS::Key"), "Role": resource("AWS::IAM::Role"), "Topic": resource("AWS::SNS::Topic")}
    return judge(rule, assembly_of({**known, **others, "Judged": body}))["Judged"]


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"StorageEncrypted": True, "KmsKeyId": KEY_ARN}, Status.PASS),
        ({"StorageEncrypted": True}, Status.FAIL),
        ({"StorageEncrypted": True, "KmsKeyId": "alias/aws/rds"}, Status.FAIL),
        ({"KmsKeyId": KEY_ARN}, Status.FAIL),
        ({"StorageEncrypted": False, "KmsKeyId": KEY_ARN}, Status.FAIL),
        ({"StorageEncrypted": IF, "KmsKeyId": KEY_ARN}, Status.NOT_ASSESSED),
        ({"StorageEncrypted": True, "KmsKeyId": PARAMETER}, Status.NOT_ASSESSED),
    ],
)
def test_a_database_is_encrypted_under_a_customer_managed_key(properties: dict[str, object], status: Status) -> None:
    assert status_of(rds.encrypted, database(**properties)) is status


@pytest.mark.parametrize(
    ("rule", "name"),
    [(rds.multi_az, "MultiAZ"), (rds.deletion_protection, "DeletionProtection"), (rds.iam_auth, "EnableIAMDatabaseAuthentication")],
)
@pytest.mark.parametrize(
    ("value", "status"),
    [
        (True, Status.PASS),
        ("true", Status.PASS),
        (False, Status.FAIL),
        ("false", Status.FAIL),
        (None, Status.FAIL),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_what_is_off_by_default_must_be_on(rule: Rule, name: str, value: object, status: Status) -> None:
    assert status_of(rule, database(**({name: value} if value is not None else {}))) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"PubliclyAccessible": False}, Status.PASS),
        ({"PubliclyAccessible": "false"}, Status.PASS),
        ({"PubliclyAccessible": True}, Status.FAIL),
        ({}, Status.FAIL),
        ({"PubliclyAccessible": IF}, Status.NOT_ASSESSED),
    ],
)
def test_a_database_is_declared_without_a_public_address(properties: dict[str, object], status: Status) -> None:
    assert status_of(rds.private, database(**properties)) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({}, Status.PASS),
        ({"AutoMinorVersionUpgrade": True}, Status.PASS),
        ({"AutoMinorVersionUpgrade": False}, Status.FAIL),
        ({"AutoMinorVersionUpgrade": IF}, Status.NOT_ASSESSED),
    ],
)
def test_minor_releases_are_installed_by_default(properties: dict[str, object], status: Status) -> None:
    assert status_of(rds.minor_upgrade, database(**properties)) is status


@pytest.mark.parametrize(
    ("properties", "attributes", "status"),
    [
        ({"BackupRetentionPeriod": 7}, {}, Status.PASS),
        ({"BackupRetentionPeriod": "35"}, {"DeletionPolicy": "Retain"}, Status.PASS),
        ({"BackupRetentionPeriod": 7}, {"DeletionPolicy": "RetainExceptOnCreate"}, Status.PASS),
        ({"BackupRetentionPeriod": 6}, {}, Status.FAIL),
        ({}, {}, Status.FAIL),
        ({"BackupRetentionPeriod": 7, "CopyTagsToSnapshot": False}, {}, Status.FAIL),
        ({"BackupRetentionPeriod": 7, "CopyTagsToSnapshot": None}, {}, Status.FAIL),
        ({"BackupRetentionPeriod": 7, "DeleteAutomatedBackups": True}, {}, Status.FAIL),
        ({"BackupRetentionPeriod": 7, "DeleteAutomatedBackups": None}, {}, Status.FAIL),
        ({"BackupRetentionPeriod": 7}, {"DeletionPolicy": "Delete"}, Status.FAIL),
        ({"BackupRetentionPeriod": 7}, {"UpdateReplacePolicy": "Delete"}, Status.FAIL),
        ({"BackupRetentionPeriod": PARAMETER}, {}, Status.NOT_ASSESSED),
        ({"BackupRetentionPeriod": 7}, {"DeletionPolicy": IF}, Status.NOT_ASSESSED),
    ],
)
def test_a_database_and_its_backups_outlive_a_mistake(properties: dict[str, object], attributes: dict[str, object], status: Status) -> None:
    body = {
        **database(**{"CopyTagsToSnapshot": True, "DeleteAutomatedBackups": False, **properties}),
        "UpdateReplacePolicy": "Snapshot",
        **attributes,
    }
    assert status_of(rds.backup, body) is status


def test_a_database_that_may_be_replaced_without_a_snapshot_fails() -> None:
    assert status_of(rds.backup, database(BackupRetentionPeriod=7, CopyTagsToSnapshot=True, DeleteAutomatedBackups=False)) is Status.FAIL


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("15.15", Status.PASS),
        ("15.19", Status.PASS),
        ("17.7", Status.PASS),
        ("15.14", Status.FAIL),
        ("15.5", Status.FAIL),
        ("16.10", Status.FAIL),
        ("13.23", Status.FAIL),
        ("15.x", Status.FAIL),
        ("15", Status.NOT_ASSESSED),
        ("19.1", Status.NOT_ASSESSED),
        ("{{resolve:ssm:/bot/version}}", Status.NOT_ASSESSED),
        (None, Status.NOT_ASSESSED),
        (PARAMETER, Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_a_database_runs_a_release_that_rds_still_creates(version: object, status: Status) -> None:
    assert status_of(rds.supported_version, database(EngineVersion=version)) is status


def test_the_version_of_another_engine_is_not_assessed() -> None:
    assert status_of(rds.supported_version, database(Engine="mysql", EngineVersion="15.19")) is Status.NOT_ASSESSED


@pytest.mark.parametrize(
    ("logs", "status"),
    [
        (["upgrade", "postgresql"], Status.PASS),
        (["postgresql"], Status.FAIL),
        (None, Status.FAIL),
        (["postgresql", IF], Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_both_logs_are_exported(logs: object, status: Status) -> None:
    assert status_of(rds.log_exports, database(EnableCloudwatchLogsExports=logs)) is status


WATCHED: dict[str, object] = {
    "MonitoringInterval": 60,
    "MonitoringRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
    "EnablePerformanceInsights": True,
    "PerformanceInsightsKMSKeyId": KEY_ARN,
}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, Status.PASS),
        ({"MonitoringRoleArn": "arn:aws:iam::111122223333:role/rds-monitoring"}, Status.PASS),
        ({"MonitoringInterval": 0}, Status.FAIL),
        ({"MonitoringInterval": None}, Status.FAIL),
        ({"MonitoringRoleArn": None}, Status.FAIL),
        ({"EnablePerformanceInsights": False}, Status.FAIL),
        ({"PerformanceInsightsKMSKeyId": None}, Status.FAIL),
        ({"MonitoringInterval": IF}, Status.NOT_ASSESSED),
        ({"MonitoringRoleArn": PARAMETER}, Status.NOT_ASSESSED),
        ({"PerformanceInsightsKMSKeyId": PARAMETER}, Status.NOT_ASSESSED),
    ],
)
def test_a_database_is_watched_from_inside(changes: dict[str, object], status: Status) -> None:
    assert status_of(rds.monitoring, database(**{**WATCHED, **changes})) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"MasterUsername": "tradingbot"}, Status.PASS),
        ({"MasterUsername": "postgres"}, Status.FAIL),
        ({"MasterUsername": "Admin"}, Status.FAIL),
        ({}, Status.FAIL),
        ({"DBSnapshotIdentifier": "before"}, Status.NOT_ASSESSED),
        ({"SourceDBInstanceIdentifier": "primary"}, Status.NOT_ASSESSED),
        ({"MasterUsername": "{{resolve:ssm:/bot/user}}"}, Status.NOT_ASSESSED),
        ({"MasterUsername": PARAMETER}, Status.NOT_ASSESSED),
        ({"MasterUsername": IF}, Status.NOT_ASSESSED),
    ],
)
def test_the_master_user_has_a_name_of_its_own(properties: dict[str, object], status: Status) -> None:
    assert status_of(rds.custom_admin, database(**properties)) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"MasterUserSecret": {"KmsKeyId": KEY_ARN}}, Status.PASS),
        ({}, Status.FAIL),
        ({"MasterUserSecret": {"KmsKeyId": "alias/aws/secretsmanager"}}, Status.FAIL),
        ({"MasterUserSecret": {"KmsKeyId": PARAMETER}}, Status.NOT_ASSESSED),
    ],
)
def test_a_password_that_rds_keeps_is_under_a_customer_managed_key(properties: dict[str, object], status: Status) -> None:
    assert status_of(rds.managed_password, database(ManageMasterUserPassword=True, **properties)) is status


def test_a_password_that_rds_keeps_is_evidence_with_its_key() -> None:
    assembly = assembly_of({"Judged": database(ManageMasterUserPassword=True)})
    seen = [each.property for each in rds.managed_password.judge(assembly.resources[0], assembly)]
    assert seen == ["Properties.ManageMasterUserPassword", "Properties.MasterUserSecret.KmsKeyId"]


def password_in(secret: object) -> object:
    return {"Fn::Join": ["", ["{{resolve:secretsmanager:", secret, ":SecretString:password::}}"]]}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"MasterUserPassword": password_in({"Ref": "Generated"})}, Status.PASS),
        ({"MasterUserPassword": password_in({"Ref": "Attached"})}, Status.PASS),
        ({"MasterUserPassword": password_in({"Ref": "Typed"})}, Status.FAIL),
        ({"MasterUserPassword": "hunter2"}, Status.FAIL),
        ({"MasterUserPassword": PARAMETER}, Status.FAIL),
        ({"MasterUserPassword": "{{resolve:ssm-secure:/bot/password}}"}, Status.FAIL),
        ({}, Status.FAIL),
        ({"MasterUserPassword": password_in("of-another-stack")}, Status.NOT_ASSESSED),
        ({"MasterUserPassword": password_in(PARAMETER)}, Status.NOT_ASSESSED),
        ({"MasterUserPassword": IF}, Status.NOT_ASSESSED),
        ({"ManageMasterUserPassword": IF}, Status.NOT_ASSESSED),
        ({"SourceDBInstanceIdentifier": "primary"}, Status.NOT_ASSESSED),
    ],
)
def test_a_password_is_generated_and_never_typed(properties: dict[str, object], status: Status) -> None:
    others = {
        "Generated": resource("AWS::SecretsManager::Secret", {"GenerateSecretString": {"PasswordLength": 32}}),
        "Attached": resource("AWS::SecretsManager::SecretTargetAttachment", {"SecretId": {"Ref": "Generated"}}),
        "Typed": resource("AWS::SecretsManager::Secret", {"SecretString": "hunter2"}),
    }
    assert status_of(rds.managed_password, database(**properties), **others) is status


@pytest.mark.parametrize(
    ("password", "observed"),
    [
        ("hunter2", "not shown"),
        ({"Fn::If": ["Cheap", "hunter2", "hunter2"]}, "not shown"),
        ("{{resolve:secretsmanager:bot/database}}", "{{resolve:secretsmanager:bot/database}}"),
    ],
)
def test_only_the_reference_to_a_password_is_shown(password: object, observed: str) -> None:
    assembly = assembly_of({"Judged": database(MasterUserPassword=password)})
    assert [each.observed for each in rds.managed_password.judge(assembly.resources[0], assembly)] == [observed]


def subscription(source: object, *categories: object, **more: object) -> Body:
    properties = {"SnsTopicArn": {"Ref": "Topic"}, "SourceType": source, "EventCategories": list(categories), **more}
    return resource("AWS::RDS::EventSubscription", {name: value for name, value in properties.items() if value is not None})


INSTANCE = ("configuration change", "failure", "maintenance")
GROUP = subscription("db-parameter-group", "configuration change")


def events_status(instance: Body, group: Body = GROUP, **others: Body) -> Status:
    watched = database(DBInstanceIdentifier="bot-postgres", DBParameterGroupName={"Ref": "Parameters"})
    return status_of(rds.events, watched, Parameters=PARAMETERS, Instance=instance, Group=group, **others)


@pytest.mark.parametrize(
    ("instance", "status"),
    [
        (subscription("db-instance", *INSTANCE), Status.PASS),
        (subscription("db-instance", *INSTANCE, "low storage", Enabled=True), Status.PASS),
        (subscription("db-instance"), Status.PASS),
        (subscription(None), Status.PASS),
        (subscription("db-instance", SourceIds=[{"Ref": "Judged"}]), Status.PASS),
        (subscription("db-instance", SourceIds=["another", "bot-postgres"]), Status.PASS),
        (subscription("db-instance", SnsTopicArn="arn:aws:sns:ap-southeast-2:111122223333:alarms"), Status.PASS),
        (subscription("db-instance", "configuration change", "failure"), Status.FAIL),
        (subscription("db-cluster", *INSTANCE), Status.FAIL),
        (subscription("db-instance", *INSTANCE, Enabled=False), Status.FAIL),
        (subscription("db-instance", *INSTANCE, SourceIds=["another"]), Status.FAIL),
        (subscription("db-instance", *INSTANCE, SnsTopicArn={"Ref": "Key"}), Status.FAIL),
        (subscription("db-instance", *INSTANCE, SnsTopicArn=None), Status.FAIL),
        (subscription("db-instance", *INSTANCE, SnsTopicArn=PARAMETER), Status.NOT_ASSESSED),
        (subscription("db-instance", *INSTANCE, Enabled=IF), Status.NOT_ASSESSED),
        (subscription("db-instance", *INSTANCE, SourceIds=[PARAMETER]), Status.NOT_ASSESSED),
        (subscription("db-instance", *INSTANCE, SourceIds=IF), Status.NOT_ASSESSED),
        (subscription("db-instance", "failure", PARAMETER), Status.NOT_ASSESSED),
        (subscription(PARAMETER, *INSTANCE), Status.NOT_ASSESSED),
    ],
)
def test_events_of_the_database_are_sent_to_a_topic(instance: Body, status: Status) -> None:
    assert events_status(instance) is status


@pytest.mark.parametrize(
    ("group", "status"),
    [
        (subscription("db-parameter-group"), Status.PASS),
        (subscription("db-parameter-group", SourceIds=[{"Ref": "Parameters"}]), Status.PASS),
        (subscription("db-parameter-group", SourceIds=["another"]), Status.FAIL),
        (subscription("db-security-group", "configuration change"), Status.FAIL),
        (subscription("db-parameter-group", Enabled="false"), Status.FAIL),
        (subscription("db-parameter-group", SnsTopicArn=IF), Status.NOT_ASSESSED),
    ],
)
def test_changes_of_parameters_are_sent_to_a_topic(group: Body, status: Status) -> None:
    assert events_status(subscription("db-instance"), group) is status


def test_several_subscriptions_may_share_the_categories() -> None:
    assert (
        events_status(subscription("db-instance", "failure"), Rest=subscription("db-instance", "maintenance", "configuration change"))
        is Status.PASS
    )


def test_a_certain_subscription_counts_beside_an_uncertain_one() -> None:
    assert events_status(subscription("db-instance"), Uncertain=subscription("db-instance", Enabled=IF)) is Status.PASS


def test_a_database_without_subscriptions_fails() -> None:
    assert status_of(rds.events, database()) is Status.FAIL
