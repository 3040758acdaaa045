"""The form of an operation of ours."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Ask(Protocol):
    """Calls any API of the local cloud, with boto3's names."""

    def __call__(self, service: str, operation: str, /, **parameters: object) -> Awaitable[dict[str, Any]]:
        """The answer; raises LocalApiError."""


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
