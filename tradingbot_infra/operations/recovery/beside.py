"""The copy: an RDS instance of a fixed name beside the database, with the network, parameters and size of that."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.live.data_stores import serves
from tradingbot_infra.operations.missing import not_deployed
from tradingbot_infra.operations.printed_commands import OwnCommand
from tradingbot_infra.operations.recovery.origins import Origin
from tradingbot_infra.operations.session import Session

_PURPOSE = "restored-copy"
_FAILED = frozenset(
    {
        "failed",
        "inaccessible-encryption-credentials",
        "incompatible-create",
        "incompatible-network",
        "incompatible-option-group",
        "incompatible-parameters",
        "incompatible-restore",
        "insufficient-capacity",
        "restore-error",
        "storage-full",
    }
)
"""Statuses that do not end by themselves (RDS User Guide, "Viewing Amazon RDS DB instance status")."""


@dataclass(frozen=True)
class Copy:
    """The restored instance. `origin` is the label of what it was made from; `made` None until RDS has created it."""

    identifier: str
    status: str
    origin: str
    address: str
    port: int
    user: str
    gib: int
    made: datetime | None
    managed_password: bool
    password_pending: bool

    @property
    def ready(self) -> bool:
        """Whether it takes connections."""
        return serves(self.status) and bool(self.address)


def read_running(session: Session, names: Names) -> Mapping[str, Any]:
    """The running database as RDS describes it.

    Raises Missing when there is none.
    """
    found = _described(session, names.database)
    if found is None:
        raise not_deployed(
            f"There is no database {names.database}",
            fix=OwnCommand("deploy"),
            account=session.account,
            region=session.region,
            environment=names.environment,
            local=session.local,
        )
    return found


def read_copy(session: Session, names: Names) -> Copy | None:
    """The copy; None when there is none.

    Raises UserError for an instance of its name that `recovery` did not restore: it is never touched.
    """
    found = _described(session, names.restored_database)
    if found is None:
        return None
    tags = {tag.get("Key"): tag.get("Value", "") for tag in found.get("TagList", [])}
    if tags.get("Purpose") != _PURPOSE:
        raise UserError(f"{names.restored_database} has no tag Purpose={_PURPOSE}, so `recovery start` did not make it; it is left alone")
    endpoint = found.get("Endpoint", {})
    return Copy(
        identifier=found["DBInstanceIdentifier"],
        status=found.get("DBInstanceStatus", ""),
        origin=tags.get("RestoredFrom", ""),
        address=endpoint.get("Address", ""),
        port=endpoint.get("Port", 0),
        user=found.get("MasterUsername", ""),
        gib=found.get("AllocatedStorage", 0),
        made=found.get("InstanceCreateTime"),
        managed_password=bool(found.get("MasterUserSecret")),
        password_pending="MasterUserPassword" in found.get("PendingModifiedValues", {}),
    )


def ready_copy(session: Session, names: Names) -> Copy:
    """The copy.

    Raises UserError where there is none that takes connections.
    """
    copy = read_copy(session, names)
    if copy is None:
        raise UserError(f"There is no copy of {names.database}; `recovery start` restores one")
    if not copy.ready:
        raise UserError(f"{copy.identifier} is {copy.status}; `recovery start` waits until it is available")
    return copy


def restore(session: Session, names: Names, running: Mapping[str, Any], origin: Origin) -> None:
    """Begins to restore. The running database is not touched.

    ManageMasterUserPassword of both calls is for Oracle only, so the copy has the password of that time, which nobody keeps.
    """
    shape = like(names, running, origin)
    if origin.snapshot is not None:
        session.rds.restore_db_instance_from_db_snapshot(
            DBInstanceIdentifier=names.restored_database, DBSnapshotIdentifier=origin.snapshot, **shape
        )
        return
    when: dict[str, Any] = {"RestoreTime": origin.moment} if origin.moment else {"UseLatestRestorableTime": True}
    session.rds.restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier=names.database, TargetDBInstanceIdentifier=names.restored_database, **when, **shape
    )


def like(names: Names, running: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    """What RDS would choose otherwise: default groups, its paid extended support, a second zone. It keeps the KMS key by itself."""
    kept = {key: running[key] for key in ("CACertificateIdentifier", "EngineLifecycleSupport", "StorageType") if running.get(key)}
    return {
        **kept,
        "DBInstanceClass": running["DBInstanceClass"],
        "Port": running["Endpoint"]["Port"],
        "DBSubnetGroupName": running["DBSubnetGroup"]["DBSubnetGroupName"],
        "VpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in running["VpcSecurityGroups"]],
        "DBParameterGroupName": running["DBParameterGroups"][0]["DBParameterGroupName"],
        "MultiAZ": False,
        "PubliclyAccessible": False,
        "DeletionProtection": False,
        "AutoMinorVersionUpgrade": False,
        "EnableIAMDatabaseAuthentication": False,
        "BackupRetentionPeriod": 0,
        "Tags": _tags(names, origin),
    }


def delete(session: Session, copy: Copy) -> None:
    """Begins to delete the copy. It is a copy, so there is no final snapshot."""
    session.rds.delete_db_instance(DBInstanceIdentifier=copy.identifier, SkipFinalSnapshot=True, DeleteAutomatedBackups=True)


def until_ready(session: Session, names: Names, *, wait: Callable[[], None]) -> Iterator[Copy]:
    """The copy, each time it was looked at, until it is available.

    Raises UserError when that cannot happen any more.
    """
    while True:
        copy = read_copy(session, names)
        if copy is None or copy.status == "deleting":
            raise UserError(f"{names.restored_database} was deleted meanwhile; `recovery start` restores another")
        yield copy
        if copy.status in _FAILED:
            raise UserError(f"{copy.identifier} is {copy.status}, which does not end by itself; `recovery finish` deletes it, then again")
        if copy.ready and not copy.password_pending:
            return
        wait()


def until_gone(session: Session, names: Names, *, wait: Callable[[], None]) -> Iterator[Copy]:
    """The copy, each time it was looked at, until there is none."""
    while (copy := read_copy(session, names)) is not None:
        yield copy
        wait()


def _described(session: Session, identifier: str) -> Mapping[str, Any] | None:
    try:
        found = session.rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
    except session.rds.exceptions.DBInstanceNotFoundFault:
        return None
    return found[0] if found else None


def _tags(names: Names, origin: Origin) -> list[dict[str, str]]:
    chosen = {**names.tags, "ManagedBy": "tradingbot", "Purpose": _PURPOSE, "RestoredFrom": origin.label}
    return [{"Key": key, "Value": value} for key, value in chosen.items()]
