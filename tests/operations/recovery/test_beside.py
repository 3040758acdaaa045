"""The copy, at the answers of RDS that the local cloud does not give."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.recovery.beside import Copy, delete, read_copy, restore, until_gone, until_ready
from tradingbot_infra.operations.recovery.credentials import set_password
from tradingbot_infra.operations.recovery.origins import Origin

NAMES = load_config("production").names
TAGS = [{"Key": "Purpose", "Value": "restored-copy"}, {"Key": "RestoredFrom", "Value": "before"}]
READY = {"DBInstanceStatus": "available", "Endpoint": {"Address": "copy.rds", "Port": 5432}}
RUNNING = {
    "DBInstanceClass": "db.t3.micro",
    "Endpoint": {"Address": "running.rds", "Port": 5432},
    "DBSubnetGroup": {"DBSubnetGroupName": "subnets"},
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
    "DBParameterGroups": [{"DBParameterGroupName": "parameters"}],
    "StorageType": "gp3",
    "CACertificateIdentifier": "rds-ca-rsa2048-g1",
    "EngineLifecycleSupport": "open-source-rds-extended-support-disabled",
    "MultiAZ": True,
    "PubliclyAccessible": True,
    "DeletionProtection": True,
}
LIKE = {
    "DBInstanceClass": "db.t3.micro",
    "Port": 5432,
    "DBSubnetGroupName": "subnets",
    "VpcSecurityGroupIds": ["sg-1"],
    "DBParameterGroupName": "parameters",
    "StorageType": "gp3",
    "CACertificateIdentifier": "rds-ca-rsa2048-g1",
    "EngineLifecycleSupport": "open-source-rds-extended-support-disabled",
    "MultiAZ": False,
    "PubliclyAccessible": False,
    "DeletionProtection": False,
    "AutoMinorVersionUpgrade": False,
    "EnableIAMDatabaseAuthentication": False,
    "BackupRetentionPeriod": 0,
}


def instance(**different: Any) -> dict[str, Any]:
    described = {"DBInstanceIdentifier": NAMES.restored_database, "MasterUsername": "tradingbot", "TagList": TAGS, **READY, **different}
    return {"DBInstances": [described]}


def copy(**different: Any) -> Copy:
    with boto3_client("rds") as (rds, stub):
        stub.add_response("describe_db_instances", instance(**different))
        found = read_copy(session_over(rds=rds), NAMES)
    assert found is not None
    return found


def tags(label: str) -> list[dict[str, str]]:
    own = {**NAMES.tags, "ManagedBy": "tradingbot", "Purpose": "restored-copy", "RestoredFrom": label}
    return [{"Key": key, "Value": value} for key, value in own.items()]


@pytest.mark.parametrize(
    ("origin", "operation", "asked"),
    [
        (Origin(), "restore_db_instance_to_point_in_time", {"UseLatestRestorableTime": True}),
        (
            Origin(moment=datetime(2026, 1, 31, tzinfo=UTC)),
            "restore_db_instance_to_point_in_time",
            {"RestoreTime": datetime(2026, 1, 31, tzinfo=UTC)},
        ),
        (Origin(snapshot="before"), "restore_db_instance_from_db_snapshot", {"DBSnapshotIdentifier": "before"}),
    ],
    ids=["latest", "moment", "snapshot"],
)
def test_the_copy_has_the_places_of_the_original_and_no_address_of_its_own_to_the_world(
    origin: Origin, operation: str, asked: dict[str, Any]
) -> None:
    named = (
        {"DBInstanceIdentifier": NAMES.restored_database}
        if origin.snapshot
        else {"SourceDBInstanceIdentifier": NAMES.database, "TargetDBInstanceIdentifier": NAMES.restored_database}
    )
    with boto3_client("rds") as (rds, stub):
        stub.add_response(operation, {}, {**named, **asked, **LIKE, "Tags": tags(origin.label)})
        restore(session_over(rds=rds), NAMES, RUNNING, origin)


def test_waiting_ends_when_it_takes_connections_with_the_new_password() -> None:
    statuses: list[dict[str, Any]] = [
        {"DBInstanceStatus": "creating", "Endpoint": {}},
        {"DBInstanceStatus": "backing-up", "Endpoint": {}},
        {"PendingModifiedValues": {"MasterUserPassword": "****"}},
        {"DBInstanceStatus": "resetting-master-credentials"},
        {},
    ]
    with boto3_client("rds") as (rds, stub):
        for status in statuses:
            stub.add_response("describe_db_instances", instance(**status))
        assert len(list(until_ready(session_over(rds=rds), NAMES, wait=lambda: None))) == len(statuses)


@pytest.mark.parametrize("status", ["incompatible-parameters", "failed", "storage-full", "deleting"])
def test_waiting_ends_where_it_would_be_in_vain(status: str) -> None:
    with boto3_client("rds") as (rds, stub):
        stub.add_response("describe_db_instances", instance(DBInstanceStatus=status))
        with pytest.raises(UserError, match="recovery"):
            list(until_ready(session_over(rds=rds), NAMES, wait=lambda: None))


def test_an_instance_without_the_tag_is_nobodys_copy() -> None:
    with boto3_client("rds") as (rds, stub):
        stub.add_response("describe_db_instances", instance(TagList=[]))
        with pytest.raises(UserError, match="left alone"):
            read_copy(session_over(rds=rds), NAMES)


@pytest.mark.parametrize("managed", [True, False], ids=["managed", "plain"])
def test_the_password_is_drawn_anew_and_not_left_to_rds(managed: bool) -> None:
    found = copy(MasterUserSecret={"SecretArn": "arn"}) if managed else copy()
    asked: dict[str, Any] = {}
    with boto3_client("rds") as (rds, stub):
        stub.add_response("modify_db_instance", {})
        rds.meta.events.register("provide-client-params.rds.ModifyDBInstance", lambda params, **_: asked.update(params))
        password = set_password(session_over(rds=rds), found)
    assert asked.pop("MasterUserPassword") == password.get_secret_value()
    assert len(password.get_secret_value()) == 32
    expected = {"DBInstanceIdentifier": NAMES.restored_database, "ApplyImmediately": True}
    assert asked == {**expected, **({"ManageMasterUserPassword": False} if managed else {})}


def test_deleting_takes_no_snapshot_and_waits_for_the_end() -> None:
    with boto3_client("rds") as (rds, stub):
        asked = {"DBInstanceIdentifier": NAMES.restored_database, "SkipFinalSnapshot": True, "DeleteAutomatedBackups": True}
        stub.add_response("delete_db_instance", {}, asked)
        stub.add_response("describe_db_instances", instance(DBInstanceStatus="deleting"))
        stub.add_client_error("describe_db_instances", "DBInstanceNotFound")
        session = session_over(rds=rds)
        delete(session, copy())
        assert [one.status for one in until_gone(session, NAMES, wait=lambda: None)] == ["deleting"]
