"""VPC endpoints, with their security groups, private DNS and policy."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.ministack import records
from tradingbot_infra.local_cloud.services.operation import Call

_KEPT = ("SecurityGroupIds", "PrivateDnsEnabled", "PolicyDocument")


async def create(call: Call) -> dict[str, Any]:
    """CreateVpcEndpoint."""
    endpoint = (await call.as_asked())["VpcEndpoint"]
    records.vpc_endpoint(endpoint["VpcEndpointId"]).update({name: call.parameters[name] for name in _KEPT if name in call.parameters})
    return {"VpcEndpoint": _completed(endpoint)}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeVpcEndpoints."""
    return {"VpcEndpoints": [_completed(endpoint) for endpoint in (await call.as_asked())["VpcEndpoints"]]}


def _completed(endpoint: Mapping[str, Any]) -> dict[str, Any]:
    record = records.vpc_endpoint(endpoint["VpcEndpointId"])
    return {
        **endpoint,
        "Groups": [{"GroupId": group} for group in record.get("SecurityGroupIds", [])],
        "PrivateDnsEnabled": str(record.get("PrivateDnsEnabled", False)).lower() == "true",
    }
