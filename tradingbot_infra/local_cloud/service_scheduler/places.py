"""Where tasks of a service may run: its subnets and their zones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError


@dataclass(frozen=True)
class Place:
    """A subnet and its zone."""

    subnet: str
    zone: str


async def places_of(network: Mapping[str, Any], ask: Ask) -> Sequence[Place]:
    """The places that a networkConfiguration names; tasks go to each in turn.

    Raises:
        LocalApiError: there is no subnet, or one that does not exist.
    """
    wanted: list[str] = network.get("awsvpcConfiguration", {}).get("subnets", [])
    if not wanted:
        message = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        raise LocalApiError("InvalidParameterException", message)
    found = (await ask("ec2", "DescribeSubnets", SubnetIds=wanted))["Subnets"]
    zones = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in found}
    return [Place(subnet, zones[subnet]) for subnet in wanted]
