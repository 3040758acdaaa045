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
    trading: "TradingSettings"
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
            trading=TradingSettings.of(variables),
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


@dataclass(frozen=True, kw_only=True)
class TradingSettings:
    """What the example trades, and where. None of these variables is in the task definition: set those that you want in the image."""

    strategies: tuple[str, ...]
    """Nothing is traded but what the webhook asks for, until a strategy is named. There is one: momentum."""
    symbols: tuple[str, ...]
    exchange_url: str | None
    """Without it orders go to a paper exchange in this process."""
    exchange_key: str | None = field(repr=False)
    llm_url: str | None
    """An AI provider that is asked about each signal."""
    llm_key: str | None = field(repr=False)
    llm_model: str

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> Self:
        """Raises ValueError for a strategy that does not exist."""
        strategies = _words(variables.get("STRATEGIES", ""))
        if unknown := set(strategies) - {"momentum"}:
            raise ValueError(f"STRATEGIES has {', '.join(sorted(unknown))}; allowed: momentum")
        return cls(
            strategies=strategies,
            symbols=_words(variables.get("SYMBOLS", "BTCUSDT,ETHUSDT,SOLUSDT")),
            exchange_url=variables.get("EXCHANGE_URL"),
            exchange_key=variables.get("EXCHANGE_API_KEY"),
            llm_url=variables.get("LLM_URL"),
            llm_key=variables.get("LLM_API_KEY"),
            llm_model=variables.get("LLM_MODEL", "small"),
        )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(",") if word)
