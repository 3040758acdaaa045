"""AWS Config rules, which need a recorder (AWS Config API Reference, "PutConfigRule"). They are never evaluated."""

from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.operation import Call


async def put(call: Call) -> dict[str, Any]:
    """PutConfigRule."""
    if not (await call.ask("config", "DescribeConfigurationRecorders"))["ConfigurationRecorders"]:
        words = "Configuration Recorder is not available to put config rule."
        raise LocalApiError("NoAvailableConfigurationRecorderException", words)
    return await call.as_asked()
