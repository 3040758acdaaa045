"""NAT gateways, with the addresses that ministack stores but does not return."""

from typing import Any

from tradingbot_infra.local_cloud.ministack import records
from tradingbot_infra.local_cloud.services.operation import Call


async def describe(call: Call) -> dict[str, Any]:
    """DescribeNatGateways."""
    gateways = (await call.as_asked())["NatGateways"]
    addresses = {address["AllocationId"]: address for address in (await call.ask("ec2", "DescribeAddresses"))["Addresses"]}
    found = []
    for gateway in gateways:
        address = addresses.get(records.nat_gateway_allocation(gateway["NatGatewayId"]))
        shown = [] if address is None or gateway["State"] == "deleted" else [_shown(address)]
        found.append({**gateway, "NatGatewayAddresses": shown})
    return {"NatGateways": found}


def _shown(address: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = {name: address[name] for name in ("AllocationId", "AssociationId", "PublicIp") if name in address}
    return {**known, "IsPrimary": True, "Status": "succeeded"}
