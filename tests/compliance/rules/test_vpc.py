"""Rules for the VPC, each on what complies and what does not."""

from collections.abc import Mapping

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import vpc
from tradingbot_infra.compliance.status import Status

UNKNOWN = {"Fn::If": ["Condition", "a", "b"]}
PARAMETER = {"Ref": "Parameter"}
WORLD = "0.0.0.0/0"

VPC = resource("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"})


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def att(name: str, attribute: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, attribute]}


def subnet(tier: str | None, zone: object = "ap-southeast-2a", **properties: object) -> Body:
    tags = [{"Key": "aws-cdk:subnet-name", "Value": tier}] if tier else []
    return resource("AWS::EC2::Subnet", {"VpcId": ref("Vpc"), "AvailabilityZone": zone, "Tags": tags, **properties})


def changed(body: Body, **properties: object) -> Body:
    """A resource with some properties changed, or taken away where the new value is None."""
    merged = {**body["Properties"], **properties}
    return {**body, "Properties": {name: value for name, value in merged.items() if value is not None}}


def status_of(rule: Rule, resources: Mapping[str, Body], judged: str) -> Status | None:
    return judge(rule, assembly_of(resources)).get(judged)


FLOW_LOG = resource(
    "AWS::EC2::FlowLog",
    {
        "ResourceId": ref("Vpc"),
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogDestinationType": "cloud-watch-logs",
        "LogGroupName": ref("Group"),
        "DeliverLogsPermissionArn": att("Role", "Arn"),
    },
)
FLOW_LOG_PARTS = {"Vpc": VPC, "Group": resource("AWS::Logs::LogGroup"), "Role": resource("AWS::IAM::Role")}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, Status.PASS),
        ({"LogDestinationType": None}, Status.PASS),
        ({"LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::logs", "DeliverLogsPermissionArn": None}, Status.PASS),
        ({"LogGroupName": None, "LogDestination": att("Group", "Arn")}, Status.PASS),
        ({"TrafficType": "REJECT"}, Status.FAIL),
        ({"TrafficType": None}, Status.FAIL),
        ({"ResourceType": "Subnet"}, Status.FAIL),
        ({"LogDestinationType": "s3"}, Status.FAIL),
        ({"LogGroupName": None}, Status.FAIL),
        ({"DeliverLogsPermissionArn": None}, Status.FAIL),
        ({"ResourceId": "vpc-12345678"}, Status.FAIL),
        ({"ResourceId": PARAMETER}, Status.NOT_ASSESSED),
        ({"TrafficType": UNKNOWN}, Status.NOT_ASSESSED),
        ({"LogGroupName": PARAMETER}, Status.NOT_ASSESSED),
        ({"TrafficType": "ACCEPT", "LogGroupName": UNKNOWN}, Status.FAIL),
    ],
)
def test_a_vpc_has_a_flow_log_of_all_traffic_with_a_destination(change: dict[str, object], status: Status) -> None:
    assert status_of(vpc.flow_logs, {**FLOW_LOG_PARTS, "Log": changed(FLOW_LOG, **change)}, "Vpc") is status


def test_a_vpc_without_flow_log_fails_and_one_complete_log_among_others_is_enough() -> None:
    assert status_of(vpc.flow_logs, {"Vpc": VPC}, "Vpc") is Status.FAIL
    logs = {"Rejects": changed(FLOW_LOG, TrafficType="REJECT"), "All": FLOW_LOG}
    assert status_of(vpc.flow_logs, {**FLOW_LOG_PARTS, **logs}, "Vpc") is Status.PASS


CLOSING = resource("Custom::VpcRestrictDefaultSG", {"DefaultSecurityGroupId": att("Vpc", "DefaultSecurityGroup")})


def test_a_vpc_whose_default_group_is_closed_passes_and_one_without_fails() -> None:
    assert judge(vpc.default_sg_closed, assembly_of({"Vpc": VPC, "Closing": CLOSING})) == {"Vpc": Status.PASS, "Closing": Status.PASS}
    assert judge(vpc.default_sg_closed, assembly_of({"Vpc": VPC})) == {"Vpc": Status.FAIL}


