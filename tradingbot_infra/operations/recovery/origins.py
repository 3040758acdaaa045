"""What the database can be restored from, and the choice of one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.session import Session

LATEST = "latest restorable time"

_RECOVERY_POINT = re.compile(r"arn:[\w-]+:rds:(?P<region>[\w-]+):(?P<account>\d{12}):snapshot:(?P<snapshot>awsbackup:[\w-]+)")
"""Of a recovery point that is an RDS snapshot (AWS Backup Developer Guide, "Amazon RDS and AWS Backup"). RDS itself restores it with the
rights of the person; AWS Backup would need a role that may, and the role of this project's plan may restore nothing."""


@dataclass(frozen=True)
class Window:
    """The moments that point-in-time recovery reaches."""

    earliest: datetime
    latest: datetime

    def __str__(self) -> str:
        return f"{written(self.earliest)} to {written(self.latest)}"


@dataclass(frozen=True)
class Snapshot:
    """A DB snapshot; `kind` is RDS's SnapshotType, `taken` None until it is complete."""

    identifier: str
    kind: str
    taken: datetime | None
    status: str
    gib: int


@dataclass(frozen=True)
class RecoveryPoint:
    """A recovery point of AWS Backup; `expires` is None when it is kept."""

    arn: str
    taken: datetime | None
    status: str
    expires: datetime | None


@dataclass(frozen=True)
class Origin:
    """What a copy is made from: a snapshot, or a moment, or the latest restorable time when both are None."""

    moment: datetime | None = None
    snapshot: str | None = None

    @property
    def label(self) -> str:
        """As the tag of the copy has it."""
        return self.snapshot or (written(self.moment) if self.moment else LATEST)


def written(moment: datetime) -> str:
    """As `--to-time` takes it: in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_window(session: Session, running: Mapping[str, Any]) -> Window | None:
    """None while RDS has no backup yet, or keeps none."""
    try:
        backups = session.rds.describe_db_instance_automated_backups(DbiResourceId=running["DbiResourceId"])
    except session.rds.exceptions.DBInstanceAutomatedBackupNotFoundFault:
        return None
    for backup in backups["DBInstanceAutomatedBackups"]:
        window = backup.get("RestoreWindow", {})
        if "EarliestTime" in window and "LatestTime" in window:
            return Window(window["EarliestTime"], window["LatestTime"])
    return None


def read_snapshots(session: Session, names: Names) -> tuple[Snapshot, ...]:
    """Manual and automated snapshots, the newest first; those of AWS Backup are recovery points."""
    pages = session.rds.get_paginator("describe_db_snapshots").paginate(DBInstanceIdentifier=names.database)
    found = [_snapshot(each) for page in pages for each in page["DBSnapshots"] if each.get("SnapshotType") != "awsbackup"]
    return tuple(sorted(found, key=lambda one: one.taken or datetime.max.replace(tzinfo=UTC), reverse=True))


def read_recovery_points(session: Session, names: Names, running: Mapping[str, Any]) -> tuple[RecoveryPoint, ...]:
    """Those of the environment's vault, the newest first; none without a vault."""
    pages = session.backup.get_paginator("list_recovery_points_by_backup_vault").paginate(
        BackupVaultName=names.backup_vault, ByResourceArn=running["DBInstanceArn"]
    )
    try:
        found = [
            RecoveryPoint(
                each.get("RecoveryPointArn", ""),
                each.get("CreationDate"),
                each.get("Status", ""),
                each.get("CalculatedLifecycle", {}).get("DeleteAt"),
            )
            for page in pages
            for each in page["RecoveryPoints"]
        ]
    except Exception as error:
        if not is_missing(error):
            raise
        return ()
    return tuple(sorted(found, key=lambda one: one.taken or datetime.max.replace(tzinfo=UTC), reverse=True))


def parsed(*, to_time: str | None, snapshot: str | None, recovery_point: str | None, region: str) -> Origin:
    """The origin that the options choose. It is not looked for yet.

    Raises UserError for a moment without time zone, for what is no such ARN, and for more than one of them.
    """
    if sum(each is not None for each in (to_time, snapshot, recovery_point)) > 1:
        raise UserError("--to-time, --snapshot and --recovery-point: one or the other; `recovery list` shows what there is")
    if to_time is not None:
        return Origin(moment=_moment(to_time))
    if recovery_point is not None:
        return Origin(snapshot=_snapshot_of(recovery_point, region))
    if snapshot is not None and not snapshot.strip():
        raise UserError("--snapshot: is empty; allowed: the name of one that `recovery list` shows")
    return Origin(snapshot=snapshot)


def check(session: Session, names: Names, running: Mapping[str, Any], origin: Origin) -> None:
    """Raises UserError where RDS would refuse the origin, or make a copy that is less safe than the database."""
    if origin.snapshot is not None:
        _check_snapshot(session, names, origin.snapshot)
        return
    window = read_window(session, running)
    if window is None:
        raise UserError(f"{names.database}: RDS has no automated backup of it; allowed: --snapshot or --recovery-point of `recovery list`")
    if origin.moment and not window.earliest <= origin.moment <= window.latest:
        raise UserError(f"--to-time {written(origin.moment)}: is outside of the window of point-in-time recovery; allowed: {window}")


def _check_snapshot(session: Session, names: Names, name: str) -> None:
    try:
        (found,) = session.rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"]
    except Exception as error:
        if not is_missing(error):
            raise
        raise UserError(f"{name}: there is no such snapshot in this region; `recovery list` shows those there are") from None
    if found.get("DBInstanceIdentifier") != names.database:
        raise UserError(f"{name}: is a snapshot of {found.get('DBInstanceIdentifier')}; allowed: one of {names.database}")
    if found.get("Status") != "available":
        raise UserError(f"{name}: is {found.get('Status')}; allowed: a snapshot that is available")
    if not found.get("Encrypted"):
        raise UserError(f"{name}: is not encrypted, so the copy would not be; copy it with a KMS key (`aws rds copy-db-snapshot`) first")


def _snapshot(found: Mapping[str, Any]) -> Snapshot:
    kind, size = found.get("SnapshotType", ""), found.get("AllocatedStorage", 0)
    return Snapshot(found["DBSnapshotIdentifier"], kind, found.get("SnapshotCreateTime"), found.get("Status", ""), size)


def _moment(text: str) -> datetime:
    allowed = "allowed: such as 2026-01-31T04:30:00Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"--to-time {text.strip() or 'nothing'}: is no moment; {allowed}") from None
    if moment.tzinfo is None:
        raise UserError(f"--to-time {text}: has no time zone; {allowed}, or +10:00 in place of Z")
    return moment.replace(microsecond=0)


def _snapshot_of(arn: str, region: str) -> str:
    found = _RECOVERY_POINT.fullmatch(arn)
    if found is None:
        form = "arn:aws:rds:REGION:ACCOUNT:snapshot:awsbackup:..."
        raise UserError(
            f"--recovery-point {arn.strip() or 'nothing'}: is no recovery point of RDS; allowed: one of `recovery list`, {form}"
        )
    if found["region"] != region:
        raise UserError(f"--recovery-point {arn}: is in {found['region']}; allowed: one of {region}, where the database is")
    return found["snapshot"]
