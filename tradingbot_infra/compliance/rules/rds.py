"""Rules for Amazon RDS instances of PostgreSQL, with their event subscriptions."""

import re
from collections.abc import Iterator
from typing import Any

from tradingbot_infra.compliance.observe import (
    customer_key,
    is_false,
    is_function,
    is_true,
    is_unknown,
    listed,
    literal,
    observe,
    refers,
    whole_number,
)
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.status import Status, best, worst
from tradingbot_infra.design.support_dates import OLDEST_POSTGRES_MINOR
from tradingbot_infra.templates import Assembly, Resource

DB_INSTANCE = "AWS::RDS::DBInstance"
EVENT_SUBSCRIPTION = "AWS::RDS::EventSubscription"

_KEPT = ("Retain", "RetainExceptOnCreate", "Snapshot")
_DEFAULT_ADMINS = ("postgres", "admin", "root", "awsuser")
_SECRET = re.compile(r"\{\{resolve:secretsmanager:(?P<secret>\$\{[^}]+\}|[^$}]+?)(?::SecretString[^}]*)?\}\}")
# No db-security-group: those belonged to EC2-Classic, retired in 2022, and can no longer be created (CreateDBSecurityGroup, RDS API).
_WATCHED = {"db-instance": ("configuration change", "failure", "maintenance"), "db-parameter-group": ("configuration change",)}


