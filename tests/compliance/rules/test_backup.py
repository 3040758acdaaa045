"""Rules for AWS Backup, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rules import backup
from tradingbot_infra.compliance.status import Status

IF = {"Fn::If": ["Cheap", "this", "that"]}
PARAMETER = {"Ref": "SomeParameter"}
ARN = {"Fn::GetAtt": ["Database", "DBInstanceArn"]}
STAR = "arn:aws:rds:*:*:db:*"
VAULT = resource("AWS::Backup::BackupVault", {"BackupVaultName": "bot", "EncryptionKeyArn": {"Fn::GetAtt": ["Key", "Arn"]}})
DATABASE = resource(
    "AWS::RDS::DBInstance",
    {"DBInstanceIdentifier": "bot-postgres", "Tags": [{"Key": "Backup", "Value": "daily"}, {"Key": "Unsure", "Value": PARAMETER}]},
)


def local_arn(name: object) -> object:
    partition, region, account = ({"Ref": f"AWS::{part}"} for part in ("Partition", "Region", "AccountId"))
    return {"Fn::Join": ["", ["arn:", partition, ":rds:", region, ":", account, ":db:", name]]}


def plan(*rules: object) -> Body:
    return resource("AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": list(rules)}})


def keeping(days: object, vault: object = None) -> dict[str, object]:
    return {"TargetBackupVault": vault or {"Ref": "Vault"}, "Lifecycle": {"DeleteAfterDays": days}}


def selection(**body: object) -> Body:
    return resource("AWS::Backup::BackupSelection", {"BackupPlanId": {"Ref": "Plan"}, "BackupSelection": body})


def status_of(**changes: Body) -> Status:
    whole = {"Key": resource("AWS::KMS::Key"), "Vault": VAULT, "Plan": plan(keeping(35)), "Selection": selection(Resources=[ARN])}
    return judge(backup.plan, assembly_of({"Database": DATABASE, **whole, **changes}))["Database"]


@pytest.mark.parametrize(
    ("named", "status"),
    [
        (ARN, Status.PASS),
        (local_arn({"Ref": "Database"}), Status.PASS),
        (local_arn("bot-postgres"), Status.PASS),
        ("arn:aws:rds:ap-southeast-2:111122223333:db:bot-postgres", Status.PASS),
        ("arn:aws:rds:ap-southeast-2:111122223333:db:bot-*", Status.PASS),
        (STAR, Status.PASS),
        ("*", Status.PASS),
        ("arn:aws:rds:us-east-1:111122223333:db:bot-postgres", Status.FAIL),
        ("arn:aws:rds:ap-southeast-2:111122223333:db:another", Status.FAIL),
        ("arn:aws:rds:*:*:cluster:*", Status.FAIL),
        ({"Fn::GetAtt": ["Key", "Arn"]}, Status.FAIL),
        (PARAMETER, Status.NOT_ASSESSED),
        (local_arn({"Fn::ImportValue": "name"}), Status.NOT_ASSESSED),
        (local_arn("{{resolve:ssm:/name}}"), Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_a_selection_names_the_database(named: object, status: Status) -> None:
    assert status_of(Selection=selection(Resources=[named])) is status


def tagged(key: str, value: object) -> dict[str, object]:
    return {"ConditionKey": key, "ConditionType": "STRINGEQUALS", "ConditionValue": value}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ListOfTags": [tagged("Backup", "daily")]}, Status.PASS),
        ({"ListOfTags": [tagged("aws:ResourceTag/Backup", "daily"), tagged("Backup", "never")]}, Status.PASS),
        ({"Resources": ["arn:aws:s3:::*"], "ListOfTags": [tagged("Backup", "daily")]}, Status.PASS),
        ({"ListOfTags": [tagged("Backup", "never")]}, Status.FAIL),
        ({"ListOfTags": [tagged("Other", "daily")]}, Status.FAIL),
        ({"ListOfTags": [tagged("Backup", PARAMETER)]}, Status.NOT_ASSESSED),
        ({"ListOfTags": [tagged("Unsure", "daily")]}, Status.NOT_ASSESSED),
        ({"Conditions": {"StringEquals": [tagged("aws:ResourceTag/Backup", "daily")]}}, Status.PASS),
        ({"Resources": [STAR], "Conditions": {"StringLike": [tagged("aws:ResourceTag/Backup", "dai*")]}}, Status.PASS),
        ({"Resources": [ARN], "Conditions": {"StringEquals": [tagged("aws:ResourceTag/Backup", "never")]}}, Status.FAIL),
        ({"Resources": [ARN], "Conditions": {"StringNotEquals": [tagged("aws:ResourceTag/Backup", "daily")]}}, Status.FAIL),
        ({"Resources": [ARN], "Conditions": {"StringNotLike": [tagged("aws:ResourceTag/Backup", "dai*")]}}, Status.FAIL),
        ({"Resources": ["arn:aws:s3:::*"], "Conditions": {"StringEquals": [tagged("aws:ResourceTag/Backup", "daily")]}}, Status.FAIL),
        ({"Resources": [ARN], "Conditions": IF}, Status.NOT_ASSESSED),
        ({"Resources": [ARN], "Conditions": {"StringEquals": IF}}, Status.NOT_ASSESSED),
        ({"Resources": ["*"], "NotResources": ["arn:aws:s3:::*"]}, Status.PASS),
        ({"Resources": ["*"], "NotResources": [STAR]}, Status.FAIL),
        ({"Resources": ["*"], "NotResources": [PARAMETER]}, Status.NOT_ASSESSED),
        ({}, Status.FAIL),
    ],
)
def test_a_selection_may_choose_by_tag_and_leave_out(body: dict[str, object], status: Status) -> None:
    assert status_of(Selection=selection(**body)) is status


def test_a_selection_that_cannot_be_seen_is_not_assessed() -> None:
    body = resource("AWS::Backup::BackupSelection", {"BackupPlanId": {"Ref": "Plan"}, "BackupSelection": IF})
    assert status_of(Selection=body) is Status.NOT_ASSESSED


def test_a_database_that_no_selection_names_fails() -> None:
    assert judge(backup.plan, assembly_of({"Database": DATABASE})) == {"Database": Status.FAIL}


def test_one_selection_that_names_the_database_is_enough() -> None:
    assert status_of(Another=selection(Resources=["arn:aws:s3:::*"])) is Status.PASS


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([keeping(35)], Status.PASS),
        ([keeping("400")], Status.PASS),
        ([{"TargetBackupVault": {"Ref": "Vault"}}], Status.PASS),
        ([keeping(7), keeping(365)], Status.PASS),
        ([keeping(34)], Status.FAIL),
        ([], Status.FAIL),
        ([keeping(IF)], Status.NOT_ASSESSED),
        ([{"TargetBackupVault": {"Ref": "Vault"}, "Lifecycle": IF}], Status.NOT_ASSESSED),
        ([IF], Status.NOT_ASSESSED),
    ],
)
def test_a_plan_keeps_recovery_points_for_35_days(rules: list[object], status: Status) -> None:
    assert status_of(Plan=plan(*rules)) is status


@pytest.mark.parametrize(
    ("vault", "status"),
    [
        ("bot", Status.PASS),
        ({"Ref": "Plain"}, Status.FAIL),
        ("Default", Status.FAIL),
        ("of-another-stack", Status.NOT_ASSESSED),
        (PARAMETER, Status.NOT_ASSESSED),
    ],
)
def test_recovery_points_lie_in_a_vault_under_a_customer_managed_key(vault: object, status: Status) -> None:
    assert status_of(Plan=plan(keeping(35, vault)), Plain=resource("AWS::Backup::BackupVault")) is status


def test_a_second_vault_without_a_key_fails() -> None:
    assert status_of(Plan=plan(keeping(35), keeping(35, "Default"))) is Status.FAIL


@pytest.mark.parametrize("reference", [PARAMETER, "of-another-stack"])
def test_a_plan_that_cannot_be_seen_is_not_assessed(reference: object) -> None:
    body = resource("AWS::Backup::BackupSelection", {"BackupPlanId": reference, "BackupSelection": {"Resources": [ARN]}})
    assert status_of(Selection=body) is Status.NOT_ASSESSED
