"""The values of a container's secrets, read as ECS reads them when a task starts.

Sources: ECS Developer Guide, "Pass Secrets Manager secrets through Amazon ECS environment variables" and "Troubleshooting Amazon ECS
ResourceInitializationError errors"; Secrets Manager API reference, GetSecretValue.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.fargate.errors import CannotStartError
from tradingbot_infra.local_cloud.fargate.execution_role import DeniedError, ExecutionRole

UNABLE = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
"""How ECS begins when the execution role cannot get what the task needs."""

_FAILED = f"{UNABLE}unable to retrieve secret from asm: service call has been retried 1 time(s): "
_FROM_SSM = f"{UNABLE}unable to retrieve secrets from ssm: service call has been retried 1 time(s): "
_ARN_PARTS = 7
_READ = "secretsmanager:GetSecretValue"
_NO_ACCESS_TO_KEY = "AccessDeniedException: Access to KMS is not allowed"
_NO_VALUE = "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label:"
_DISABLED_KEY = "DecryptionFailure: Secrets Manager can't decrypt the protected secret text using the provided KMS key."


@dataclass(frozen=True)
class _Reference:
    """`arn:aws:secretsmanager:region:account:secret:name:json-key:version-stage:version-id`, the last three optional."""

    arn: str
    key: str
    which: Mapping[str, str]


async def secret_values(secrets: Sequence[Mapping[str, str]], role: ExecutionRole, ask: Ask) -> dict[str, str]:
    """Environment variable -> value, for `secrets` of a container definition.

    Raises:
        CannotStartError: a secret cannot be read by this role, or does not have the value that is asked for.
    """
    return {secret["name"]: await _value(secret["valueFrom"], role, ask) for secret in secrets}


async def _value(reference: str, role: ExecutionRole, ask: Ask) -> str:
    parsed = _parsed(reference)
    try:
        await role.check(_READ, parsed.arn, granted=lambda: _granted(parsed.arn, role, ask))
        await _check_key(parsed.arn, role, ask)
        answer = await ask("secretsmanager", "GetSecretValue", SecretId=parsed.arn, **parsed.which)
    except DeniedError as error:
        raise _not_fetched(parsed.arn, str(error)) from error
    except LocalApiError as error:
        raise _not_fetched(parsed.arn, f"{error.code}: {error.message}") from error
    text = answer.get("SecretString")
    if text is None:
        raise _not_fetched(parsed.arn, f"{_NO_VALUE} {parsed.which.get('VersionStage', 'AWSCURRENT')}")
    return _of_key(text, parsed.key) if parsed.key else str(text)


def _parsed(reference: str) -> _Reference:
    parts = reference.split(":")
    if parts[:1] != ["arn"] or len(parts) < _ARN_PARTS or parts[2] != "secretsmanager":
        raise CannotStartError(f"{_FROM_SSM}the local cloud reads secrets of Secrets Manager only, by ARN, not {reference}")
    key, stage, version = (*parts[_ARN_PARTS:], "", "", "")[:3]
    which = {"VersionStage": stage, "VersionId": version}
    return _Reference(":".join(parts[:_ARN_PARTS]), key, {name: value for name, value in which.items() if value})


async def _granted(arn: str, role: ExecutionRole, ask: Ask) -> bool:
    """Whether the secret's policy lets this role read it, by its ARN and without a condition."""
    try:
        text = (await ask("secretsmanager", "GetResourcePolicy", SecretId=arn)).get("ResourcePolicy")
    except LocalApiError:
        return False  # reading it will say why
    statements = json.loads(text or "{}").get("Statement", [])
    return any(
        each.get("Effect") == "Allow"
        and role.arn in _list(each.get("Principal", {}).get("AWS"))
        and _READ in _list(each.get("Action"))
        and not each.get("Condition")
        for each in statements
        if isinstance(each.get("Principal"), dict)
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


async def _check_key(arn: str, role: ExecutionRole, ask: Ask) -> None:
    """Secrets Manager decrypts with the caller's rights; every principal of an account may use aws/secretsmanager through it."""
    key = (await ask("secretsmanager", "DescribeSecret", SecretId=arn)).get("KmsKeyId")
    if not key or key == "alias/aws/secretsmanager":
        return
    metadata = (await ask("kms", "DescribeKey", KeyId=key))["KeyMetadata"]
    if metadata.get("KeyManager") == "AWS":
        return
    context = {"kms:ViaService": f"secretsmanager.{arn.split(':')[3]}.amazonaws.com", "kms:EncryptionContext:SecretARN": arn}
    try:
        await role.check("kms:Decrypt", metadata["Arn"], context)
    except DeniedError as error:
        raise DeniedError(_NO_ACCESS_TO_KEY) from error
    if metadata["KeyState"] != "Enabled":
        raise DeniedError(_DISABLED_KEY)


def _of_key(text: str, key: str) -> str:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise CannotStartError(f"{_FAILED}invalid character '{text[:1]}' looking for beginning of value") from error
    if not isinstance(found, dict) or key not in found:
        raise CannotStartError(f"{_FAILED}retrieved secret from Secrets Manager did not contain json key {key}")
    value = found[key]
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _not_fetched(arn: str, why: str) -> CannotStartError:
    return CannotStartError(f"{_FAILED}failed to fetch secret {arn} from secrets manager: {why}")
