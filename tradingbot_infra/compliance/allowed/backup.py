"""What templates may hold of AWS Backup: one vault, and one plan that copies the database into it every day."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, exactly, matching, refers_to, required, tags, whole
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.sections.database import START_WINDOW_MINUTES, backup_plan_start


def _count(config: EnvironmentConfig) -> int:
    return int(config.database.backup_plan)


def _name(config: EnvironmentConfig) -> str:
    return config.names.backup_vault


def _daily(config: EnvironmentConfig) -> list[dict[str, Any]]:
    """One rule, every day, into the own vault: no copies, and nothing that moves or deletes recovery points earlier."""
    hour, minute = map(int, backup_plan_start(config.database.db_backup_window).split(":"))
    return [
        {
            "CompletionWindowMinutes": 720,
            "Lifecycle": {"DeleteAfterDays": config.database.backup_plan_days},
            "RuleName": "Daily",
            "ScheduleExpression": f"cron({minute} {hour} * * ? *)",
            "StartWindowMinutes": START_WINDOW_MINUTES,
            "TargetBackupVault": "${DataStack.BackupVault.BackupVaultName}",
        }
    ]


ALLOWED: Mapping[str, AllowedType] = {
    # No access policy: whatever it allowed would be a door for backups. No notifications either: alarms watch the jobs.
    "AWS::Backup::BackupVault": allowed(
        *required(
            exactly("@DeletionPolicy", "RetainExceptOnCreate"),
            exactly("@UpdateReplacePolicy", "Retain"),
            chosen("BackupVaultName", _name, "the name of the environment's vault"),
            exactly("EncryptionKeyArn", "${DataStack.DatabaseKey.Arn}"),
            tags("BackupVaultTags"),
        ),
        exact=True,
        DataStack=_count,
    ),
    "AWS::Backup::BackupPlan": allowed(
        *required(
            chosen("BackupPlan.BackupPlanName", _name, "the name of the environment's vault"),
            whole("BackupPlan.BackupPlanRule", _daily, "one rule: every day, into the own vault, kept for backup_plan_days"),
            tags("BackupPlanTags"),
        ),
        exact=True,
        DataStack=_count,
    ),
    "AWS::Backup::BackupSelection": allowed(
        *required(
            refers_to("BackupPlanId", "AWS::Backup::BackupPlan"),
            matching("BackupSelection.IamRoleArn", r"\$\{DataStack\.BackupRole\w+\.Arn\}", "the role of AWS Backup"),
            whole(
                "BackupSelection.Resources",
                lambda config: [f"arn:aws:rds:{config.network.region}:${{AWS::AccountId}}:db:${{DataStack.Postgres}}"],
                "the environment's database",
            ),
            exactly("BackupSelection.SelectionName", "Database"),
        ),
        exact=True,
        DataStack=_count,
    ),
}
