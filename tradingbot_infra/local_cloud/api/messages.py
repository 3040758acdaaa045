"""HTTP requests and responses, in the form that ministack's handlers take and return."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

Response = tuple[int, dict[str, str], bytes | str]
"""HTTP status, headers, body."""
Handler = Callable[[str, str, Mapping[str, str], bytes, Mapping[str, list[str]]], Awaitable[Response]]
"""Answers requests of one service: takes method, path, headers with lower-case names, body and query."""


@dataclass(frozen=True)
class HttpRequest:
    """A request as it arrives at a handler."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, list[str]] = field(default_factory=dict)

    def sent_to(self, handler: Handler) -> Awaitable[Response]:
        """The handler's answer."""
        return handler(self.method, self.path, self.headers, self.body, self.query)
