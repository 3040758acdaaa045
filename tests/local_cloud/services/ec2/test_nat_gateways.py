"""Addresses of NAT gateways."""

from typing import Any

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.in_process import call


def test_a_nat_gateway_shows_its_address_until_it_is_deleted(subnet: str) -> None:
    address = call("ec2", "AllocateAddress", Domain="vpc")
    made = call("ec2", "CreateNatGateway", SubnetId=subnet, AllocationId=address["AllocationId"])["NatGateway"]["NatGatewayId"]

    def addresses() -> list[dict[str, Any]]:
        (found,) = call("ec2", "DescribeNatGateways", NatGatewayIds=[made])["NatGateways"]
        return list(found["NatGatewayAddresses"])

    (shown,) = addresses()
    assert (shown["AllocationId"], shown["PublicIp"]) == (address["AllocationId"], address["PublicIp"])
    assert own("ec2", "DescribeNatGateways", NatGatewayIds=[made])["NatGateways"][0]["NatGatewayAddresses"] == []
    call("ec2", "DeleteNatGateway", NatGatewayId=made)
    assert addresses() == []


def test_a_private_nat_gateway_has_no_public_address(subnet: str) -> None:
    made = call("ec2", "CreateNatGateway", SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    (found,) = call("ec2", "DescribeNatGateways", NatGatewayIds=[made])["NatGateways"]
    assert found["NatGatewayAddresses"] == []
