"""What EC2 tells becomes a NetworkState. The local cloud shows the usual; here is what it lacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.operations.network.design import block
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.failures import code_of
from tradingbot_infra.operations.live.network import EVERY_PORT, AclEntry, Endpoint, Instance, NatGateway, Route
from tradingbot_infra.operations.live.network_reading import read_network
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.session import Session

VPC = "vpc-1"
OF_VPC = [{"Name": "vpc-id", "Values": [VPC]}]

Answers = dict[str, list[dict[str, Any]]]

QUIET: Answers = {
    "describe_security_groups": [{"SecurityGroups": []}],
    "describe_route_tables": [{"RouteTables": []}],
    "describe_subnets": [{"Subnets": []}],
    "describe_network_acls": [{"NetworkAcls": []}],
    "describe_nat_gateways": [{"NatGateways": []}],
    "describe_instances": [],
    "describe_internet_gateways": [{"InternetGateways": []}],
    "describe_vpc_endpoints": [{"VpcEndpoints": []}],
}


@contextmanager
def answering(**told: list[dict[str, Any]]) -> Iterator[tuple[Session, Any]]:
    """A session whose EC2 tells this, page by page, and nothing of what is not named."""
    with boto3_client("ec2") as (client, stubber):
        for operation, pages in {**QUIET, **told}.items():
            token: dict[str, str] = {}
            for number, page in enumerate(pages):
                filters: dict[str, Any] = {"Filter" if operation == "describe_nat_gateways" else "Filters": OF_VPC}
                if operation == "describe_internet_gateways":
                    filters = {"Filters": [{"Name": "attachment.vpc-id", "Values": [VPC]}]}
                following = {"NextToken": str(number)} if number < len(pages) - 1 else {}
                stubber.add_response(operation, {**page, **following}, {**filters, **token})
                token = following
        yield session_over(ec2=client), stubber


def read(**told: list[dict[str, Any]]) -> NetworkState:
    with answering(**told) as (session, _):
        return read_network(session, VPC)


def test_an_empty_vpc_is_read_in_seven_calls() -> None:
    state = read()
    assert state.vpc_id == VPC
    assert not any((state.subnets, state.route_tables, state.security_groups, state.network_acls, state.nat_gateways, state.endpoints))


def test_every_page_is_read_and_subnets_of_ipv6_alone_are_left_out() -> None:
    def subnet(number: int, **more: str) -> dict[str, Any]:
        return {"SubnetId": f"subnet-{number}", "AvailabilityZone": "a", **more}

    state = read(
        describe_subnets=[
            {"Subnets": [subnet(1, CidrBlock="10.0.1.0/24")]},
            {"Subnets": [subnet(2)]},
            {"Subnets": [subnet(3, CidrBlock="10.0.3.0/24")]},
        ]
    )
    assert [(each.id, each.block) for each in state.subnets] == [("subnet-1", block("10.0.1.0/24")), ("subnet-3", block("10.0.3.0/24"))]


def test_rules_of_security_groups_are_read_by_peer_and_those_that_are_not_about_tcp_are_left_out() -> None:
    permissions = [
        {
            "IpProtocol": "tcp",
            "FromPort": 1,
            "ToPort": 2,
            "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
            "UserIdGroupPairs": [{"GroupId": "sg-2"}],
        },
        {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}], "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {"IpProtocol": "6", "IpRanges": [{"CidrIp": "10.1.0.0/16"}]},
        {"IpProtocol": "udp", "FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
    ]
    group = {"GroupId": "sg-1", "GroupName": "one", "IpPermissions": permissions, "IpPermissionsEgress": permissions[:1]}
    (read_group,) = read(describe_security_groups=[{"SecurityGroups": [group]}]).security_groups
    assert read_group.label == "sg-1 (one)"
    assert {(rule.egress, rule.tcp_ports, rule.block or rule.peer) for rule in read_group.rules if rule.is_tcp} == {
        (False, (1, 2), block("10.0.0.0/8")),
        (False, (1, 2), "sg-2"),
        (False, EVERY_PORT, block("0.0.0.0/0")),
        (False, EVERY_PORT, "::/0"),
        (False, None, block("10.1.0.0/16")),
        (True, (1, 2), block("10.0.0.0/8")),
        (True, (1, 2), "sg-2"),
    }


PREFIX_LIST_GROUP = {
    "SecurityGroups": [
        {
            "GroupId": "sg-1",
            "GroupName": "one",
            "IpPermissionsEgress": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": "pl-1"}]}],
        }
    ]
}


def test_a_prefix_list_that_a_rule_names_is_read() -> None:
    with answering(describe_security_groups=[PREFIX_LIST_GROUP]) as (session, stubber):
        entries = {"Entries": [{"Cidr": "10.0.0.0/8"}, {"Cidr": "2001:db8::/32"}]}
        stubber.add_response("get_managed_prefix_list_entries", entries, {"PrefixListId": "pl-1"})
        assert read_network(session, VPC).prefix_lists == {"pl-1": (block("10.0.0.0/8"),)}


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "InvalidPrefixListID.NotFound", "InvalidAction"])
def test_a_prefix_list_that_may_not_be_read_is_one_that_is_not_told(code: str) -> None:
    with answering(describe_security_groups=[PREFIX_LIST_GROUP]) as (session, stubber):
        stubber.add_client_error("get_managed_prefix_list_entries", code)
        assert read_network(session, VPC).prefix_lists == {"pl-1": None}


def test_other_failures_are_not_taken_for_an_answer() -> None:
    with answering(describe_security_groups=[PREFIX_LIST_GROUP]) as (session, stubber):
        stubber.add_client_error("get_managed_prefix_list_entries", "InternalError")
        with pytest.raises(Exception, match="InternalError") as raised:
            read_network(session, VPC)
        assert code_of(raised.value) == "InternalError"


def test_entries_of_network_acls_are_read_and_those_that_are_not_about_tcp_over_ipv4_are_left_out() -> None:
    def entry(number: int, protocol: str, **more: Any) -> dict[str, Any]:
        return {"RuleNumber": number, "Protocol": protocol, "Egress": True, "RuleAction": "deny", **more}

    acl = {
        "NetworkAclId": "acl-1",
        "IsDefault": True,
        "Tags": [{"Key": "Name", "Value": "edge"}],
        "Associations": [{"SubnetId": "subnet-1"}],
        "Entries": [
            entry(1, "6", CidrBlock="10.0.0.0/8", PortRange={"From": 1, "To": 2}),
            entry(2, "6", CidrBlock="10.0.0.0/8"),
            entry(3, "-1", CidrBlock="0.0.0.0/0", RuleAction="allow", Egress=False),
            entry(4, "-1", Ipv6CidrBlock="::/0"),
            entry(5, "1", CidrBlock="0.0.0.0/0"),
            entry(6, "17", CidrBlock="0.0.0.0/0"),
        ],
    }
    (read_acl,) = read(describe_network_acls=[{"NetworkAcls": [acl]}]).network_acls
    assert (read_acl.label, read_acl.default, read_acl.subnets) == ("acl-1 (edge)", True, ("subnet-1",))
    assert read_acl.entries == (
        AclEntry(1, True, False, block("10.0.0.0/8"), (1, 2)),
        AclEntry(2, True, False, block("10.0.0.0/8"), None),
        AclEntry(3, False, True, block("0.0.0.0/0"), EVERY_PORT),
    )


def table(*routes: dict[str, str]) -> dict[str, Any]:
    return {"RouteTableId": "rtb-1", "Associations": [{"Main": True}, {"Main": False, "SubnetId": "subnet-1"}], "Routes": list(routes)}


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ({"GatewayId": "igw-1"}, "igw-1"),
        ({"NatGatewayId": "nat-1"}, "nat-1"),
        ({"TransitGatewayId": "tgw-1"}, "tgw-1"),
        ({"VpcPeeringConnectionId": "pcx-1"}, "pcx-1"),
        ({}, "nowhere"),
    ],
)
def test_routes_are_read_with_whatever_they_lead_to(said: dict[str, str], target: str) -> None:
    route = {"DestinationCidrBlock": "0.0.0.0/0", "State": "blackhole", **said}
    others = ({"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1"}, {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"})
    (read_table,) = read(describe_route_tables=[{"RouteTables": [table(route, *others)]}]).route_tables
    assert (read_table.main, read_table.subnets) == (True, ("subnet-1",))
    assert read_table.routes == (Route(block("0.0.0.0/0"), target, active=False),)


def test_instances_are_asked_for_where_a_route_leads_to_one() -> None:
    route = {"DestinationCidrBlock": "0.0.0.0/0", "InstanceId": "i-1", "NetworkInterfaceId": "eni-1", "State": "active"}
    instance = {
        "InstanceId": "i-1",
        "State": {"Name": "running"},
        "SourceDestCheck": False,
        "SubnetId": "subnet-1",
        "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}],
        "SecurityGroups": [{"GroupId": "sg-1"}],
    }
    state = read(
        describe_route_tables=[{"RouteTables": [table(route)]}], describe_instances=[{"Reservations": [{"Instances": [instance]}]}]
    )
    assert state.route_tables[0].routes == (Route(block("0.0.0.0/0"), "eni-1", active=True),)
    assert state.instances == (Instance("i-1", "", "running", ("eni-1",), True, "subnet-1", ("sg-1",)),)


def test_a_nat_gateway_is_read_with_the_reason_of_its_failure() -> None:
    said = {
        "NatGatewayId": "nat-1",
        "State": "failed",
        "FailureMessage": "no address",
        "SubnetId": "subnet-1",
        "ConnectivityType": "private",
    }
    state = read(describe_nat_gateways=[{"NatGateways": [said]}])
    assert state.nat_gateways == (NatGateway("nat-1", "", "failed", "no address", "subnet-1", public=False),)


def test_endpoints_are_read_by_the_name_of_their_service() -> None:
    interface = {
        "VpcEndpointId": "vpce-1",
        "VpcEndpointType": "Interface",
        "ServiceName": "com.amazonaws.ap-southeast-2.ecr.api",
        "State": "available",
        "SubnetIds": ["subnet-1"],
        "Groups": [{"GroupId": "sg-1"}],
        "PrivateDnsEnabled": True,
    }
    gateway = {
        "VpcEndpointId": "vpce-2",
        "VpcEndpointType": "Gateway",
        "ServiceName": "com.amazonaws.ap-southeast-2.s3",
        "State": "Available",
        "RouteTableIds": ["rtb-1"],
    }
    state = read(describe_vpc_endpoints=[{"VpcEndpoints": [interface, gateway]}])
    assert state.endpoints == (
        Endpoint("vpce-1", "", "ecr.api", False, "available", ("subnet-1",), ("sg-1",), (), True),
        Endpoint("vpce-2", "", "s3", True, "Available", (), (), ("rtb-1",), False),
    )
