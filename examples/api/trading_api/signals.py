"""The newest signal of each symbol: what may be lost, so it is in Redis, or in memory where there is none."""

from typing import Protocol, cast

from redis.asyncio import Redis

from trading_api.settings import RedisSettings
from trading_api.telemetry.spans import CLIENT, span

KEPT_SECONDS = 3600


class Signals(Protocol):
    """Where signals are."""

    async def put(self, symbol: str, signal: str) -> None:
        """Keeps a signal in place of the symbol's last."""

    async def newest(self, symbol: str) -> str | None:
        """The last signal of a symbol; None when there is none, or it is too old."""

    async def close(self) -> None:
        """Ends connections."""


class SignalsInRedis:
    """Seen by every task. Redis may evict any key, so no lock and no order belongs here (docs/design.md, "Two copies of a trader")."""

    def __init__(self, settings: RedisSettings) -> None:
        self._redis: Redis = Redis(
            host=settings.host,
            port=settings.port,
            ssl=settings.tls,
            password=settings.token,
            decode_responses=True,
            socket_timeout=2,
            socket_connect_timeout=2,
        )

    async def put(self, symbol: str, signal: str) -> None:
        """For KEPT_SECONDS."""
        with span("SET signal", CLIENT, db__system__name="redis", db__operation__name="SET"):
            await self._redis.set(f"signal:{symbol}", signal, ex=KEPT_SECONDS)

    async def newest(self, symbol: str) -> str | None:
        """As any task put it."""
        with span("GET signal", CLIENT, db__system__name="redis", db__operation__name="GET"):
            return cast("str | None", await self._redis.get(f"signal:{symbol}"))  # text, by decode_responses

    async def close(self) -> None:
        """Ends the connections of the pool."""
        await self._redis.aclose()


class SignalsInMemory:
    """Seen by this task alone: good enough where one task runs."""

    def __init__(self) -> None:
        self._signals: dict[str, str] = {}

    async def put(self, symbol: str, signal: str) -> None:
        """Until the task ends."""
        self._signals[symbol] = signal

    async def newest(self, symbol: str) -> str | None:
        """As this task put it."""
        return self._signals.get(symbol)

    async def close(self) -> None:
        """Nothing to end."""
