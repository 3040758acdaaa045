"""RDS instances: exported logs, the managed master secret, and the status that starting and stopping require."""

import uuid
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import records
from tradingbot_infra.local_cloud.services.operation import Call


def master_secret_name(instance: str) -> str:
    """The name of the secret in which RDS keeps the master password of an instance."""
    return f"rds!db-{uuid.uuid5(uuid.NAMESPACE_OID, instance)}"


async def describe(call: Call) -> dict[str, Any]:
    """DescribeDBInstances."""
    answer = await call.as_asked()
    return {**answer, "DBInstances": [await _completed(call, instance) for instance in answer["DBInstances"]]}


async def create(call: Call) -> dict[str, Any]:
    """CreateDBInstance, which stores the logs to export."""
    answer = await call.as_asked()
    exports = sorted(call.parameters.get("EnableCloudwatchLogsExports", []))
    records.database(call.parameters["DBInstanceIdentifier"])["EnabledCloudwatchLogsExports"] = exports
    return {"DBInstance": await _completed(call, answer["DBInstance"])}


async def modify(call: Call) -> dict[str, Any]:
    """ModifyDBInstance, which changes the logs to export."""
    answer = await call.as_asked()
    change = call.parameters.get("CloudwatchLogsExportConfiguration", {})
    record = records.database(answer["DBInstance"]["DBInstanceIdentifier"])
    kept = set(record.get("EnabledCloudwatchLogsExports", [])) - set(change.get("DisableLogTypes", []))
    record["EnabledCloudwatchLogsExports"] = sorted(kept | set(change.get("EnableLogTypes", [])))
    return {"DBInstance": await _completed(call, answer["DBInstance"])}


async def stop(call: Call) -> dict[str, Any]:
    """StopDBInstance; the status never is "stopping"."""
    await _require(call, "available")
    return await call.as_asked()


async def start(call: Call) -> dict[str, Any]:
    """StartDBInstance; the status never is "starting"."""
    await _require(call, "stopped")
    return await call.as_asked()


async def _require(call: Call, status: str) -> None:
    name = call.parameters["DBInstanceIdentifier"]
    (instance,) = (await call.ask("rds", "DescribeDBInstances", DBInstanceIdentifier=name))["DBInstances"]
    if instance["DBInstanceStatus"] != status:
        raise LocalApiError("InvalidDBInstanceState", f"Instance {name} is not in {status} state.")


async def _completed(call: Call, instance: Mapping[str, Any]) -> dict[str, Any]:
    name = instance["DBInstanceIdentifier"]
    exports = records.database(name).get("EnabledCloudwatchLogsExports", [])
    return {**instance, "EnabledCloudwatchLogsExports": exports, **await _master_secret(call, name)}


async def _master_secret(call: Call, instance: str) -> dict[str, Any]:
    try:
        secret = await call.ask("secretsmanager", "DescribeSecret", SecretId=master_secret_name(instance))
    except LocalApiError as error:
        if error.code != "ResourceNotFoundException":
            raise
        return {}
    key = {"KmsKeyId": secret["KmsKeyId"]} if "KmsKeyId" in secret else {}
    return {"MasterUserSecret": {"SecretArn": secret["ARN"], "SecretStatus": "active", **key}}
