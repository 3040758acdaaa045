"""AWS Backup of the database: what it takes, when, for how long, and what its role may do."""

import re

import pytest

from tests.conftest import Synthesize
from tests.stacks.facts import Fact
from tests.stacks.statements import statements
from tests.stacks.test_permissions import of_role
from tradingbot_infra.config.sections.database import backup_plan_start
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import Assembly

DATABASE = "arn:aws:rds:ap-southeast-2:${AWS::AccountId}:db:${DataStack.Postgres}"
SNAPSHOTS = "arn:aws:rds:ap-southeast-2:${AWS::AccountId}:snapshot:"
TAKEN = f"{SNAPSHOTS}awsbackup:*"
AUTOMATED = f"{SNAPSHOTS}rds:tradingbot-ai-production-postgres-*"
KEY = "${DataStack.DatabaseKey.Arn}"

FACTS = [
    Fact(
        "The vault has its fixed name and the database's key, and its policy admits nobody",
        "AWS::Backup::BackupVault",
        {"BackupVaultName": "tradingbot-ai-production-backups", "EncryptionKeyArn": KEY, "AccessPolicy": None},
    ),
    Fact(
        "One rule takes a recovery point a day and keeps it for 35 days, beside RDS's own seven",
        "AWS::Backup::BackupPlan",
        {
            "BackupPlan/BackupPlanRule/0/ScheduleExpression": "cron(0 15 * * ? *)",
            "BackupPlan/BackupPlanRule/0/StartWindowMinutes": 60,
            "BackupPlan/BackupPlanRule/0/CompletionWindowMinutes": 720,
            "BackupPlan/BackupPlanRule/0/Lifecycle": {"DeleteAfterDays": 35},
            "BackupPlan/BackupPlanRule/0/EnableContinuousBackup": None,
            "BackupPlan/BackupPlanRule/0/TargetBackupVault": "${DataStack.BackupVault.BackupVaultName}",
        },
    ),
    Fact(
        "The plan names the one database, and nothing by tag",
        "AWS::Backup::BackupSelection",
        {
            "BackupPlanId": "${DataStack.BackupPlan14914BEB.BackupPlanId}",
            "BackupSelection/Resources": [DATABASE],
            "BackupSelection/ListOfTags": None,
            "BackupSelection/IamRoleArn": "${DataStack.BackupRoleBCD52D46.Arn}",
        },
    ),
]


@pytest.mark.parametrize("fact", FACTS, ids=str)
def test_fact_of_the_backup_holds_in_production(fact: Fact, production: Assembly) -> None:
    fact.check(production)


def test_only_environments_that_keep_their_data_have_a_plan(assembly: Assembly, environment: str) -> None:
    expected = 1 if load_config(environment).retention.retain_data else 0
    for name in ("BackupVault", "BackupPlan", "BackupSelection"):
        assert len(assembly.of_type(f"AWS::Backup::{name}")) == expected, name
    assert len([role for role in assembly.of_type("AWS::IAM::Role") if role.logical_id.startswith("BackupRole")]) == expected


def test_days_are_a_setting(synthesize: Synthesize) -> None:
    (rule,) = synthesize("production", backup_plan_days="90").only("AWS::Backup::BackupPlan").properties["BackupPlan"]["BackupPlanRule"]
    assert rule["Lifecycle"] == {"DeleteAfterDays": 90}


def test_the_plan_follows_the_backup_window_of_rds(synthesize: Synthesize) -> None:
    plan = synthesize("production", db_backup_window="20:30-21:30").only("AWS::Backup::BackupPlan")
    assert plan.properties["BackupPlan"]["BackupPlanRule"][0]["ScheduleExpression"] == "cron(30 8 * * ? *)"


@pytest.mark.parametrize(
    ("window", "start"), [("03:00-04:00", "15:00"), ("12:00-13:00", "00:00"), ("23:45-00:30", "11:45"), ("00:05-01:00", "12:05")]
)
def test_aws_backup_starts_twelve_hours_after_the_backup_window_of_rds(window: str, start: str) -> None:
    assert backup_plan_start(window) == start


def test_the_role_of_aws_backup_takes_and_expires_snapshots_of_the_one_database_and_does_nothing_else(production: Assembly) -> None:
    allowed = {(action, resource) for s in of_role(production, "BackupRole") for action in s.actions for resource in s.resources}
    assert allowed == {
        ("rds:DescribeDBInstances", DATABASE),
        ("rds:DescribeDBSnapshots", DATABASE),
        ("rds:DescribeDBSnapshots", f"{SNAPSHOTS}*"),
        ("rds:CreateDBSnapshot", DATABASE),
        ("rds:CreateDBSnapshot", TAKEN),
        ("rds:CopyDBSnapshot", AUTOMATED),
        ("rds:CopyDBSnapshot", TAKEN),
        ("rds:ListTagsForResource", DATABASE),
        ("rds:ListTagsForResource", AUTOMATED),
        ("rds:ListTagsForResource", TAKEN),
        ("rds:AddTagsToResource", TAKEN),
        ("rds:DeleteDBSnapshot", TAKEN),
        ("backup:DescribeBackupVault", "${DataStack.BackupVault.BackupVaultArn}"),
        ("kms:DescribeKey", KEY),
        ("kms:CreateGrant", KEY),
    }
    assert not [action for action, _ in allowed if re.search("Restore|Modify|Share", action)]


def test_a_grant_on_the_databases_key_is_for_rds_only(production: Assembly) -> None:
    (grant,) = [s for s in of_role(production, "BackupRole") if s.actions == ["kms:CreateGrant"]]
    assert grant.conditions == {
        "StringEquals": {"kms:ViaService": "rds.ap-southeast-2.amazonaws.com"},
        "Bool": {"kms:GrantIsForAWSResource": "true"},
    }


def test_only_aws_backup_takes_the_role(production: Assembly) -> None:
    (trust,) = [s for s in statements(production) if s.holder.logical_id.startswith("BackupRole") and s.principals]
    assert (trust.principals, trust.actions) == (["backup.amazonaws.com"], ["sts:AssumeRole"])
