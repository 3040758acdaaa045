"""The variables that the task definition gives the container (docs/design.md, "Environment variables of the container")."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Each variable under its own name. Redis is None in environments without one, `database_secret_arn` outside of a task."""

    environment: str
    port: int
    database_url: str
    database_secret_arn: str | None
    redis: "RedisSettings | None"
    webhook_secret: str = field(repr=False)

    @classmethod
    def of(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """The settings of this process.

        Raises KeyError with the name of a variable that is missing.
        """
        return cls(
            environment=variables["ENVIRONMENT"],
            port=int(variables["PORT"]),
            database_url=variables["DATABASE_URL"],
            database_secret_arn=variables.get("DATABASE_SECRET_ARN"),
            redis=RedisSettings.of(variables) if "REDIS_HOST" in variables else None,
            webhook_secret=variables["WEBHOOK_SECRET"],
        )


@dataclass(frozen=True, kw_only=True)
class RedisSettings:
    """How to reach Redis. `token` is None where Redis uses no TLS."""

    host: str
    port: int
    tls: bool
    token: str | None = field(repr=False)

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> Self:
        """From the variables that begin with REDIS."""
        return cls(
            host=variables["REDIS_HOST"],
            port=int(variables["REDIS_PORT"]),
            tls=variables["REDIS_TLS"] == "true",
            token=variables.get("REDIS_AUTH_TOKEN"),
        )
