"""Calls of the local cloud's APIs, for the parts that the gateway is above."""

from collections.abc import Awaitable
from typing import Any, Protocol


class Ask(Protocol):
    """Calls any API of the local cloud, with boto3's names."""

    def __call__(self, service: str, operation: str, /, **parameters: object) -> Awaitable[dict[str, Any]]:
        """The answer; raises LocalApiError."""
