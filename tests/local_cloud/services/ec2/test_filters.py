"""Filters of Describe calls."""

from typing import Any

import pytest

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.services.ec2.filters import FILTERS


def values_in(item: Any, path: list[str]) -> list[str]:
    if isinstance(item, list):
        return [value for one in item for value in values_in(one, path)]
    if not path:
        return [str(item)]
    return values_in(item[path[0]], path[1:]) if path[0] in item else []


@pytest.fixture
def populated(vpc: str, subnet: str, group: str, peer: str) -> None:
    """At least one of everything that can be filtered."""
    table = call("ec2", "CreateRouteTable", VpcId=vpc)["RouteTable"]["RouteTableId"]
    address = call("ec2", "AllocateAddress", Domain="vpc")
    call("ec2", "CreateNatGateway", SubnetId=subnet, AllocationId=address["AllocationId"])
    call("ec2", "CreateVpcEndpoint", VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway", RouteTableIds=[table])
    call("ec2", "RunInstances", MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group])
    call("ec2", "CreateNetworkInterface", SubnetId=subnet, Groups=[group])
    call("ec2", "CreateFlowLogs", ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogGroupName="/aws/vpc/test")
    pair = [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": peer}]}]
    call("ec2", "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=pair)
    call("ec2", "AuthorizeSecurityGroupEgress", GroupId=group, IpPermissions=pair)


@pytest.mark.usefixtures("populated")
@pytest.mark.parametrize("operation", sorted(FILTERS))
def test_every_filter_shows_those_that_match_and_no_others(operation: str) -> None:
    filterable = FILTERS[operation]
    everything = call("ec2", operation)[filterable.member]
    assert everything
    for name, path in filterable.paths.items():
        found = sorted({value for item in everything for value in values_in(item, path.split("."))})
        for value in found[-2:]:
            shown = call("ec2", operation, **{filterable.parameter: [{"Name": name, "Values": [value]}]})[filterable.member]
            assert shown == [item for item in everything if value in values_in(item, path.split("."))], name
        nothing = [{"Name": name, "Values": ["no-such-value"]}]
        assert call("ec2", operation, **{filterable.parameter: nothing})[filterable.member] == [], name


@pytest.mark.usefixtures("populated")
@pytest.mark.parametrize("operation", sorted(FILTERS))
def test_ministack_still_ignores_each_of_these_filters(operation: str) -> None:
    filterable = FILTERS[operation]
    for name in filterable.paths:
        nothing = [{"Name": name, "Values": ["no-such-value"]}]
        assert own("ec2", operation, **{filterable.parameter: nothing})[filterable.member] != [], name


def test_filters_narrow_together_take_wildcards_and_any_of_their_values(vpc: str) -> None:
    def zones(*patterns: str) -> list[str]:
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "state", "Values": list(patterns)}]
        return [found["CidrBlock"] for found in call("ec2", "DescribeSubnets", Filters=filters)["Subnets"]]

    call("ec2", "CreateSubnet", VpcId=vpc, CidrBlock="10.0.7.0/24")
    assert zones("avail*") == zones("pending", "available") == ["10.0.7.0/24"]
    assert zones("pending") == []
