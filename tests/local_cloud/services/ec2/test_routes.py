"""Routes that lead somewhere, and those that do not."""

from typing import Any

import pytest

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

ANYWHERE = "0.0.0.0/0"


@pytest.fixture
def table(vpc: str) -> str:
    made: str = call("ec2", "CreateRouteTable", VpcId=vpc)["RouteTable"]["RouteTableId"]
    return made


@pytest.fixture
def nat_gateway(subnet: str) -> str:
    made: str = call("ec2", "CreateNatGateway", SubnetId=subnet)["NatGateway"]["NatGatewayId"]
    return made


def default_routes(table: str) -> list[dict[str, Any]]:
    (found,) = call("ec2", "DescribeRouteTables", RouteTableIds=[table])["RouteTables"]
    return [route for route in found["Routes"] if route.get("DestinationCidrBlock") == ANYWHERE]


def state(table: str) -> str:
    (route,) = default_routes(table)
    return str(route["State"])


def refused(operation: str, **parameters: object) -> str:
    with pytest.raises(LocalApiError) as raised:
        call("ec2", operation, **parameters)
    return raised.value.code


def test_a_route_is_created_replaced_and_deleted(table: str, nat_gateway: str, vpc: str) -> None:
    call("ec2", "CreateRoute", RouteTableId=table, DestinationCidrBlock=ANYWHERE, NatGatewayId=nat_gateway)
    assert [route["NatGatewayId"] for route in default_routes(table)] == [nat_gateway]
    gateway = call("ec2", "CreateInternetGateway")["InternetGateway"]["InternetGatewayId"]
    call("ec2", "AttachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
    call("ec2", "ReplaceRoute", RouteTableId=table, DestinationCidrBlock=ANYWHERE, GatewayId=gateway)
    (route,) = default_routes(table)
    assert (route["GatewayId"], "NatGatewayId" in route, route["State"]) == (gateway, False, "active")
    call("ec2", "DeleteRoute", RouteTableId=table, DestinationCidrBlock=ANYWHERE)
    assert default_routes(table) == []


def test_a_route_to_a_deleted_nat_gateway_is_a_blackhole(table: str, nat_gateway: str) -> None:
    call("ec2", "CreateRoute", RouteTableId=table, DestinationCidrBlock=ANYWHERE, NatGatewayId=nat_gateway)
    assert state(table) == "active"
    call("ec2", "DeleteNatGateway", NatGatewayId=nat_gateway)
    assert state(table) == "blackhole"
    (found,) = own("ec2", "DescribeRouteTables", RouteTableIds=[table])["RouteTables"]
    assert {route["State"] for route in found["Routes"]} == {"active"}, "ministack tells it itself now"


def test_a_route_to_a_detached_internet_gateway_is_a_blackhole(table: str, vpc: str) -> None:
    gateway = call("ec2", "CreateInternetGateway")["InternetGateway"]["InternetGatewayId"]
    call("ec2", "AttachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
    call("ec2", "CreateRoute", RouteTableId=table, DestinationCidrBlock=ANYWHERE, GatewayId=gateway)
    assert state(table) == "active"
    call("ec2", "DetachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
    assert state(table) == "blackhole"


def test_a_route_to_a_terminated_instance_is_a_blackhole(table: str, subnet: str) -> None:
    (instance,) = call("ec2", "RunInstances", MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"]
    call("ec2", "CreateRoute", RouteTableId=table, DestinationCidrBlock=ANYWHERE, InstanceId=instance["InstanceId"])
    assert state(table) == "active"
    call("ec2", "TerminateInstances", InstanceIds=[instance["InstanceId"]])
    assert state(table) == "blackhole"


def test_the_local_route_is_always_active(table: str) -> None:
    (found,) = call("ec2", "DescribeRouteTables", RouteTableIds=[table])["RouteTables"]
    assert [(route["GatewayId"], route["State"]) for route in found["Routes"]] == [("local", "active")]


def test_a_gateway_endpoint_is_a_route_in_its_tables_to_the_prefix_list_of_its_service(vpc: str, table: str) -> None:
    service = "com.amazonaws.us-east-1.s3"
    endpoint = call("ec2", "CreateVpcEndpoint", VpcId=vpc, ServiceName=service, VpcEndpointType="Gateway", RouteTableIds=[table])[
        "VpcEndpoint"
    ]["VpcEndpointId"]
    lists = {one["PrefixListName"]: one["PrefixListId"] for one in call("ec2", "DescribeManagedPrefixLists")["PrefixLists"]}
    filters = [{"Name": "route.gateway-id", "Values": [endpoint]}]
    (found,) = call("ec2", "DescribeRouteTables", Filters=filters)["RouteTables"]
    assert found["RouteTableId"] == table
    (route,) = [route for route in found["Routes"] if route.get("GatewayId") == endpoint]
    assert (route["DestinationPrefixListId"], route["State"]) == (lists[service], "active")


@pytest.mark.parametrize(("operation", "code"), [("DeleteRoute", "InvalidRoute.NotFound"), ("ReplaceRoute", "InvalidParameterValue")])
def test_a_destination_without_a_route_is_refused(table: str, operation: str, code: str) -> None:
    assert refused(operation, RouteTableId=table, DestinationCidrBlock=ANYWHERE) == code


def test_a_second_route_to_a_destination_is_refused(table: str, nat_gateway: str) -> None:
    call("ec2", "CreateRoute", RouteTableId=table, DestinationCidrBlock=ANYWHERE, NatGatewayId=nat_gateway)
    assert refused("CreateRoute", RouteTableId=table, DestinationCidrBlock=ANYWHERE, NatGatewayId=nat_gateway) == "RouteAlreadyExists"
    assert len(default_routes(table)) == 1


def test_an_unknown_table_is_refused() -> None:
    assert refused("CreateRoute", RouteTableId="rtb-none", DestinationCidrBlock=ANYWHERE) == "InvalidRouteTableID.NotFound"


def test_a_way_that_would_be_forgotten_is_refused(table: str) -> None:
    where = {"RouteTableId": table, "DestinationCidrBlock": ANYWHERE}
    assert refused("CreateRoute", **where, VpcEndpointId="vpce-0123456789abcdef0") == "UnsupportedOperation"
    assert refused("CreateRoute", RouteTableId=table, DestinationIpv6CidrBlock="::/0", GatewayId="igw-1") == "UnsupportedOperation"
