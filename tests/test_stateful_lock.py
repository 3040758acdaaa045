"""The lock: no change replaces or deletes a stateful resource unless somebody accepted it."""

import copy
import json
import re
from typing import Any

import pytest

from scripts.lock_stateful import LOCK_FILE
from scripts.resource_schemas import create_only_properties
from tradingbot_infra.design.secrets import SECRETS
from tradingbot_infra.stateful_lock import lock_of, violations
from tradingbot_infra.templates import Assembly

LOCKED = json.loads(LOCK_FILE.read_text(encoding="utf-8"))


def test_stateful_resources_are_as_locked(assembly: Assembly, environment: str) -> None:
    found = list(violations(environment, LOCKED[environment], lock_of(assembly, create_only_properties)))
    assert not found, "\n".join([*found, "If that is meant, run `make lock` and commit the lock file."])


def test_every_stateful_resource_of_the_design_is_locked() -> None:
    types = [entry["type"] for entry in LOCKED["production"].values()]
    assert {name: types.count(name) for name in set(types)} == {
        "AWS::Backup::BackupVault": 1,
        "AWS::EC2::EIP": 2,
        "AWS::EC2::SecurityGroup": 4,
        "AWS::EC2::Subnet": 8,
        "AWS::EC2::VPC": 1,
        "AWS::ECR::Repository": 1,
        "AWS::ElastiCache::ReplicationGroup": 1,
        "AWS::ElasticLoadBalancingV2::LoadBalancer": 1,
        "AWS::KMS::Key": 6,
        "AWS::Logs::LogGroup": 14,
        "AWS::RDS::DBInstance": 1,
        "AWS::S3::Bucket": 3,
        "AWS::SecretsManager::Secret": len(SECRETS) + len(("database-url", "redis-auth-token")),
    }


def test_logical_ids_of_what_we_own_are_pinned_and_readable() -> None:
    of_the_vpc = ("AWS::EC2::EIP", "AWS::EC2::Subnet", "AWS::EC2::VPC", "AWS::ElasticLoadBalancingV2::LoadBalancer")
    ours = [name for name, entry in LOCKED["production"].items() if entry["type"] not in of_the_vpc]
    assert "DataStack.Postgres" in ours
    assert not [name for name in ours if re.search(r"[0-9A-F]{8}$", name)], "a hashed id is not pinned"


@pytest.fixture
def lock() -> dict[str, Any]:
    """Production's lock, to be changed."""
    return copy.deepcopy(LOCKED["production"])


def reported(current: dict[str, Any]) -> list[str]:
    """What a change of production would do, one sentence each."""
    return list(violations("production", LOCKED["production"], current))


def test_a_deleted_database_is_reported(lock: dict[str, Any]) -> None:
    lock["DataStack.Renamed"] = lock.pop("DataStack.Postgres")
    assert reported(lock) == [
        "production: DataStack.Postgres (AWS::RDS::DBInstance) is missing: a deployment would delete it",
        "production: DataStack.Renamed (AWS::RDS::DBInstance) is new and not locked yet",
    ]


def test_a_replacing_change_is_reported_with_both_values(lock: dict[str, Any]) -> None:
    lock["DataStack.Postgres"]["properties"]["DBName"] = "other"
    assert reported(lock) == [
        "production: DataStack.Postgres (AWS::RDS::DBInstance): DBName changes from 'tradingbot' to 'other': a deployment would replace it"
    ]


def test_a_new_generator_is_reported_because_it_overwrites_the_secret(lock: dict[str, Any]) -> None:
    lock["DataStack.SecretKeySecret"]["properties"]["GenerateSecretString"] = {"PasswordLength": 64}
    (line,) = reported(lock)
    assert line.endswith("a deployment would overwrite its value")


def test_a_weaker_deletion_policy_is_reported(lock: dict[str, Any]) -> None:
    lock["DataStack.Postgres"]["deletion_policy"] = "Delete"
    assert reported(lock) == [
        "production: DataStack.Postgres (AWS::RDS::DBInstance) goes from Snapshot to Delete when its stack is deleted"
    ]


def test_nothing_is_reported_when_nothing_changes(lock: dict[str, Any]) -> None:
    assert reported(lock) == []


def test_the_schema_knows_what_replaces_a_database() -> None:
    assert {"DBInstanceIdentifier", "KmsKeyId", "StorageEncrypted", "MasterUsername"} <= create_only_properties("AWS::RDS::DBInstance")
