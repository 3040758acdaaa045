"""What RDS refuses of a restore, and what a restored instance keeps. That it holds the data is shown by tests/commands/test_recovery.py."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

# RDS answers from a thread, for which an event loop is needed, and for that a socket.
pytestmark = pytest.mark.local_cloud

LATEST: dict[str, Any] = {"UseLatestRestorableTime": True}


@pytest.fixture
def source() -> str:
    return new(BackupRetentionPeriod=7)


def new(**different: Any) -> str:
    name = f"db-{uuid.uuid4().hex}"
    login = {"MasterUsername": "somebody", "MasterUserPassword": "made-up-word"}
    plain = {"DBInstanceClass": "db.t3.small", "Engine": "postgres", "DBName": "orders", "AllocatedStorage": 30, "StorageEncrypted": True}
    call("rds", "CreateDBInstance", DBInstanceIdentifier=name, **{**login, **plain, **different})
    return name


def restored(source: str, **chosen: Any) -> dict[str, Any]:
    target = f"{source}-restored"
    made: dict[str, Any] = call(
        "rds", "RestoreDBInstanceToPointInTime", SourceDBInstanceIdentifier=source, TargetDBInstanceIdentifier=target, **chosen
    )["DBInstance"]
    return made


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({}, "InvalidParameterCombination"),
        ({**LATEST, "RestoreTime": datetime(2026, 1, 31, tzinfo=UTC)}, "InvalidParameterCombination"),
        ({"RestoreTime": datetime(2026, 1, 31, tzinfo=UTC)}, "InvalidRestoreFault"),
        ({**LATEST, "ManageMasterUserPassword": True}, "InvalidParameterCombination"),
    ],
    ids=["no-moment", "two-moments", "history", "managed-password"],
)
def test_a_restore_that_rds_or_the_local_cloud_cannot_do_is_refused(chosen: dict[str, Any], code: str, source: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        restored(source, **chosen)
    assert raised.value.code == code


def test_without_backups_there_is_no_point_in_time() -> None:
    source = new(BackupRetentionPeriod=0)
    with pytest.raises(LocalApiError) as raised:
        restored(source, **LATEST)
    assert raised.value.code == "PointInTimeRestoreNotEnabled"
    assert call("rds", "DescribeDBInstanceAutomatedBackups", DBInstanceIdentifier=source)["DBInstanceAutomatedBackups"] == []


def test_it_is_as_large_and_as_encrypted_and_exists_once(source: str) -> None:
    made = restored(source, **LATEST, Tags=[{"Key": "Purpose", "Value": "test"}])
    kept = (made["AllocatedStorage"], made["StorageEncrypted"], made["MasterUsername"], made["DBName"])
    assert kept == (30, True, "somebody", "orders")
    assert made["TagList"] == [{"Key": "Purpose", "Value": "test"}]
    with pytest.raises(LocalApiError) as raised:
        restored(source, **LATEST)
    assert raised.value.code == "DBInstanceAlreadyExists"


def test_a_snapshot_keeps_the_name_of_the_database(source: str) -> None:
    call("rds", "CreateDBSnapshot", DBSnapshotIdentifier=f"s-{source}", DBInstanceIdentifier=source)
    target = {"DBInstanceIdentifier": f"{source}-copy", "DBSnapshotIdentifier": f"s-{source}"}
    made = call("rds", "RestoreDBInstanceFromDBSnapshot", **target, DBInstanceClass="db.t3.micro")["DBInstance"]
    assert (made["DBName"], made["DBInstanceClass"]) == ("orders", "db.t3.micro")


def test_the_window_is_now(source: str) -> None:
    (backup,) = call("rds", "DescribeDBInstanceAutomatedBackups", DBInstanceIdentifier=source)["DBInstanceAutomatedBackups"]
    window = backup["RestoreWindow"]
    assert window["EarliestTime"] == window["LatestTime"]
    assert abs((datetime.now(UTC) - window["LatestTime"]).total_seconds()) < 60
