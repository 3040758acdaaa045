"""Rules for stacks, each on what complies and what does not."""

from dataclasses import replace

import pytest

from tests.compliance.builders import assembly_of, judge, resource
from tradingbot_infra.compliance.rules import stacks
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.design import stacks as design_stacks

TAGS = {"Project": "tradingbot-ai", "Environment": "production", "Owner": "trading", "DataClassification": "confidential"}
KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
SNAPSHOT = {"DeletionPolicy": "Snapshot", "UpdateReplacePolicy": "Snapshot"}
KEY = "AWS::KMS::Key"
DATABASE = "AWS::RDS::DBInstance"


def test_a_stack_with_every_tag_passes() -> None:
    assert judge(stacks.tags, assembly_of(tags=TAGS)) == {"Stack": Status.PASS}


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("value", [None, "", " "], ids=["absent", "empty", "blank"])
def test_a_stack_with_a_missing_tag_fails(tag: str, value: str | None) -> None:
    tags = {name: text for name, text in {**TAGS, tag: value}.items() if text is not None}
    assert judge(stacks.tags, assembly_of(tags=tags)) == {"Stack": Status.FAIL}


@pytest.mark.parametrize(("protected", "status"), [(True, Status.PASS), (False, Status.FAIL)])
def test_a_stack_is_protected_from_deletion(protected: bool, status: Status) -> None:
    assert judge(stacks.termination_protection, assembly_of(termination_protection=protected)) == {"Stack": status}


@pytest.mark.parametrize(
    ("resource_type", "attributes", "status"),
    [
        (KEY, KEPT, Status.PASS),
        (KEY, {**KEPT, "DeletionPolicy": "RetainExceptOnCreate"}, Status.PASS),
        (KEY, {}, Status.FAIL),
        (KEY, {"DeletionPolicy": "Retain"}, Status.FAIL),
        (KEY, {**KEPT, "DeletionPolicy": "Delete"}, Status.FAIL),
        (KEY, {**KEPT, "DeletionPolicy": {"Fn::FindInMap": ["Policies", "Prod", "Key"]}}, Status.NOT_ASSESSED),
        (DATABASE, SNAPSHOT, Status.PASS),
        (DATABASE, {"UpdateReplacePolicy": "Snapshot"}, Status.PASS),
        (DATABASE, {"DeletionPolicy": "Snapshot"}, Status.FAIL),
        ("AWS::ElastiCache::ReplicationGroup", SNAPSHOT, Status.PASS),
        ("AWS::ElastiCache::ReplicationGroup", {"UpdateReplacePolicy": "Snapshot"}, Status.FAIL),
        ("AWS::SecretsManager::Secret", {}, Status.FAIL),
        ("AWS::Backup::BackupVault", {}, Status.FAIL),
        ("AWS::ECR::Repository", {}, Status.FAIL),
        ("AWS::S3::Bucket", {}, Status.FAIL),
        ("AWS::Logs::LogGroup", {}, Status.FAIL),
    ],
)
def test_what_holds_state_outlives_its_stack(resource_type: str, attributes: dict[str, object], status: Status) -> None:
    assembly = assembly_of({"Store": resource(resource_type, None, **attributes)})
    assert judge(stacks.protected, assembly) == {"Store": status}


def test_an_instance_of_a_cluster_has_no_snapshot_by_default() -> None:
    member = resource(DATABASE, {"DBClusterIdentifier": "cluster"}, UpdateReplacePolicy="Snapshot")
    assert judge(stacks.protected, assembly_of({"Member": member}))["Member"] is Status.FAIL


@pytest.mark.parametrize(
    ("region", "status"), [("ap-southeast-2", Status.PASS), ("us-east-1", Status.FAIL), ("unknown-region", Status.FAIL)]
)
def test_a_stack_is_in_sydney(region: str, status: Status) -> None:
    assert judge(stacks.region, assembly_of(region=region)) == {"Stack": status}


@pytest.mark.parametrize(("region", "status"), [("us-east-1", Status.PASS), ("ap-southeast-2", Status.FAIL), ("eu-west-1", Status.FAIL)])
def test_a_stack_is_in_the_region_that_the_design_names_for_it(region: str, status: Status, monkeypatch: pytest.MonkeyPatch) -> None:
    row = replace(design_stacks.STACKS[0], id="Stack", region="us-east-1")
    monkeypatch.setattr(design_stacks, "STACKS", (*design_stacks.STACKS, row))
    assert judge(stacks.region, assembly_of(region=region)) == {"Stack": status}


@pytest.mark.parametrize(
    ("resource_type", "properties", "status"),
    [
        ("AWS::S3::Bucket", {}, Status.PASS),
        ("AWS::S3::Bucket", {"ReplicationConfiguration": {"Role": "arn", "Rules": []}}, Status.FAIL),
        ("AWS::S3::Bucket", {"ReplicationConfiguration": {"Fn::If": ["Copy", {}, {}]}}, Status.NOT_ASSESSED),
        ("AWS::SecretsManager::Secret", {"ReplicaRegions": []}, Status.PASS),
        ("AWS::SecretsManager::Secret", {"ReplicaRegions": [{"Region": "us-east-1"}]}, Status.FAIL),
        (DATABASE, {"AutomaticBackupReplicationRegion": "us-east-1"}, Status.FAIL),
        (KEY, {"MultiRegion": False}, Status.PASS),
        (KEY, {"MultiRegion": True}, Status.FAIL),
        ("AWS::ElastiCache::ReplicationGroup", {"GlobalReplicationGroupId": "global"}, Status.FAIL),
        (KEY, {"MultiRegion": "false"}, Status.PASS),
        ("AWS::ECR::ReplicationConfiguration", {}, Status.FAIL),
        ("AWS::ElastiCache::GlobalReplicationGroup", {}, Status.FAIL),
        ("AWS::KMS::ReplicaKey", {}, Status.FAIL),
    ],
)
def test_nothing_is_copied_to_another_region(resource_type: str, properties: dict[str, object], status: Status) -> None:
    assembly = assembly_of({"Store": resource(resource_type, properties)})
    assert judge(stacks.no_copies, assembly) == {"Store": status}


@pytest.mark.parametrize(
    ("vault", "status"),
    [
        (None, Status.PASS),
        ("arn:aws:backup:ap-southeast-2:111122223333:backup-vault:second", Status.PASS),
        ("arn:aws:backup:us-east-1:111122223333:backup-vault:second", Status.FAIL),
        ({"Fn::GetAtt": ["Elsewhere", "BackupVaultArn"]}, Status.NOT_ASSESSED),
    ],
)
def test_backups_are_copied_within_the_region_only(vault: object, status: Status) -> None:
    copies = {"CopyActions": [{"DestinationBackupVaultArn": vault}]} if vault else {}
    plan = resource("AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [{"RuleName": "Daily", **copies}]}})
    assert judge(stacks.no_copies, assembly_of({"Plan": plan}))["Plan"] is status
