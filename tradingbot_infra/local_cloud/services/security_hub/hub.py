"""The hub itself: one in each region (Security Hub API Reference, "EnableSecurityHub")."""

from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.services.operation import Call

_GENERATOR = "SECURITY_CONTROL"
"""What ControlFindingGenerator is where a request does not say it."""

_hubs = scopes.by_account_and_region()


async def enable(call: Call) -> dict[str, Any]:
    """EnableSecurityHub, which refuses a second one in a region.

    The default standards are not switched on, whatever EnableDefaultStandards says: a stack names its own.
    """
    if _hubs:
        raise LocalApiError("ResourceConflictException", "Account is already subscribed to Security Hub", 409)
    _hubs["hub"] = {
        "HubArn": scopes.arn("securityhub", "hub/default"),
        "SubscribedAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "AutoEnableControls": True,
        "ControlFindingGenerator": call.parameters.get("ControlFindingGenerator", _GENERATOR),
    }
    return {}


async def describe(_call: Call) -> dict[str, Any]:
    """DescribeHub."""
    return dict(subscribed())


async def update(call: Call) -> dict[str, Any]:
    """UpdateSecurityHubConfiguration."""
    subscribed().update(call.parameters)
    return {}


def subscribed() -> dict[str, Any]:
    """The record of the hub, to be read or changed. Raises LocalApiError in Security Hub's words if there is none."""
    if not _hubs:
        account, _ = scopes.current()
        raise LocalApiError("InvalidAccessException", f"Account {account} is not subscribed to AWS Security Hub", 401)
    found: dict[str, Any] = _hubs["hub"]
    return found


def end() -> None:
    """Takes the hub away. Raises as `subscribed` does."""
    subscribed()
    _hubs.clear()