@rule(
    "rds.encrypted",
    DB_INSTANCE,
    title="The database is encrypted at rest with a customer managed key",
    fix="Set `storage_encrypted=True` and give the instance a `storage_encryption_key`.",
)
def encrypted(instance: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield observe(instance, "StorageEncrypted", is_true, "true")
    yield customer_key(instance, "KmsKeyId", assembly)


@rule("rds.private", DB_INSTANCE, title="The database has no public address", fix="Set `publicly_accessible=False`.")
def private(instance: Resource, _: Assembly) -> Iterator[Observation]:
    # Left out, it depends on the subnets ("CreateDBInstance", RDS API).
    yield observe(instance, "PubliclyAccessible", is_false, "false")


@rule("rds.multi_az", DB_INSTANCE, title="The database has a standby in another zone", fix="Set `multi_az=True`.")
def multi_az(instance: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(instance, "MultiAZ", is_true, "true")


@rule(
    "rds.backup",
    DB_INSTANCE,
    title="Backups of the database are kept for a week, and its data are kept when the stack is deleted",
    fix="Set `retain_data`, `backup_retention` to 7 days or more, `copy_tags_to_snapshot=True`, `delete_automated_backups=False`, "
    "and `RemovalPolicy.SNAPSHOT` or `RETAIN`.",
)
def backup(instance: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(instance, "BackupRetentionPeriod", lambda days: whole_number(days) >= 7, "7 days or more", default=1)
    yield observe(instance, "CopyTagsToSnapshot", is_true, "true")
    # "The default is to delete automated backups" ("DeleteDBInstance", RDS API).
    yield observe(instance, "DeleteAutomatedBackups", is_false, "false", default=True)
    # By default CloudFormation snapshots a deleted instance, but not a replaced one ("DeletionPolicy attribute").
    for policy, default in (("DeletionPolicy", "Snapshot"), ("UpdateReplacePolicy", "Delete")):
        yield literal(policy, instance.body.get(policy, default), lambda value: value in _KEPT, "Retain or Snapshot")


@rule(
    "rds.minor_upgrade",
    DB_INSTANCE,
    title="Minor releases are installed automatically",
    fix="Set `auto_minor_version_upgrade=True`.",
)
def minor_upgrade(instance: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(instance, "AutoMinorVersionUpgrade", is_true, "true", default=True)


@rule(
    "rds.supported_version",
    DB_INSTANCE,
    title="The database runs a release of PostgreSQL that RDS still creates",
    fix="Name a current minor release in `PostgresEngineVersion.of`.",
)
def supported_version(instance: Resource, _: Assembly) -> Iterator[Observation]:
    version = instance.properties.get("EngineVersion")
    status = _supported(version) if instance.properties.get("Engine") == "postgres" else Status.NOT_ASSESSED
    yield Observation("Properties.EngineVersion", version, "a release that RDS still creates", status)


def _supported(version: Any) -> Status:
    """A major version alone is not assessed: an existing instance keeps its minor. Neither is a major newer than this table."""
    match = re.fullmatch(r"(?P<major>\d+)(\.(?P<minor>\d+))?", str(version))
    if not match:
        undecided = version is None or is_unknown(version)
        return Status.NOT_ASSESSED if undecided else Status.FAIL
    major = int(match["major"])
    if major not in OLDEST_POSTGRES_MINOR:
        return Status.NOT_ASSESSED if major > max(OLDEST_POSTGRES_MINOR) else Status.FAIL
    if match["minor"] is None:
        return Status.NOT_ASSESSED
    return Status.PASS if int(match["minor"]) >= OLDEST_POSTGRES_MINOR[major] else Status.FAIL


@rule("rds.deletion_protection", DB_INSTANCE, title="The database cannot be deleted by mistake", fix="Set `deletion_protection=True`.")
def deletion_protection(instance: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(instance, "DeletionProtection", is_true, "true")


@rule(
    "rds.log_exports",
    DB_INSTANCE,
    title="The database's logs are exported to CloudWatch Logs",
    fix="Name `postgresql` and `upgrade` in `cloudwatch_logs_exports`.",
)
def log_exports(instance: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(
        instance, "EnableCloudwatchLogsExports", lambda logs: {"postgresql", "upgrade"} <= set(listed(logs)), "postgresql and upgrade"
    )


@rule(
    "rds.iam_auth",
    DB_INSTANCE,
    title="IAM identities can log in without a password",
    fix="Set `iam_authentication=True`.",
)
def iam_auth(instance: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(instance, "EnableIAMDatabaseAuthentication", is_true, "true")


@rule(
    "rds.monitoring",
    DB_INSTANCE,
    title="The database has enhanced monitoring, and Performance Insights under a customer managed key",
    fix="Set `monitoring_interval`, `enable_performance_insights=True` and `performance_insight_encryption_key`.",
)
def monitoring(instance: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield observe(instance, "MonitoringInterval", lambda seconds: whole_number(seconds) > 0, "more than 0 seconds", default=0)
    yield _reference(instance, "MonitoringRoleArn", ":role/", assembly, "AWS::IAM::Role")
    yield observe(instance, "EnablePerformanceInsights", is_true, "true")
    yield customer_key(instance, "PerformanceInsightsKMSKeyId", assembly)


@rule(
    "rds.custom_admin",
    DB_INSTANCE,
    title="The master user does not have a default name",
    fix="Name the master user in `Credentials.from_username`, other than postgres, admin, root or awsuser.",
)
def custom_admin(instance: Resource, _: Assembly) -> Iterator[Observation]:
    name, expected = instance.properties.get("MasterUsername"), f"none of {', '.join(_DEFAULT_ADMINS)}"
    if name is None and _is_copy(instance):
        yield Observation("Properties.MasterUsername", name, expected, Status.NOT_ASSESSED)
    else:
        yield observe(instance, "MasterUsername", lambda value: value is not None and str(value).lower() not in _DEFAULT_ADMINS, expected)


@rule(
    "rds.managed_password",
    DB_INSTANCE,
    title="The master password is generated, and stored in Secrets Manager under a customer managed key",
    fix="Set `manage_master_user_password=True` with an `encryption_key`, or use `Credentials.from_generated_secret`.",
)
def managed_password(instance: Resource, assembly: Assembly) -> Iterator[Observation]:
    if is_true(instance.properties.get("ManageMasterUserPassword")):
        yield observe(instance, "ManageMasterUserPassword", is_true, "true")
        yield customer_key(instance, "MasterUserSecret.KmsKeyId", assembly)
        return
    password = instance.properties.get("MasterUserPassword")
    undecided = is_unknown(instance.properties.get("ManageMasterUserPassword")) or (password is None and _is_copy(instance))
    status = Status.NOT_ASSESSED if undecided else _generated(password, assembly)
    # Only a reference is reported: reports are passed on.
    shown = password if password is None or _SECRET.fullmatch(str(password)) else "not shown"
    yield Observation("Properties.MasterUserPassword", shown, "a generated secret in Secrets Manager", status)


def _generated(password: Any, assembly: Assembly) -> Status:
    """A parameter fails: a person has typed it. A secret of other stacks is not assessed: it may have been typed too."""
    match = _SECRET.fullmatch(password) if isinstance(password, str) else None
    if match is None:
        return Status.NOT_ASSESSED if is_function(password) else Status.FAIL
    secret = assembly.referred(match["secret"])
    if secret is not None and secret.type == "AWS::SecretsManager::SecretTargetAttachment":
        secret = assembly.referred(secret.properties.get("SecretId"))
    if secret is None:
        return Status.NOT_ASSESSED
    return Status.PASS if "GenerateSecretString" in secret.properties else Status.FAIL


def _is_copy(instance: Resource) -> bool:
    """A replica or a restored snapshot has the master user and password of its source."""
    return any(name in instance.properties for name in ("SourceDBInstanceIdentifier", "DBSnapshotIdentifier"))


@rule(
    "rds.events",
    DB_INSTANCE,
    title="Events of the database (failure, maintenance, configuration change) are sent to a topic",
    fix="Add `CfnEventSubscription`s for db-instance and db-parameter-group that publish to the alarm topic.",
)
def events(instance: Resource, assembly: Assembly) -> Iterator[Observation]:
    subscriptions = assembly.of_type(EVENT_SUBSCRIPTION)
    observed = [each.logical_id for each in subscriptions]
    for source, categories in _WATCHED.items():
        for category in categories:
            statuses = (_tells(each, source, category, instance, assembly) for each in subscriptions)
            yield Observation(f"EventSubscription[{source}]", observed, f"{category} events to a topic", best(statuses))


def _tells(subscription: Resource, source: str, category: str, instance: Resource, assembly: Assembly) -> Status:
    """Absent source type, sources and categories mean all."""
    names = [instance.properties.get("DBParameterGroupName")]
    if source == "db-instance":
        names = [f"${{{instance.stack}.{instance.logical_id}}}", instance.properties.get("DBInstanceIdentifier")]
    sources = listed(subscription.properties.get("SourceIds"))
    named = not sources or any(each in names for each in sources)
    unknown = any(is_unknown(each) and assembly.referred(each) is None for each in sources)
    halves = (
        observe(subscription, "Enabled", is_true, "true", default=True),
        observe(subscription, "SourceType", lambda value: value in (None, source), source),
        observe(subscription, "EventCategories", lambda chosen: not chosen or category in chosen, category),
        _reference(subscription, "SnsTopicArn", ":sns:", assembly, "AWS::SNS::Topic"),
    )
    covers = Status.PASS if named else Status.NOT_ASSESSED if unknown else Status.FAIL
    return worst((covers, *(half.status for half in halves)))


def _reference(resource: Resource, path: str, arn_part: str, assembly: Assembly, resource_type: str) -> Observation:
    value = resource.properties.get(path)
    if isinstance(value, str) and value.startswith("arn:") and arn_part in value:
        return Observation(f"Properties.{path}", value, f"an {resource_type}", Status.PASS)
    return refers(resource, path, assembly, resource_type, expected=f"an {resource_type}")
