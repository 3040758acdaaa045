"""What the database can be restored from, at the answers of AWS that the local cloud does not give."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.recovery.origins import LATEST, Origin, check, parsed, read_recovery_points, read_window, written

NAMES = load_config("production").names
REGION = "ap-southeast-2"
ARN = f"arn:aws:rds:{REGION}:111122223333:db:{NAMES.database}"
RUNNING = {"DbiResourceId": "db-A", "DBInstanceArn": ARN}
POINT = f"arn:aws:rds:{REGION}:111122223333:snapshot:awsbackup:job-0a1b"
EARLIEST, LAST = datetime(2026, 1, 24, 3, tzinfo=UTC), datetime(2026, 1, 31, 4, 30, tzinfo=UTC)
NO_CHOICE: dict[str, str | None] = {"to_time": None, "snapshot": None, "recovery_point": None}


def origin(**chosen: str) -> Origin:
    return parsed(**{**NO_CHOICE, **chosen}, region=REGION)


def test_each_option_chooses_what_its_tag_says() -> None:
    assert origin().label == LATEST
    assert origin(to_time="2026-01-31T14:30:00.7+10:00").label == "2026-01-31T04:30:00Z"
    assert origin(snapshot="before").label == "before"
    assert origin(recovery_point=POINT).snapshot == "awsbackup:job-0a1b"


@pytest.mark.parametrize(
    "chosen",
    [
        {"to_time": ""},
        {"to_time": "2026-01-31"},
        {"to_time": "2026-02-30T00:00:00Z"},
        {"snapshot": " "},
        {"recovery_point": "job-0a1b"},
        {"recovery_point": POINT.replace(REGION, "us-east-1")},
        {"recovery_point": POINT.replace("awsbackup:job", "continuous:job")},
        {"snapshot": "before", "recovery_point": POINT},
    ],
    ids=str,
)
def test_what_names_no_origin_is_refused(chosen: dict[str, str]) -> None:
    with pytest.raises(UserError):
        origin(**chosen)


def backups(**window: Any) -> dict[str, Any]:
    return {"DBInstanceAutomatedBackups": [{"RestoreWindow": window}]}


def test_a_moment_outside_of_the_window_is_refused_with_the_window() -> None:
    with boto3_client("rds") as (rds, stub):
        for _ in range(4):
            answer = backups(EarliestTime=EARLIEST, LatestTime=LAST)
            stub.add_response("describe_db_instance_automated_backups", answer, {"DbiResourceId": "db-A"})
        session = session_over(rds=rds)
        for inside in (EARLIEST, LAST):
            check(session, NAMES, RUNNING, origin(to_time=written(inside)))
        for outside in ("2026-01-24T02:59:59Z", "2026-01-31T04:30:01Z"):
            with pytest.raises(UserError, match="allowed: 2026-01-24T03:00:00Z to 2026-01-31T04:30:00Z"):
                check(session, NAMES, RUNNING, origin(to_time=outside))


def test_without_a_backup_there_is_no_window_and_nothing_to_restore() -> None:
    with boto3_client("rds") as (rds, stub):
        stub.add_client_error("describe_db_instance_automated_backups", "DBInstanceAutomatedBackupNotFound")
        stub.add_response("describe_db_instance_automated_backups", backups())
        session = session_over(rds=rds)
        assert read_window(session, RUNNING) is None
        with pytest.raises(UserError, match="no automated backup"):
            check(session, NAMES, RUNNING, origin())


@pytest.mark.parametrize(
    ("different", "words"),
    [
        ({"DBInstanceIdentifier": "other"}, "is a snapshot of other"),
        ({"Status": "creating"}, "is creating; allowed"),
        ({"Encrypted": False}, "is not encrypted"),
    ],
    ids=["database", "status", "encryption"],
)
def test_a_snapshot_that_would_make_another_copy_is_refused(different: dict[str, Any], words: str) -> None:
    snapshot = {"DBInstanceIdentifier": NAMES.database, "Status": "available", "Encrypted": True, **different}
    with boto3_client("rds") as (rds, stub):
        stub.add_response("describe_db_snapshots", {"DBSnapshots": [snapshot]}, {"DBSnapshotIdentifier": "before"})
        with pytest.raises(UserError, match=words):
            check(session_over(rds=rds), NAMES, RUNNING, origin(snapshot="before"))


def test_recovery_points_come_with_what_start_takes() -> None:
    older = {"RecoveryPointArn": POINT, "CreationDate": EARLIEST, "Status": "COMPLETED", "CalculatedLifecycle": {"DeleteAt": LAST}}
    newer = {"RecoveryPointArn": f"{POINT}2", "CreationDate": LAST, "Status": "COMPLETED"}
    with boto3_client("backup") as (backup, stub):
        asked = {"BackupVaultName": NAMES.backup_vault, "ByResourceArn": ARN}
        stub.add_response("list_recovery_points_by_backup_vault", {"RecoveryPoints": [older, newer]}, asked)
        first, second = read_recovery_points(session_over(backup=backup), NAMES, RUNNING)
    assert (first.expires, second.expires) == (None, LAST)
    assert origin(recovery_point=second.arn).snapshot == "awsbackup:job-0a1b"


def test_without_a_vault_there_are_no_recovery_points() -> None:
    with boto3_client("backup") as (backup, stub):
        stub.add_client_error("list_recovery_points_by_backup_vault", "ResourceNotFoundException")
        assert read_recovery_points(session_over(backup=backup), NAMES, RUNNING) == ()
