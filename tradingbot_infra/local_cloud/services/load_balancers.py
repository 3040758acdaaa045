"""elbv2's DescribeLoadBalancers, with the VPC and zones of the load balancer's subnets."""

from typing import Any

from tradingbot_infra.local_cloud.services.operation import Call


async def describe(call: Call) -> dict[str, Any]:
    """DescribeLoadBalancers."""
    answer = await call.as_asked()
    subnets = {subnet["SubnetId"]: subnet for subnet in (await call.ask("ec2", "DescribeSubnets"))["Subnets"]}
    for balancer in answer["LoadBalancers"]:
        for zone in balancer["AvailabilityZones"]:
            subnet = subnets.get(zone["SubnetId"])
            if subnet is not None:
                balancer["VpcId"], zone["ZoneName"] = subnet["VpcId"], subnet["AvailabilityZone"]
    return answer