@pytest.mark.parametrize(
    ("group", "of_vpc", "of_resource"),
    [
        (att("Vpc", "CidrBlock"), Status.FAIL, Status.FAIL),
        (att("Group", "GroupId"), Status.FAIL, Status.FAIL),
        (None, Status.FAIL, Status.FAIL),
        ("sg-12345678", Status.FAIL, Status.NOT_ASSESSED),
        (PARAMETER, Status.NOT_ASSESSED, Status.NOT_ASSESSED),
    ],
)
def test_closing_another_group_does_not_close_the_default_one(group: object, of_vpc: Status, of_resource: Status) -> None:
    resources = {
        "Vpc": VPC,
        "Group": resource("AWS::EC2::SecurityGroup"),
        "Closing": changed(CLOSING, DefaultSecurityGroupId=group),
    }
    assert judge(vpc.default_sg_closed, assembly_of(resources)) == {"Vpc": of_vpc, "Closing": of_resource}


@pytest.mark.parametrize(
    ("member", "status"),
    [
        (resource("AWS::RDS::DBInstance", {"VPCSecurityGroups": [att("Vpc", "DefaultSecurityGroup")]}), Status.FAIL),
        (resource("AWS::EC2::SecurityGroupIngress", {"GroupId": att("Vpc", "DefaultSecurityGroup")}), Status.FAIL),
        (resource("AWS::RDS::DBInstance"), Status.FAIL),
        (resource("AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": []}}}), Status.FAIL),
        (resource("AWS::ElasticLoadBalancingV2::LoadBalancer"), Status.FAIL),
        (resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "network"}), Status.PASS),
        (resource("AWS::RDS::DBInstance", {"VPCSecurityGroups": ["sg-12345678"]}), Status.PASS),
        (resource("AWS::RDS::DBInstance", {"VPCSecurityGroups": UNKNOWN}), Status.NOT_ASSESSED),
        (
            resource(
                "AWS::IAM::Role",
                {"Policy": {"Resource": {"Fn::Join": ["", ["arn:aws:ec2:::security-group/", att("Vpc", "DefaultSecurityGroup")]]}}},
            ),
            Status.PASS,
        ),
    ],
    ids=["named", "rule", "silent", "service", "balancer", "network balancer", "own group", "unknown", "permission"],
)
def test_nothing_is_in_the_default_group(member: Body, status: Status) -> None:
    assert status_of(vpc.default_sg_closed, {"Vpc": VPC, "Closing": CLOSING, "Member": member}, "Closing") is status


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (None, Status.PASS),
        (False, Status.PASS),
        ("false", Status.PASS),
        (True, Status.FAIL),
        ("true", Status.FAIL),
        (UNKNOWN, Status.NOT_ASSESSED),
    ],
)
def test_no_subnet_assigns_public_addresses(value: object, status: Status) -> None:
    properties = {} if value is None else {"MapPublicIpOnLaunch": value}
    assert status_of(vpc.no_auto_public_ip, {"Subnet": subnet("Public", **properties)}, "Subnet") is status


ROUTE_PARTS = {
    "Vpc": VPC,
    "Table": resource("AWS::EC2::RouteTable", {"VpcId": ref("Vpc")}),
    "Association": resource("AWS::EC2::SubnetRouteTableAssociation", {"RouteTableId": ref("Table"), "SubnetId": ref("Subnet")}),
    "Internet": resource("AWS::EC2::InternetGateway"),
    "Vpn": resource("AWS::EC2::VPNGateway"),
    "Nat": resource("AWS::EC2::NatGateway"),
    "NatInstance": resource("AWS::EC2::Instance", {"SourceDestCheck": False}),
    "Host": resource("AWS::EC2::Instance"),
}
BY_INTERNET_GATEWAY = {"DestinationCidrBlock": WORLD, "GatewayId": ref("Internet")}
BY_NAT = {"DestinationCidrBlock": WORLD, "NatGatewayId": ref("Nat")}


def route(**properties: object) -> Body:
    return resource("AWS::EC2::Route", {"RouteTableId": ref("Table"), **properties})


