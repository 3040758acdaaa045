"""A value that one task is given as a secret which lasts as long as the task: a presigned URL is as good as a key.

In the overrides of RunTask, whoever may call ecs:DescribeTasks would read it, and CloudTrail would keep it. The service's execution role
may read its own secrets only, so the new secret's policy admits that role; it is under the KMS key that the role may already use.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import SecretStr

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.live.service import secret_arn
from tradingbot_infra.operations.one_off.definitions import tags
from tradingbot_infra.operations.one_off.place import Place
from tradingbot_infra.operations.session import Session


@contextmanager
def handed_over(session: Session, names: Names, place: Place, value: SecretStr) -> Iterator[str]:
    """The ARN of the secret, which is deleted at the end, without a recovery window."""
    client = session.secretsmanager
    key = client.describe_secret(SecretId=secret_arn(place.secret("PGPASSWORD"))).get("KmsKeyId")
    encryption: dict[str, Any] = {"KmsKeyId": key} if key else {}
    made = client.create_secret(
        Name=names.secret(f"one-off-{secrets.token_hex(4)}"),
        Description="Given to one task of tradingbot db; deleted when that ends",
        SecretString=value.get_secret_value(),
        Tags=[{"Key": each["key"], "Value": each["value"]} for each in tags(names)],
        **encryption,
    )["ARN"]
    try:
        policy = json.dumps(_policy(place.service.task_definition.execution_role_arn))
        client.put_resource_policy(SecretId=made, ResourcePolicy=policy, BlockPublicPolicy=True)
        yield made
    finally:
        client.delete_secret(SecretId=made, ForceDeleteWithoutRecovery=True)


def _policy(role: str) -> dict[str, Any]:
    reads = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [reads]}
