"""AWS Backup of the database: one recovery point a day, in its own vault, kept longer than RDS's automated backups."""

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from constructs import Construct

from tradingbot_infra.config.sections.database import START_WINDOW_MINUTES, DatabaseConfig, backup_plan_start
from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.service_role import ServiceRole
from tradingbot_infra.constructs.stateful import keep_or_destroy, pin


class DatabaseBackup(Construct):
    """One vault, one plan, one database. The vault has no access policy: IAM policies of this account decide.

    Recovery points of RDS are snapshots, under the key of the database whatever the vault's key is (AWS Backup Developer Guide,
    "Encryption for backups in AWS Backup"). So the vault uses the same key.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        instance: rds.IDatabaseInstance,
        instance_identifier: str,
        key: kms.IKey,
        database: DatabaseConfig,
        retention: RetentionConfig,
    ) -> None:
        super().__init__(scope, construct_id)
        vault = backup.BackupVault(self, "Vault", backup_vault_name=name, encryption_key=key, removal_policy=keep_or_destroy(retention))
        pin(vault, "BackupVault")
        plan = backup.BackupPlan(self, "Plan", backup_plan_name=name, backup_vault=vault)
        hour, minute = backup_plan_start(database.db_backup_window).split(":")
        plan.add_rule(
            backup.BackupPlanRule(
                rule_name="Daily",
                schedule_expression=events.Schedule.cron(hour=str(int(hour)), minute=str(int(minute))),
                start_window=cdk.Duration.minutes(START_WINDOW_MINUTES),
                # Enough for the largest database, and over before the next day's backup starts.
                completion_window=cdk.Duration.hours(12),
                delete_after=cdk.Duration.days(database.backup_plan_days),
            )
        )
        plan.add_selection(
            "Database",
            resources=[backup.BackupResource.from_arn(instance.instance_arn)],
            role=ServiceRole(
                self,
                "Role",
                service="backup.amazonaws.com",
                # No AWS page says that AWS Backup sends aws:SourceAccount when it assumes its role; a refused role would mean no backups.
                from_this_account=False,
                source_arn=None,
                description="Takes and expires the recovery points of the one database; it can restore nothing",
                statements=_statements(cdk.Stack.of(self), instance, instance_identifier, key, vault),
            ).granted,
        )


def _statements(
    stack: cdk.Stack, instance: rds.IDatabaseInstance, identifier: str, key: kms.IKey, vault: backup.IBackupVault
) -> list[iam.PolicyStatement]:
    """The part for RDS of AWS's AWSBackupServiceRolePolicyForBackup, as AWS Backup's guide names it ("Managed policies for AWS Backup").

    Left out: clusters, sharing and copying to other accounts, and tag:GetResources, which finds resources by tag; this plan names
    its one resource.
    """
    taken = _snapshots(stack, "awsbackup:*")
    automated = _snapshots(stack, f"rds:{identifier}-*")
    return [
        iam.PolicyStatement(actions=["rds:DescribeDBInstances"], resources=[instance.instance_arn]),
        # Listing snapshots cannot be limited to single snapshots.
        iam.PolicyStatement(actions=["rds:DescribeDBSnapshots"], resources=[instance.instance_arn, _snapshots(stack, "*")]),
        iam.PolicyStatement(actions=["rds:CreateDBSnapshot"], resources=[instance.instance_arn, taken]),
        # If RDS has a recent automated backup, AWS Backup copies that one (AWS Backup Developer Guide, "Amazon RDS and AWS Backup").
        iam.PolicyStatement(actions=["rds:CopyDBSnapshot"], resources=[automated, taken]),
        iam.PolicyStatement(actions=["rds:ListTagsForResource"], resources=[instance.instance_arn, automated, taken]),
        iam.PolicyStatement(actions=["rds:AddTagsToResource", "rds:DeleteDBSnapshot"], resources=[taken]),
        iam.PolicyStatement(actions=["backup:DescribeBackupVault"], resources=[vault.backup_vault_arn]),
        iam.PolicyStatement(actions=["kms:DescribeKey"], resources=[key.key_arn]),
        # RDS is the grantee (RDS User Guide, "AWS KMS key management").
        iam.PolicyStatement(
            actions=["kms:CreateGrant"],
            resources=[key.key_arn],
            conditions={
                "StringEquals": {"kms:ViaService": f"rds.{stack.region}.amazonaws.com"},
                "Bool": {"kms:GrantIsForAWSResource": "true"},
            },
        ),
    ]


def _snapshots(stack: cdk.Stack, name: str) -> str:
    return stack.format_arn(service="rds", resource="snapshot", resource_name=name, arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME)
