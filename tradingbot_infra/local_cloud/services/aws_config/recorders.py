"""Configuration recorders, of which a region has one (hashicorp/terraform-provider-aws#2183; aws/aws-cdk#9001)."""

from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import config_records
from tradingbot_infra.local_cloud.services.operation import Call


async def put(call: Call) -> dict[str, Any]:
    """PutConfigurationRecorder, which changes the recorder of that name and refuses a second one."""
    name = call.parameters["ConfigurationRecorder"].get("name", "default")
    others = [one["name"] for one in (await call.ask("config", "DescribeConfigurationRecorders"))["ConfigurationRecorders"]]
    if others and name not in others:
        words = f"Failed to put configuration recorder '{name}' because the maximum number of configuration recorders: 1 is reached."
        raise LocalApiError("MaxNumberOfConfigurationRecordersExceededException", words)
    return await call.as_asked()


async def start(call: Call) -> dict[str, Any]:
    """StartConfigurationRecorder, which needs a delivery channel."""
    if not (await call.ask("config", "DescribeDeliveryChannels"))["DeliveryChannels"]:
        words = "Delivery channel is not available to start configuration recorder."
        raise LocalApiError("NoAvailableDeliveryChannelException", words)
    return await call.as_asked()


async def delete(call: Call) -> dict[str, Any]:
    """DeleteConfigurationRecorder; what it recorded would stay on AWS."""
    name = call.parameters["ConfigurationRecorderName"]
    if not config_records.forget_recorder(name):
        words = f"Cannot find configuration recorder with the specified name '{name}'."
        raise LocalApiError("NoSuchConfigurationRecorderException", words)
    return {}