@pytest.mark.parametrize(
    ("tier", "said", "status"),
    [
        ("Public", BY_INTERNET_GATEWAY, Status.PASS),
        ("Private", BY_NAT, Status.PASS),
        ("Private", {"DestinationCidrBlock": WORLD, "NatGatewayId": "nat-12345678"}, Status.PASS),
        ("Private", {"DestinationCidrBlock": WORLD, "InstanceId": ref("NatInstance")}, Status.PASS),
        ("Private", {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-12345678"}, Status.PASS),
        ("Private", {"DestinationCidrBlock": "192.168.0.0/16", "GatewayId": ref("Vpn")}, Status.PASS),
        ("Private", {"DestinationCidrBlock": "192.168.0.0/16", "GatewayId": "vgw-12345678"}, Status.PASS),
        ("Private", BY_INTERNET_GATEWAY, Status.FAIL),
        ("Private", {"DestinationCidrBlock": "203.0.113.0/24", "GatewayId": "igw-12345678"}, Status.FAIL),
        ("Private", {"DestinationCidrBlock": WORLD, "InstanceId": ref("Host")}, Status.FAIL),
        ("Private", {"DestinationCidrBlock": WORLD, "TransitGatewayId": "tgw-12345678"}, Status.FAIL),
        ("Private", {"DestinationCidrBlock": WORLD, "NetworkInterfaceId": "eni-12345678"}, Status.NOT_ASSESSED),
        ("Private", {"DestinationCidrBlock": UNKNOWN, "TransitGatewayId": "tgw-12345678"}, Status.NOT_ASSESSED),
        ("Private", {"DestinationPrefixListId": "pl-12345678", "TransitGatewayId": "tgw-12345678"}, Status.NOT_ASSESSED),
        ("Private", {"DestinationCidrBlock": WORLD, "GatewayId": PARAMETER}, Status.FAIL),
        ("Private", {"DestinationCidrBlock": "192.168.0.0/16", "GatewayId": PARAMETER}, Status.NOT_ASSESSED),
        ("Database", {"DestinationCidrBlock": "192.168.0.0/16", "TransitGatewayId": "tgw-12345678"}, Status.PASS),
        ("Database", BY_NAT, Status.FAIL),
        ("Database", {"DestinationCidrBlock": "203.0.113.0/24", "NatGatewayId": ref("Nat")}, Status.FAIL),
        ("Cache", BY_INTERNET_GATEWAY, Status.FAIL),
        ("Cache", {"DestinationCidrBlock": "128.0.0.0/1", "TransitGatewayId": "tgw-12345678"}, Status.FAIL),
        ("Cache", {"DestinationIpv6CidrBlock": "::/0", "TransitGatewayId": "tgw-12345678"}, Status.FAIL),
        ("Database", {"DestinationCidrBlock": UNKNOWN, "TransitGatewayId": "tgw-12345678"}, Status.NOT_ASSESSED),
        (None, BY_NAT, Status.NOT_ASSESSED),
    ],
)
def test_a_tier_has_only_the_routes_out_that_it_may_have(tier: str | None, said: dict[str, object], status: Status) -> None:
    assert status_of(vpc.isolated_routes, {**ROUTE_PARTS, "Subnet": subnet(tier), "Route": route(**said)}, "Table") is status


def test_a_table_without_routes_passes_and_one_without_subnets_is_not_judged() -> None:
    assert status_of(vpc.isolated_routes, {**ROUTE_PARTS, "Subnet": subnet("Database")}, "Table") is Status.PASS
    unused = {"Table": ROUTE_PARTS["Table"], "Route": route(**BY_INTERNET_GATEWAY)}
    assert judge(vpc.isolated_routes, assembly_of(unused)) == {}


def test_a_table_that_two_tiers_share_is_judged_for_the_stricter_one() -> None:
    second = resource("AWS::EC2::SubnetRouteTableAssociation", {"RouteTableId": ref("Table"), "SubnetId": ref("Second")})
    shared = {
        **ROUTE_PARTS,
        "Subnet": subnet("Public"),
        "Second": subnet("Database"),
        "Other": second,
        "Route": route(**BY_INTERNET_GATEWAY),
    }
    assert status_of(vpc.isolated_routes, shared, "Table") is Status.FAIL


def test_what_belongs_to_an_unknown_route_table_is_not_assessed() -> None:
    resources = {
        "Subnet": subnet("Database"),
        "Route": resource("AWS::EC2::Route", {"RouteTableId": PARAMETER, **BY_INTERNET_GATEWAY}),
        "Association": resource("AWS::EC2::SubnetRouteTableAssociation", {"RouteTableId": "rtb-12345678", "SubnetId": UNKNOWN}),
    }
    assert judge(vpc.isolated_routes, assembly_of(resources)) == dict.fromkeys(resources, Status.NOT_ASSESSED)


TIERED = {"Public": subnet("Public"), "Private": subnet("Private"), "Database": subnet("Database"), "Cache": subnet("Cache")}


@pytest.mark.parametrize(
    ("resource_type", "right"),
    [("AWS::RDS::DBSubnetGroup", "Database"), ("AWS::ElastiCache::SubnetGroup", "Cache"), ("AWS::ECS::Service", "Private")],
)
def test_each_is_in_the_subnets_of_its_own_tier(resource_type: str, right: str) -> None:
    def status(*subnets: object) -> Status | None:
        network = {"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": list(subnets)}}}
        body = resource(resource_type, network if resource_type == "AWS::ECS::Service" else {"SubnetIds": list(subnets)})
        return status_of(vpc.private_placement, {**TIERED, "Judged": body}, "Judged")

    assert {tier: status(ref(tier)) for tier in TIERED} == {tier: Status.PASS if tier == right else Status.FAIL for tier in TIERED}
    assert status(ref(right), ref("Public")) is Status.FAIL
    assert status() is Status.FAIL
    assert status(ref(right), "subnet-12345678") is Status.NOT_ASSESSED
    assert status(ref(right), ref("Judged")) is Status.NOT_ASSESSED
    assert status(UNKNOWN) is Status.NOT_ASSESSED


