"""Addresses without an operation of an API, such as OTLP's: ministack would take them for those of a bucket."""

import re
from collections.abc import Mapping
from typing import Any

from ministack import app

from tradingbot_infra.local_cloud.api.messages import Handler


def answer_with(paths: re.Pattern[str], handler: Handler) -> None:
    """Makes `handler` answer requests for these paths. It gets the body as it was sent, still compressed, and checks the signature."""
    ministacks = app._dispatch_service_request  # noqa: SLF001 - it has no hook for this

    async def answer(method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, list[str]], request_id: str) -> Any:
        if not paths.fullmatch(path):
            return await ministacks(method, path, headers, body, query, request_id)
        return await handler(method, path, headers, body, query)

    app._dispatch_service_request = answer  # noqa: SLF001 - as above
