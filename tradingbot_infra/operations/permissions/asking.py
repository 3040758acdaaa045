"""Reads what the person's own credentials may not see: without the permission there is no reply, and a line says why."""

from collections.abc import Callable
from typing import TypeVar

from tradingbot_infra.operations.failures import is_denied, missing_action
from tradingbot_infra.operations.permissions.findings import Permissions
from tradingbot_infra.operations.verdict import NotAssessed

Reply = TypeVar("Reply")


def asked(ask: Callable[[], Reply], about: str) -> tuple[Reply | None, Permissions]:
    """The reply, or None and what therefore cannot be assessed, such as `Secrets`."""
    try:
        return ask(), Permissions()
    except Exception as error:
        if not is_denied(error):
            raise
        return None, Permissions(not_assessed=(NotAssessed(f"{about} cannot be assessed without {missing_action(error)}"),))