def test_a_subnet_whose_tag_names_no_tier_is_not_assessed() -> None:
    resources = {"Subnet": subnet("Other"), "Group": resource("AWS::RDS::DBSubnetGroup", {"SubnetIds": [ref("Subnet")]})}
    assert status_of(vpc.private_placement, resources, "Group") is Status.NOT_ASSESSED


@pytest.mark.parametrize(
    ("group", "status"),
    [(ref("Group"), Status.PASS), (None, Status.FAIL), ("default", Status.NOT_ASSESSED), (UNKNOWN, Status.NOT_ASSESSED)],
)
@pytest.mark.parametrize(
    ("resource_type", "path", "group_type"),
    [
        ("AWS::RDS::DBInstance", "DBSubnetGroupName", "AWS::RDS::DBSubnetGroup"),
        ("AWS::ElastiCache::ReplicationGroup", "CacheSubnetGroupName", "AWS::ElastiCache::SubnetGroup"),
    ],
)
def test_a_data_store_names_its_subnet_group(resource_type: str, path: str, group_type: str, group: object, status: Status) -> None:
    store = resource(resource_type, {} if group is None else {path: group})
    assert status_of(vpc.private_placement, {"Store": store, "Group": resource(group_type)}, "Store") is status


TASKS_ONLY = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "SourceSecurityGroupId": att("Tasks", "GroupId")}
S3 = resource(
    "AWS::EC2::VPCEndpoint", {"VpcId": ref("Vpc"), "ServiceName": "com.amazonaws.ap-southeast-2.s3", "VpcEndpointType": "Gateway"}
)


def interface(service: str) -> Body:
    return resource(
        "AWS::EC2::VPCEndpoint",
        {
            "VpcId": ref("Vpc"),
            "ServiceName": {"Fn::Join": ["", ["com.amazonaws.", {"Ref": "AWS::Region"}, f".{service}"]]},
            "VpcEndpointType": "Interface",
            "PrivateDnsEnabled": True,
            "SecurityGroupIds": [att("Endpoints", "GroupId")],
        },
    )


