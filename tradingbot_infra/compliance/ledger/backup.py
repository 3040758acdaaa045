"""Exceptions of AWS Backup."""

from tradingbot_infra.compliance.exception import ComplianceException, off, on
from tradingbot_infra.compliance.ledger.acceptance import OWNER, TEST_DATA_ONLY, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.paths import DATABASE

ENTRIES = (
    ComplianceException(
        id="backup-names-its-snapshots",
        rules=(
            "AwsSolutions-IAM5[Resource::arn:aws:rds:{region}:<AWS::AccountId>:snapshot:*]",
            "AwsSolutions-IAM5[Resource::arn:aws:rds:{region}:<AWS::AccountId>:snapshot:awsbackup:*]",
            "AwsSolutions-IAM5[Resource::arn:aws:rds:{region}:<AWS::AccountId>:snapshot:rds:{prefix}-postgres-*]",
        ),
        paths=("DataStack/Backup/Role/Policy/Resource",),
        when=(on("backup_plan"),),
        mechanism="AWS Backup and RDS choose the names of snapshots, so a policy can only match them by pattern",
        consequence="The role of AWS Backup may copy and delete its own snapshots of other databases of this account",
        compensation="Actions are listed one by one, and only AWS Backup may assume the role",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="no-backup-plan",
        rules=("backup.plan", "NIST.800.53.R5-RDSInBackupPlan"),
        paths=(DATABASE,),
        when=(off("backup_plan"), TEST_DATA_ONLY),
        mechanism="AWS Backup keeps no copies, because the data can be created again",
        consequence="Nothing older than RDS's own backups can be restored",
        compensation="RDS's own backups remain",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)
