"""Asking for what the person's own credentials may not see: the answer is then missing, and a line says why."""

from collections.abc import Callable
from typing import TypeVar

from tradingbot_infra.operations.failures import is_denied, missing_action
from tradingbot_infra.operations.permissions.findings import Permissions

Answer = TypeVar("Answer")


def asked(ask: Callable[[], Answer], about: str) -> tuple[Answer | None, Permissions]:
    """The answer, or None and what therefore cannot be assessed, such as `Secrets`."""
    try:
        return ask(), Permissions()
    except Exception as error:
        if not is_denied(error):
            raise
        return None, Permissions(unknown=(f"{about} cannot be assessed without {missing_action(error)}",))