ENDPOINTS = {
    "Vpc": VPC,
    "S3": S3,
    "EcrApi": interface("ecr.api"),
    "EcrDocker": interface("ecr.dkr"),
    "Logs": interface("logs"),
    "Secrets": interface("secretsmanager"),
    "Tasks": resource("AWS::EC2::SecurityGroup"),
    "Endpoints": resource("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [TASKS_ONLY]}),
    "Service": resource(
        "AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {"SecurityGroups": [att("Tasks", "GroupId")]}}}
    ),
}


def test_a_vpc_with_every_endpoint_passes() -> None:
    assert status_of(vpc.vpc_endpoints, ENDPOINTS, "Vpc") is Status.PASS


@pytest.mark.parametrize("missing", ["S3", "EcrApi", "EcrDocker", "Logs", "Secrets"])
def test_each_missing_endpoint_is_an_observation(missing: str) -> None:
    assembly = assembly_of({name: body for name, body in ENDPOINTS.items() if name != missing})
    observations = vpc.vpc_endpoints.judge(assembly.only("AWS::EC2::VPC"), assembly)
    assert [observation.status for observation in observations].count(Status.FAIL) == 1
    assert len(observations) == 5


@pytest.mark.parametrize(
    ("endpoint", "change", "status"),
    [
        ("Secrets", {"PrivateDnsEnabled": False}, Status.FAIL),
        ("Secrets", {"PrivateDnsEnabled": None}, Status.FAIL),
        ("Secrets", {"VpcEndpointType": None}, Status.FAIL),
        ("Secrets", {"SecurityGroupIds": None}, Status.FAIL),
        ("Secrets", {"SecurityGroupIds": [att("Vpc", "DefaultSecurityGroup")]}, Status.FAIL),
        ("Secrets", {"VpcId": "vpc-12345678"}, Status.FAIL),
        ("Secrets", {"ServiceName": "com.amazonaws.ap-southeast-2.secretsmanager-fips"}, Status.FAIL),
        ("Secrets", {"ServiceName": "com.amazonaws.vpce.ap-southeast-2.vpce-svc-secretsmanager"}, Status.FAIL),
        ("S3", {"VpcEndpointType": "Interface"}, Status.FAIL),
        ("S3", {"VpcEndpointType": None}, Status.PASS),
        ("Secrets", {"PrivateDnsEnabled": UNKNOWN}, Status.NOT_ASSESSED),
        ("Secrets", {"SecurityGroupIds": ["sg-12345678"]}, Status.NOT_ASSESSED),
        ("Secrets", {"ServiceName": UNKNOWN}, Status.NOT_ASSESSED),
        ("Secrets", {"VpcId": PARAMETER}, Status.NOT_ASSESSED),
        ("S3", {"VpcEndpointType": UNKNOWN}, Status.NOT_ASSESSED),
    ],
)
def test_an_endpoint_that_is_not_private_does_not_count(endpoint: str, change: dict[str, object], status: Status) -> None:
    assert status_of(vpc.vpc_endpoints, {**ENDPOINTS, endpoint: changed(ENDPOINTS[endpoint], **change)}, "Vpc") is status


@pytest.mark.parametrize(
    ("ingress", "status"),
    [
        ([], Status.FAIL),
        ([TASKS_ONLY, {**TASKS_ONLY, "FromPort": 22, "ToPort": 22}], Status.FAIL),
        ([{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16"}], Status.FAIL),
        ([{**TASKS_ONLY, "SourceSecurityGroupId": att("Endpoints", "GroupId")}], Status.FAIL),
        ([UNKNOWN], Status.NOT_ASSESSED),
    ],
)
def test_only_tasks_reach_interface_endpoints(ingress: list[object], status: Status) -> None:
    group = resource("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": ingress})
    assert status_of(vpc.vpc_endpoints, {**ENDPOINTS, "Endpoints": group}, "Vpc") is status


def test_the_rule_of_an_endpoints_group_may_be_a_separate_resource() -> None:
    separate = resource("AWS::EC2::SecurityGroupIngress", {"GroupId": att("Endpoints", "GroupId"), **TASKS_ONLY})
    resources = {**ENDPOINTS, "Endpoints": resource("AWS::EC2::SecurityGroup"), "Rule": separate}
    assert status_of(vpc.vpc_endpoints, resources, "Vpc") is Status.PASS


@pytest.mark.parametrize(
    ("destination", "status"),
    [
        ("192.168.7.8/32", Status.PASS),
        ("10.0.20.0/24", Status.PASS),
        ("192.168.0.0/16", Status.FAIL),
        (WORLD, Status.FAIL),
        ("10.1.0.0/20", Status.FAIL),
        ("192.168.7.0/24", Status.NOT_ASSESSED),
        (UNKNOWN, Status.NOT_ASSESSED),
    ],
)
def test_a_peering_route_leads_to_hosts_or_single_subnets(destination: object, status: Status) -> None:
    resources = {
        "Peer": resource("AWS::EC2::VPC", {"CidrBlock": "10.1.0.0/20"}),
        "Subnet": subnet("Database", CidrBlock="10.0.20.0/24"),
        "Peering": resource("AWS::EC2::VPCPeeringConnection"),
        "Route": route(DestinationCidrBlock=destination, VpcPeeringConnectionId=ref("Peering")),
        "Other": route(**BY_NAT),
    }
    assert judge(vpc.no_peering, assembly_of(resources)) == {"Route": status}


def test_a_peering_connection_with_routes_in_other_stacks_is_not_assessed() -> None:
    assert judge(vpc.no_peering, assembly_of({"Peering": resource("AWS::EC2::VPCPeeringConnection")})) == {"Peering": Status.NOT_ASSESSED}


@pytest.mark.parametrize(
    ("zones", "status"),
    [
        (("ap-southeast-2a", "ap-southeast-2b"), Status.PASS),
        (("ap-southeast-2a", "ap-southeast-2a"), Status.FAIL),
        (("ap-southeast-2a",), Status.FAIL),
        (("ap-southeast-2a", UNKNOWN), Status.NOT_ASSESSED),
        (("ap-southeast-2a", PARAMETER), Status.NOT_ASSESSED),
        (("ap-southeast-2a", "ap-southeast-2b", UNKNOWN), Status.PASS),
    ],
)
@pytest.mark.parametrize("judged", ["Vpc", "Balancer", "Mapped", "Service"])
def test_several_zones_are_used(judged: str, zones: tuple[object, ...], status: Status) -> None:
    subnets = {f"Subnet{number}": subnet("Private", zone) for number, zone in enumerate(zones)}
    references = [ref(name) for name in subnets]
    resources = {
        "Vpc": VPC,
        **subnets,
        "Balancer": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Subnets": references}),
        "Mapped": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"SubnetMappings": [{"SubnetId": each} for each in references]}),
        "Service": resource("AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": references}}}),
    }
    assert status_of(vpc.multi_az, resources, judged) is status


