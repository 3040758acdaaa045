"""What templates may hold of AWS Backup."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Backup::BackupVault": allowed(
        *free(
            _OPEN,
            "@DeletionPolicy",
            "@UpdateReplacePolicy",
            "BackupVaultName",
            "BackupVaultTags.DataClassification",
            "BackupVaultTags.Environment",
            "BackupVaultTags.ManagedBy",
            "BackupVaultTags.Owner",
            "BackupVaultTags.Project",
            "EncryptionKeyArn",
        ),
    ),
    "AWS::Backup::BackupPlan": allowed(
        *free(
            _OPEN,
            "BackupPlan.BackupPlanName",
            "BackupPlan.BackupPlanRule[].CompletionWindowMinutes",
            "BackupPlan.BackupPlanRule[].Lifecycle.DeleteAfterDays",
            "BackupPlan.BackupPlanRule[].RuleName",
            "BackupPlan.BackupPlanRule[].ScheduleExpression",
            "BackupPlan.BackupPlanRule[].StartWindowMinutes",
            "BackupPlan.BackupPlanRule[].TargetBackupVault",
            "BackupPlanTags.DataClassification",
            "BackupPlanTags.Environment",
            "BackupPlanTags.ManagedBy",
            "BackupPlanTags.Owner",
            "BackupPlanTags.Project",
        ),
    ),
    "AWS::Backup::BackupSelection": allowed(
        *free(
            _OPEN,
            "BackupPlanId",
            "BackupSelection.IamRoleArn",
            "BackupSelection.Resources[]",
            "BackupSelection.SelectionName",
        ),
    ),
}
