"""User and password of the database, read again from RDS's secret when the ones at hand no longer log in."""

import asyncio
import json
import os
from dataclasses import dataclass, field
from typing import Any, Self

import boto3


@dataclass(frozen=True)
class Credentials:
    """What logs in."""

    user: str
    password: str = field(repr=False)

    @classmethod
    def of_task(cls) -> Self:
        """Those that ECS read when the task started."""
        return cls(os.environ["PGUSER"], os.environ["PGPASSWORD"])


class CredentialSource:
    """The credentials at hand. `secret_arn` names the secret that RDS rotates; without it they never change."""

    def __init__(self, secret_arn: str | None) -> None:
        self._secret_arn = secret_arn
        self._client: Any = None
        self.now = Credentials.of_task()

    async def read_again(self) -> bool:
        """Reads the secret; whether it holds other credentials than those at hand."""
        if self._secret_arn is None:
            return False
        found = await asyncio.to_thread(self._read, self._secret_arn)
        changed, self.now = found != self.now, found
        return changed

    def _read(self, secret_arn: str) -> Credentials:
        # Made when first needed. With the region, because boto3 reads AWS_DEFAULT_REGION only.
        self._client = self._client or boto3.client("secretsmanager", region_name=os.environ["AWS_REGION"])
        secret = json.loads(self._client.get_secret_value(SecretId=secret_arn)["SecretString"])
        return Credentials(secret["username"], secret["password"])