def test_one_tier_in_one_zone_fails_the_vpc() -> None:
    resources = {
        "Vpc": VPC,
        "A": subnet("Private", "ap-southeast-2a"),
        "B": subnet("Private", "ap-southeast-2b"),
        "Only": subnet("Database", "ap-southeast-2a"),
    }
    assert status_of(vpc.multi_az, resources, "Vpc") is Status.FAIL


NATS = {
    "gateway": ("NatGatewayId", resource("AWS::EC2::NatGateway", {"SubnetId": ref("PublicA")})),
    "instance": ("InstanceId", resource("AWS::EC2::Instance", {"SourceDestCheck": False, "SubnetId": ref("PublicA")})),
    "interface": (
        "InstanceId",
        resource("AWS::EC2::Instance", {"SourceDestCheck": "false", "NetworkInterfaces": [{"SubnetId": ref("PublicA")}]}),
    ),
}


@pytest.mark.parametrize(
    ("zones", "status"),
    [
        (("ap-southeast-2a",), Status.PASS),
        (("ap-southeast-2a", "ap-southeast-2b"), Status.FAIL),
        (("ap-southeast-2b",), Status.FAIL),
        ((UNKNOWN,), Status.NOT_ASSESSED),
    ],
)
@pytest.mark.parametrize("kind", NATS)
def test_a_nat_serves_its_own_zone_only(kind: str, zones: tuple[object, ...], status: Status) -> None:
    target, nat = NATS[kind]
    resources: dict[str, Body] = {"Vpc": VPC, "PublicA": subnet("Public", "ap-southeast-2a"), "Nat": nat}
    for number, zone in enumerate(zones):
        resources |= {
            f"Subnet{number}": subnet("Private", zone),
            f"Table{number}": resource("AWS::EC2::RouteTable"),
            f"Route{number}": resource(
                "AWS::EC2::Route", {"RouteTableId": ref(f"Table{number}"), "DestinationCidrBlock": WORLD, target: ref("Nat")}
            ),
            f"Association{number}": resource(
                "AWS::EC2::SubnetRouteTableAssociation", {"RouteTableId": ref(f"Table{number}"), "SubnetId": ref(f"Subnet{number}")}
            ),
        }
    assert status_of(vpc.multi_az, resources, "Nat") is status


