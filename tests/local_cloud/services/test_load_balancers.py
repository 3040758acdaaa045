"""VPC and zones of a load balancer."""

import uuid

import pytest

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.in_process import call

# Elastic Load Balancing answers with an event loop, which needs a socket.
pytestmark = pytest.mark.local_cloud


def test_a_load_balancer_has_the_vpc_and_the_zones_of_its_subnets(vpc: str) -> None:
    zones = ("us-east-1a", "us-east-1b")
    subnets = [
        call("ec2", "CreateSubnet", VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for n, zone in enumerate(zones)
    ]
    name = uuid.uuid4().hex
    call("elbv2", "CreateLoadBalancer", Name=name, Subnets=subnets)
    (found,) = call("elbv2", "DescribeLoadBalancers", Names=[name])["LoadBalancers"]
    assert found["VpcId"] == vpc
    assert {one["SubnetId"]: one["ZoneName"] for one in found["AvailabilityZones"]} == dict(zip(subnets, zones, strict=True))
    (plain,) = own("elbv2", "DescribeLoadBalancers", Names=[name])["LoadBalancers"]
    assert plain["VpcId"] != vpc, "ministack tells it itself now"
