"""Snapshots of RDS instances with what they hold, and instances that are restored from them or from the running instance.

Without data stores a restored instance is a record only. There is no history: the one moment that can be restored is now.
"""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.data_stores import switch
from tradingbot_infra.local_cloud.ministack.scopes import by_account_and_region
from tradingbot_infra.local_cloud.services import database_servers
from tradingbot_infra.local_cloud.services.operation import Call

_KEPT = ("Engine", "EngineVersion", "MasterUsername", "DBName", "AllocatedStorage", "StorageType", "KmsKeyId")
"""What a restored instance has from its source whatever the call says, as far as the local cloud knows it."""

_CHOSEN = (
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "CACertificateIdentifier",
    "DBParameterGroupName",
    "DBSubnetGroupName",
    "DeletionProtection",
    "EnableIAMDatabaseAuthentication",
    "MultiAZ",
    "Port",
    "PubliclyAccessible",
    "Tags",
    "VpcSecurityGroupIds",
)
"""What the call chooses. The rest of its parameters is not stored."""

_taken: Any = by_account_and_region()
"""Of each snapshot the instance as it was described, because a snapshot does not name the database, and the dump."""


async def create_snapshot(call: Call) -> dict[str, Any]:
    """CreateDBSnapshot, which keeps what the database holds; the status never is "creating"."""
    instance = await _require_available(call, call.parameters["DBInstanceIdentifier"])
    answer = await call.as_asked()
    dump = await asyncio.to_thread(database_servers.dumped, call.parameters["DBInstanceIdentifier"])
    _taken[call.parameters["DBSnapshotIdentifier"]] = instance, dump
    return answer


async def automated_backups(call: Call) -> dict[str, Any]:
    """DescribeDBInstanceAutomatedBackups, of instances that have backups and exist; filters by instance only."""
    wanted = {key: call.parameters[key] for key in ("DBInstanceIdentifier", "DbiResourceId") if key in call.parameters}
    found = [one for one in (await call.ask("rds", "DescribeDBInstances"))["DBInstances"] if wanted.items() <= one.items()]
    if wanted and not found:
        raise LocalApiError("DBInstanceAutomatedBackupNotFound", f"There is no automated backup of {', '.join(wanted.values())}.", 404)
    now = datetime.now(UTC).replace(microsecond=0)
    kept = ("DBInstanceIdentifier", "DbiResourceId", "Engine", "EngineVersion", "BackupRetentionPeriod", "DBInstanceArn")
    backups = [
        {**{key: one[key] for key in kept if key in one}, "Status": "active", "RestoreWindow": {"EarliestTime": now, "LatestTime": now}}
        for one in found
        if one.get("BackupRetentionPeriod")
    ]
    return {"DBInstanceAutomatedBackups": backups}


async def to_point_in_time(call: Call) -> dict[str, Any]:
    """RestoreDBInstanceToPointInTime, to the latest restorable time."""
    source = call.parameters["SourceDBInstanceIdentifier"]
    instance = await _require_available(call, source)
    if not instance.get("BackupRetentionPeriod"):
        raise LocalApiError("PointInTimeRestoreNotEnabled", f"Point in time restore is not enabled for DB instance {source}.")
    if call.parameters.get("UseLatestRestorableTime", False) == ("RestoreTime" in call.parameters):
        raise LocalApiError("InvalidParameterCombination", "Specify either RestoreTime or UseLatestRestorableTime, not both.")
    if "RestoreTime" in call.parameters:
        raise LocalApiError("InvalidRestoreFault", "The local cloud keeps no history: it restores to the latest restorable time only.")
    dump = await asyncio.to_thread(database_servers.dumped, source)
    return await _restored(call, call.parameters["TargetDBInstanceIdentifier"], instance, dump)


async def from_snapshot(call: Call) -> dict[str, Any]:
    """RestoreDBInstanceFromDBSnapshot."""
    name = call.parameters["DBSnapshotIdentifier"]
    (snapshot,) = (await call.ask("rds", "DescribeDBSnapshots", DBSnapshotIdentifier=name))["DBSnapshots"]
    instance, dump = _taken.get(name, (snapshot, None))
    if dump is None and switch.is_on():
        raise LocalApiError("InvalidRestoreFault", f"The local cloud knows {name} by name only: it keeps what CreateDBSnapshot took.")
    return await _restored(call, call.parameters["DBInstanceIdentifier"], instance, dump)


async def _restored(call: Call, name: str, source: Mapping[str, Any], dump: bytes | None) -> dict[str, Any]:
    if "ManageMasterUserPassword" in call.parameters and not source["Engine"].startswith("oracle"):
        words = "ManageMasterUserPassword is not supported when restoring this engine."
        raise LocalApiError("InvalidParameterCombination", words)
    kept = {key: source[key] for key in _KEPT if source.get(key)}
    chosen = {key: call.parameters[key] for key in _CHOSEN if key in call.parameters}
    answer = await call.ask(
        "rds",
        "CreateDBInstance",
        **kept,
        **chosen,
        DBInstanceIdentifier=name,
        DBInstanceClass=call.parameters.get("DBInstanceClass") or source.get("DBInstanceClass", "db.t3.micro"),
        StorageEncrypted=bool(source.get("StorageEncrypted", source.get("Encrypted", False))),
        # RDS keeps the password of that moment. Here nobody knows it, as after a rotation.
        MasterUserPassword=secrets.token_urlsafe(24),
    )
    if dump is not None:
        await asyncio.to_thread(database_servers.load, name, dump)
    return answer


async def _require_available(call: Call, name: str) -> dict[str, Any]:
    (instance,) = (await call.ask("rds", "DescribeDBInstances", DBInstanceIdentifier=name))["DBInstances"]
    if instance["DBInstanceStatus"] != "available":
        raise LocalApiError("InvalidDBInstanceState", f"Instance {name} is not in available state.")
    found: dict[str, Any] = instance
    return found