def test_a_regional_nat_gateway_is_in_every_zone_and_another_instance_is_no_nat() -> None:
    resources = {"Nat": resource("AWS::EC2::NatGateway", {"AvailabilityMode": "regional"}), "Host": resource("AWS::EC2::Instance")}
    assert judge(vpc.multi_az, assembly_of(resources)) == {"Nat": Status.PASS}


@pytest.mark.parametrize(
    ("value", "status"),
    [(True, Status.PASS), ("true", Status.PASS), (False, Status.FAIL), (None, Status.FAIL), (UNKNOWN, Status.NOT_ASSESSED)],
)
def test_a_file_system_is_encrypted(value: object, status: Status) -> None:
    properties = {} if value is None else {"Encrypted": value}
    assert status_of(vpc.efs, {"Files": resource("AWS::EFS::FileSystem", properties)}, "Files") is status


GOOD_INSTANCE = {"IamInstanceProfile": ref("Profile"), "MetadataOptions": {"HttpTokens": "required"}}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, Status.PASS),
        ({"IamInstanceProfile": None}, Status.FAIL),
        ({"MetadataOptions": None}, Status.FAIL),
        ({"MetadataOptions": {"HttpTokens": "optional"}}, Status.FAIL),
        ({"MetadataOptions": {"HttpTokens": UNKNOWN}}, Status.NOT_ASSESSED),
        ({"IamInstanceProfile": PARAMETER}, Status.NOT_ASSESSED),
    ],
)
def test_an_instance_or_launch_template_has_a_role_and_requires_imdsv2(change: dict[str, object], status: Status) -> None:
    said = changed(resource("", GOOD_INSTANCE), **change)["Properties"]
    resources = {
        "Profile": resource("AWS::IAM::InstanceProfile"),
        "Instance": resource("AWS::EC2::Instance", said),
        "Template": resource("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": said}),
    }
    assert judge(vpc.ec2, assembly_of(resources)) == {"Instance": status, "Template": status}


@pytest.mark.parametrize("reference", [{"LaunchTemplateId": ref("Template")}, {"LaunchTemplateName": "imdsv2"}])
def test_an_instance_inherits_what_it_does_not_set_from_its_launch_template(reference: dict[str, object]) -> None:
    resources = {
        "Profile": resource("AWS::IAM::InstanceProfile"),
        "Template": resource(
            "AWS::EC2::LaunchTemplate",
            {"LaunchTemplateName": "imdsv2", "LaunchTemplateData": {"MetadataOptions": {"HttpTokens": "required"}}},
        ),
        "Instance": resource("AWS::EC2::Instance", {"IamInstanceProfile": ref("Profile"), "LaunchTemplate": reference}),
    }
    assert judge(vpc.ec2, assembly_of(resources)) == {"Instance": Status.PASS, "Template": Status.PASS}
    overriding = changed(resources["Instance"], MetadataOptions={"HttpTokens": "optional"})
    assert status_of(vpc.ec2, {**resources, "Instance": overriding}, "Instance") is Status.FAIL


def test_a_launch_template_of_other_stacks_is_not_assessed() -> None:
    instance = resource("AWS::EC2::Instance", {"LaunchTemplate": {"LaunchTemplateId": "lt-12345678", "Version": "1"}})
    assert status_of(vpc.ec2, {"Instance": instance}, "Instance") is Status.NOT_ASSESSED
