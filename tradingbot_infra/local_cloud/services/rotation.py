"""Managed rotation: RDS changes the master password of an instance, in PostgreSQL first and in its secret after that.

Source: "Managed rotation for AWS Secrets Manager secrets" (AWS Secrets Manager User Guide): rotation "typically completes within one
minute. During rotation, new connections that retrieve the secret may get the previous version of the credentials."
"""

import asyncio
import json
import logging
import uuid
from typing import Any

from tradingbot_infra.local_cloud import background, clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import store_records
from tradingbot_infra.local_cloud.ministack.scopes import by_account_and_region
from tradingbot_infra.local_cloud.services import database_servers
from tradingbot_infra.local_cloud.services.operation import Call

SECRET_LAG_SECONDS = 5.0
"""How long the secret holds the password that PostgreSQL no longer takes. AWS states no figure; clients see seconds."""

_PASSWORD_LENGTH = 28
_ROTATING, _IMPAIRED, _ACTIVE = "rotating", "impaired", "active"

_status: Any = by_account_and_region()
_log = logging.getLogger(__name__)


def master_secret_name(instance: str) -> str:
    """The name of the secret in which RDS keeps the master password of an instance."""
    return f"rds!db-{uuid.uuid5(uuid.NAMESPACE_OID, instance)}"


def secret_status(instance: str) -> str:
    """SecretStatus of MasterUserSecret: active, rotating, or impaired after a rotation that failed."""
    return str(_status.get(instance, _ACTIVE))


async def rotate_secret(call: Call) -> dict[str, Any]:
    """RotateSecret, which for the secret of an RDS instance needs no Lambda function. A new schedule is not stored."""
    name = store_records.secret_name(call.parameters["SecretId"])
    instance = next((one for one in store_records.database_names() if master_secret_name(one) == name), None)
    if instance is None:
        return await call.as_asked()
    version = str(call.parameters.get("ClientRequestToken") or uuid.uuid4())
    secret = await call.ask("secretsmanager", "DescribeSecret", SecretId=name)
    if call.parameters.get("RotateImmediately", True):
        begin(call.ask, instance, version)
    return {"ARN": secret["ARN"], "Name": name, "VersionId": version}


def begin(ask: Ask, instance: str, version: str) -> None:
    """Starts a rotation, which goes on in the background and makes `version` the secret's current one.

    Raises:
        LocalApiError: one is going on.
    """
    if secret_status(instance) == _ROTATING:
        raise LocalApiError("InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted.")
    _status[instance] = _ROTATING
    background.spawn(_rotate(background.from_here(ask), instance, version))


async def _rotate(ask: Ask, instance: str, version: str) -> None:
    try:
        await _change_password(ask, instance, version)
        _status[instance] = _ACTIVE
    except Exception:
        # What is wrong with a server must not end the loop's work without a word; AWS shows the secret as impaired.
        _log.exception("The rotation of the master password of %s failed", instance)
        _status[instance] = _IMPAIRED


async def _change_password(ask: Ask, instance: str, version: str) -> None:
    secret = master_secret_name(instance)
    current = json.loads((await ask("secretsmanager", "GetSecretValue", SecretId=secret))["SecretString"])
    drawn = await ask("secretsmanager", "GetRandomPassword", PasswordLength=_PASSWORD_LENGTH, ExcludePunctuation=True)
    value = {**current, "password": drawn["RandomPassword"]}
    await asyncio.to_thread(database_servers.set_password, instance, value["password"])
    await clock.sleep(SECRET_LAG_SECONDS)
    await ask("secretsmanager", "PutSecretValue", SecretId=secret, ClientRequestToken=version, SecretString=json.dumps(value))
