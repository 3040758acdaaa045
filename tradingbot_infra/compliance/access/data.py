"""Who may do what in DataStack."""

from collections.abc import Iterator

from tradingbot_infra.compliance.access.row import (
    ACCOUNT,
    ANYONE,
    WITHOUT_TLS,
    Document,
    Entry,
    Listed,
    log_group,
    may,
    role,
)
from tradingbot_infra.config.model import EnvironmentConfig

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""What a pull takes on a repository (ECR User Guide, "Private repository policy examples")."""

_DATABASE_KEY = "<DataStack/DatabaseKey.Arn>"
_DELIVERY = ("Service:events.amazonaws.com", "Service:delivery.logs.amazonaws.com")


def entries(config: EnvironmentConfig) -> Iterator[Entry]:
    """The database's monitoring and backups, the repository, its scan results, and the access logs."""
    if config.database.db_monitoring_interval_seconds:
        yield from _monitoring(config.network.region)
    if config.database.backup_plan:
        yield from _backup(config.network.region, config.names.database)
    yield _scan_results()
    if config.registry.ecr_pull_accounts:
        yield _repository(config.registry.ecr_pull_accounts)
    if config.load_balancer.alb_access_logs:
        yield _access_logs()


def _monitoring(region: str) -> tuple[Entry, ...]:
    """What AWS's AmazonRDSEnhancedMonitoringRole allows, on its one log group."""
    groups = [log_group(region, name) for name in ("RDSOSMetrics", "RDSOSMetrics:*")]
    write = ("logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams", "logs:GetLogEvents")
    return role(
        "DataStack/MonitoringRole",
        "monitoring.rds.amazonaws.com",
        may("logs:CreateLogGroup", "logs:PutRetentionPolicy", on=groups),
        may(*write, on=log_group(region, "RDSOSMetrics:log-stream:*")),
    )


def _backup(region: str, database: str) -> tuple[Entry, ...]:
    """Takes and expires recovery points of the one database (AWS Backup Developer Guide, "Managed policies for AWS Backup")."""
    arn = f"arn:aws:rds:{region}:{ACCOUNT}"
    instance, taken, automated = f"{arn}:db:<DataStack/Database>", f"{arn}:snapshot:awsbackup:*", f"{arn}:snapshot:rds:{database}-*"
    by_rds = {"StringEquals": {"kms:ViaService": f"rds.{region}.amazonaws.com"}, "Bool": {"kms:GrantIsForAWSResource": "true"}}
    return role(
        "DataStack/Backup/Role",
        "backup.amazonaws.com",
        may("rds:DescribeDBInstances", on=instance),
        # Listing snapshots cannot be limited to single snapshots.
        may("rds:DescribeDBSnapshots", on=(instance, f"{arn}:snapshot:*")),
        may("rds:CreateDBSnapshot", on=(instance, taken)),
        may("rds:CopyDBSnapshot", on=(automated, taken)),
        may("rds:ListTagsForResource", on=(instance, automated, taken)),
        may("rds:AddTagsToResource", "rds:DeleteDBSnapshot", on=taken),
        may("backup:DescribeBackupVault", on="<DataStack/Backup/Vault.BackupVaultArn>"),
        may("kms:DescribeKey", on=_DATABASE_KEY),
        may("kms:CreateGrant", on=_DATABASE_KEY, when=by_rds),
        when=None,  # AWS Backup's documentation has no condition for the role that it assumes
    )


def _scan_results() -> Document:
    group = ("<DataStack/ScanResultsLog.Arn>",)
    from_rule = {"ArnEquals": {"aws:SourceArn": "<DataStack/ScanResults/Rule.Arn>"}}
    return Document(
        path="DataStack/ScanResults/DeliveryPolicy/ResourcePolicy",
        field="PolicyDocument",
        statements=(
            Listed(actions=("logs:CreateLogStream",), resources=group, principals=_DELIVERY),
            Listed(actions=("logs:PutLogEvents",), resources=group, principals=_DELIVERY, condition=from_rule),
        ),
    )


def _repository(accounts: tuple[str, ...]) -> Document:
    """Accounts that setting ecr_pull_accounts names pull; nobody else of another account does anything."""
    pulling = Listed(actions=PULL, principals=[f"AWS:arn:aws:iam::{account}:root" for account in accounts])
    return Document(path="DataStack/Images", field="RepositoryPolicyText", statements=(pulling,))


def _access_logs() -> Document:
    bucket = "<DataStack/AccessLogsBucket.Arn>"
    objects = f"{bucket}/*"
    whole, old_tls = (bucket, objects), {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
    return Document(
        path="DataStack/AccessLogsBucket/Policy",
        field="PolicyDocument",
        statements=(
            Listed(effect="Deny", actions=("s3:*",), resources=whole, principals=(ANYONE,), condition=WITHOUT_TLS),
            Listed(effect="Deny", actions=("s3:*",), resources=whole, principals=(ANYONE,), condition=old_tls),
            Listed(effect="Deny", actions=("s3:DeleteObject", "s3:DeleteObjectVersion"), resources=(objects,), principals=(ANYONE,)),
            Listed(
                actions=("s3:PutObject",),
                resources=(f"{bucket}/load-balancer/AWSLogs/{ACCOUNT}/*",),
                principals=("Service:logdelivery.elasticloadbalancing.amazonaws.com",),
            ),
        ),
    )
