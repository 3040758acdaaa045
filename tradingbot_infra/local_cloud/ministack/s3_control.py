"""ministack's S3 Control, which its server answers before it asks its registries who answers."""

from collections.abc import Mapping
from typing import Any

from ministack import app

from tradingbot_infra.local_cloud.api.messages import Handler

_OURS = "/v20180820/configuration/"
"""Where the API keeps what holds for the whole account."""


def answer_with(handler: Handler) -> None:
    """Makes `handler` answer what is about the whole account; ministack has nothing for that."""
    ministacks = app._handle_s3_control_request  # noqa: SLF001 - it has no hook for this

    async def answer(path: str, method: str, body: bytes, query: Mapping[str, list[str]], *rest: Any) -> Any:
        if not path.startswith(_OURS):
            return await ministacks(path, method, body, query, *rest)
        _request_id, headers = rest
        return await handler(method, path, headers, body, query)

    app._handle_s3_control_request = answer  # noqa: SLF001 - as above
