"""RDS instances: their servers, exported logs, the managed master secret, and the status that starting and stopping require."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import records
from tradingbot_infra.local_cloud.services import database_servers, protections, rotation
from tradingbot_infra.local_cloud.services.operation import Call


async def describe(call: Call) -> dict[str, Any]:
    """DescribeDBInstances."""
    answer = await call.as_asked()
    return {**answer, "DBInstances": [await _completed(call, instance) for instance in answer["DBInstances"]]}


async def create(call: Call) -> dict[str, Any]:
    """CreateDBInstance, which starts the server and stores the logs to export; the status never is "creating"."""
    await call.as_asked()
    name = call.parameters["DBInstanceIdentifier"]
    records.database(name)["EnabledCloudwatchLogsExports"] = sorted(call.parameters.get("EnableCloudwatchLogsExports", []))
    try:
        await asyncio.to_thread(database_servers.create, name)
    except Exception:
        await call.ask("rds", "DeleteDBInstance", DBInstanceIdentifier=name, SkipFinalSnapshot=True)
        raise
    return await _described(call)


async def modify(call: Call) -> dict[str, Any]:
    """ModifyDBInstance, which changes the logs to export, rotates the master password and lets the server follow."""
    _require_immediate_rotation(call.parameters)
    answer = await call.as_asked()
    change = call.parameters.get("CloudwatchLogsExportConfiguration", {})
    record = records.database(answer["DBInstance"]["DBInstanceIdentifier"])
    kept = set(record.get("EnabledCloudwatchLogsExports", [])) - set(change.get("DisableLogTypes", []))
    record["EnabledCloudwatchLogsExports"] = sorted(kept | set(change.get("EnableLogTypes", [])))
    await _follow(call, answer["DBInstance"]["DBInstanceIdentifier"])
    return await _described(call)


async def delete(call: Call) -> dict[str, Any]:
    """DeleteDBInstance, which is refused while the instance is protected."""
    protections.database(call.parameters["DBInstanceIdentifier"])
    answer = await call.as_asked()
    await asyncio.to_thread(database_servers.delete, call.parameters["DBInstanceIdentifier"])
    return answer


async def reboot(call: Call) -> dict[str, Any]:
    """RebootDBInstance, which applies static parameters and ends all connections."""
    await call.as_asked()
    await asyncio.to_thread(database_servers.start, call.parameters["DBInstanceIdentifier"])
    return await _described(call)


async def stop(call: Call) -> dict[str, Any]:
    """StopDBInstance; the status never is "stopping"."""
    await _require(call, "available")
    await asyncio.to_thread(database_servers.stop, call.parameters["DBInstanceIdentifier"])
    return await call.as_asked()


async def start(call: Call) -> dict[str, Any]:
    """StartDBInstance; the status never is "starting"."""
    await _require(call, "stopped")
    await asyncio.to_thread(database_servers.start, call.parameters["DBInstanceIdentifier"])
    return await call.as_asked()


def _require_immediate_rotation(parameters: Mapping[str, Any]) -> None:
    if parameters.get("RotateMasterUserPassword") and not parameters.get("ApplyImmediately"):
        raise LocalApiError("InvalidParameterCombination", "You must apply the change immediately when rotating the master user password.")


async def _follow(call: Call, instance: str) -> None:
    if "MasterUserPassword" in call.parameters:
        await asyncio.to_thread(database_servers.set_password, instance, call.parameters["MasterUserPassword"])
    if call.parameters.get("ApplyImmediately"):
        await asyncio.to_thread(database_servers.follow, instance)
    if call.parameters.get("RotateMasterUserPassword"):
        if not await _master_secret(call, instance):
            raise LocalApiError("InvalidParameterCombination", "The master user password isn't managed in AWS Secrets Manager.")
        rotation.begin(call.ask, instance, str(uuid.uuid4()))


async def _described(call: Call) -> dict[str, Any]:
    described = await call.ask("rds", "DescribeDBInstances", DBInstanceIdentifier=call.parameters["DBInstanceIdentifier"])
    return {"DBInstance": described["DBInstances"][0]}


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
        secret = await call.ask("secretsmanager", "DescribeSecret", SecretId=rotation.master_secret_name(instance))
    except LocalApiError as error:
        if error.code != "ResourceNotFoundException":
            raise
        return {}
    key = {"KmsKeyId": secret["KmsKeyId"]} if "KmsKeyId" in secret else {}
    return {"MasterUserSecret": {"SecretArn": secret["ARN"], "SecretStatus": rotation.secret_status(instance), **key}}
