"""The form of an operation of ours."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud.api.ask import Ask


@dataclass(frozen=True)
class Call:
    """One call of an operation."""

    parameters: Mapping[str, Any]
    """What the caller passed to boto3's method."""
    ministack: Callable[..., Awaitable[dict[str, Any]]]
    """ministack's own answer to this operation, for the parameters given; raises LocalApiError."""
    ask: Ask

    async def as_asked(self) -> dict[str, Any]:
        """ministack's own answer to exactly this call."""
        return await self.ministack(**self.parameters)


Operation = Callable[[Call], Awaitable[dict[str, Any]]]
"""Answers calls, or raises LocalApiError with AWS's code."""
