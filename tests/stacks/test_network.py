"""Routes and rules: what can reach what, by enumeration of all that stands."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.conftest import Synthesize
from tradingbot_infra.templates import Assembly

Rule = tuple[str, str, int, int, str]
"""Group, direction, first port, last port, peer (a block or a group)."""


def rules(assembly: Assembly) -> Iterator[Rule]:
    """Every rule, whether it stands in its group or by itself."""
    names = {
        f"${{{group.stack}.{group.logical_id}.GroupId}}": group.logical_id.partition("SecurityGroup")[0]
        for group in assembly.of_type("AWS::EC2::SecurityGroup")
    }
    for group in assembly.of_type("AWS::EC2::SecurityGroup"):
        name = names[f"${{{group.stack}.{group.logical_id}.GroupId}}"]
        for direction in ("Ingress", "Egress"):
            for rule in group.properties.get(f"SecurityGroup{direction}", []):
                yield name, direction, rule.get("FromPort", 0), rule.get("ToPort", 65535), rule["CidrIp"]
    for direction, peer in (("Ingress", "SourceSecurityGroupId"), ("Egress", "DestinationSecurityGroupId")):
        for rule_resource in assembly.of_type(f"AWS::EC2::SecurityGroup{direction}"):
            rule = rule_resource.properties
            yield names[rule["GroupId"]], direction, rule["FromPort"], rule["ToPort"], names[rule[peer]]


# The CDK writes this rule into a group that may send nothing: an address and a protocol that do not exist.
NOTHING = (252, 86, "255.255.255.255/32")


def test_security_group_rules_are_exactly_the_designs(production: Assembly) -> None:
    assert set(rules(production)) == {
        ("Alb", "Ingress", 80, 80, "0.0.0.0/0"),
        ("Alb", "Ingress", 443, 443, "0.0.0.0/0"),
        ("Alb", "Egress", 8001, 8001, "Ecs"),
        ("Alb", "Egress", *NOTHING),
        ("Ecs", "Ingress", 8001, 8001, "Alb"),
        ("Ecs", "Egress", 443, 443, "0.0.0.0/0"),
        ("Ecs", "Egress", 8443, 8443, "0.0.0.0/0"),
        ("Ecs", "Egress", 9443, 9443, "0.0.0.0/0"),
        ("Ecs", "Egress", 5432, 5432, "Rds"),
        ("Ecs", "Egress", 6379, 6379, "Redis"),
        ("Rds", "Ingress", 5432, 5432, "Ecs"),
        ("Rds", "Egress", *NOTHING),
        ("Redis", "Ingress", 6379, 6379, "Ecs"),
        ("Redis", "Egress", *NOTHING),
    }


def test_only_the_load_balancer_is_open_to_the_world(assembly: Assembly) -> None:
    open_to_the_world = {
        (group, first) for group, direction, first, _, peer in rules(assembly) if direction == "Ingress" and peer == "0.0.0.0/0"
    }
    assert open_to_the_world == {("Alb", 80), ("Alb", 443)}


def test_every_rule_stands_in_the_network_stack(assembly: Assembly) -> None:
    kinds = ("AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")
    assert {resource.stack for resource in assembly.of_type(*kinds)} == {"NetworkStack"}


def test_without_redis_there_is_no_rule_for_it(synthesize: Synthesize) -> None:
    assert not [rule for rule in rules(synthesize("staging")) if 6379 in rule]


def routes(assembly: Assembly) -> dict[str, set[str]]:
    """The kinds of targets of default routes, by tier."""
    tables = {
        association.properties["RouteTableId"]: association.logical_id.removeprefix("Vpc").partition("Subnet")[0]
        for association in assembly.of_type("AWS::EC2::SubnetRouteTableAssociation")
    }
    targets: dict[str, set[str]] = {tier: set() for tier in tables.values()}
    for route in assembly.of_type("AWS::EC2::Route"):
        assert route.properties["DestinationCidrBlock"] == "0.0.0.0/0"
        targets[tables[route.properties["RouteTableId"]]] |= {
            key for key in ("GatewayId", "NatGatewayId", "InstanceId") if key in route.properties
        }
    return targets


def test_only_public_subnets_route_to_the_internet_and_only_private_ones_to_nat(production: Assembly) -> None:
    assert routes(production) == {"Public": {"GatewayId"}, "Private": {"NatGatewayId"}, "Database": set(), "Cache": set()}


def test_each_zone_has_a_nat_gateway_of_its_own(production: Assembly) -> None:
    subnets = {gateway.properties["SubnetId"] for gateway in production.of_type("AWS::EC2::NatGateway")}
    used = {route.properties.get("NatGatewayId") for route in production.of_type("AWS::EC2::Route")} - {None}
    assert len(subnets) == len(used) == 2


def test_one_nat_gateway_serves_both_zones_when_so_set(synthesize: Synthesize) -> None:
    assembly = synthesize("production", nat_gateways="1")
    used = {route.properties.get("NatGatewayId") for route in assembly.of_type("AWS::EC2::Route")} - {None}
    assert len(assembly.of_type("AWS::EC2::NatGateway")) == len(used) == 1


def test_nat_instances_can_replace_nat_gateways(synthesize: Synthesize) -> None:
    assembly = synthesize("production", nat_type="instance")
    instances = assembly.of_type("AWS::EC2::Instance")
    assert {instance.properties["InstanceType"] for instance in instances} == {"t4g.micro"}
    assert {instance.properties["SourceDestCheck"] for instance in instances} == {False}
    assert all(instance.properties["NetworkInterfaces"][0]["AssociatePublicIpAddress"] for instance in instances)
    assert assembly.of_type("AWS::EC2::NatGateway") == ()
    assert routes(assembly)["Private"] == {"InstanceId"}


def test_a_nat_instance_takes_what_tasks_send_from_the_private_subnets_only(synthesize: Synthesize) -> None:
    assembly = synthesize("production", nat_type="instance")
    (group,) = [g for g in assembly.of_type("AWS::EC2::SecurityGroup") if g.logical_id.startswith("Vpc")]
    ingress = {(rule["CidrIp"], rule["FromPort"], rule["ToPort"]) for rule in group.properties["SecurityGroupIngress"]}
    assert ingress == {(block, port, port) for block in ("10.0.10.0/24", "10.0.11.0/24") for port in (443, 8443, 9443)}


def test_vpc_endpoints_serve_s3_ecr_logs_secrets_and_telemetry_to_tasks_only(synthesize: Synthesize) -> None:
    assembly = synthesize("balanced")
    endpoints = assembly.of_type("AWS::EC2::VPCEndpoint")
    services = {endpoint.properties["ServiceName"].removeprefix("com.amazonaws.").partition(".")[2] for endpoint in endpoints}
    assert services == {"s3", "ecr.api", "ecr.dkr", "logs", "secretsmanager", "xray", "monitoring"}
    interfaces = [endpoint.properties for endpoint in endpoints if endpoint.properties["VpcEndpointType"] == "Interface"]
    assert len(interfaces) == 6
    assert all(endpoint["PrivateDnsEnabled"] and len(endpoint["SubnetIds"]) == 2 for endpoint in interfaces)
    assert {rule for rule in rules(assembly) if rule[0] == "Endpoints"} == {
        ("Endpoints", "Ingress", 443, 443, "Ecs"),
        ("Endpoints", "Egress", *NOTHING),
    }


@pytest.mark.parametrize(
    ("overrides", "added"),
    [
        ({"tracing": "off", "metrics": "off", "trading_alarms": False}, set()),
        ({"tracing": "off", "metrics": "emf", "trading_alarms": False}, set()),
        ({"tracing": "off"}, {"monitoring"}),
        ({"metrics": "emf", "trading_alarms": False}, {"xray"}),
    ],
)
def test_telemetry_that_is_not_sent_has_no_endpoint(synthesize: Synthesize, overrides: dict[str, object], added: set[str]) -> None:
    endpoints = synthesize("balanced", **overrides).of_type("AWS::EC2::VPCEndpoint")
    services = {endpoint.properties["ServiceName"].removeprefix("com.amazonaws.").partition(".")[2] for endpoint in endpoints}
    assert services - {"s3", "ecr.api", "ecr.dkr", "logs", "secretsmanager"} == added


def test_addresses_can_be_moved_to_another_range(synthesize: Synthesize) -> None:
    blocks = {
        "vpc_cidr": "172.20.0.0/20",
        "public_subnet_cidrs": "172.20.0.0/26,172.20.0.64/26",
        "private_subnet_cidrs": "172.20.2.0/24,172.20.3.0/24",
        "database_subnet_cidrs": "172.20.4.0/26,172.20.4.64/26",
        "cache_subnet_cidrs": "172.20.5.0/26,172.20.5.64/26",
    }
    assembly = synthesize("production", **blocks)
    expected = {cidr for key, value in blocks.items() if key != "vpc_cidr" for cidr in value.split(",")}
    assert {subnet.properties["CidrBlock"] for subnet in assembly.of_type("AWS::EC2::Subnet")} == expected


ADOPTED = "eipalloc-0123456789abcdef0"
THIRD_ZONE = {
    "availability_zones": "ap-southeast-2a,ap-southeast-2b,ap-southeast-2c",
    "public_subnet_cidrs": "10.0.0.0/24,10.0.1.0/24,10.0.2.0/24",
    "private_subnet_cidrs": "10.0.12.0/24,10.0.13.0/24,10.0.14.0/24",
    "database_subnet_cidrs": "10.0.21.0/24,10.0.22.0/24,10.0.23.0/24",
    "cache_subnet_cidrs": "10.0.30.0/24,10.0.31.0/24,10.0.32.0/24",
}


def addresses(assembly: Assembly) -> list[str]:
    """A reference to each elastic address that the stacks allocate."""
    return [f"${{{address.stack}.{address.logical_id}}}" for address in assembly.of_type("AWS::EC2::EIP")]


def in_use(assembly: Assembly) -> list[str]:
    """The allocation that each zone's NAT has, in the order of the zones."""
    users = assembly.of_type("AWS::EC2::NatGateway") or assembly.of_type("AWS::EC2::EIPAssociation")
    return [user.properties["AllocationId"] for user in sorted(users, key=lambda user: user.logical_id)]


def output(assembly: Assembly, name: str) -> list[str]:
    """An output of addresses, resolved."""
    return str(assembly.resolve("NetworkStack", assembly.templates["NetworkStack"]["Outputs"][name]["Value"])).split(",")


def test_the_addresses_to_allow_at_the_exchanges_are_an_output(production: Assembly) -> None:
    assert output(production, "EgressAddresses") == addresses(production)
    assert output(production, "EgressAllocationIds") == in_use(production)


def test_the_addresses_outlive_their_stack_and_are_found_by_their_names(production: Assembly) -> None:
    for number, address in enumerate(production.of_type("AWS::EC2::EIP"), start=1):
        assert (address.body["DeletionPolicy"], address.body["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
        assert {"Key": "Name", "Value": f"tradingbot-ai-production-egress-{number}"} in address.properties["Tags"]


def test_where_nothing_is_retained_no_address_is(synthesize: Synthesize) -> None:
    (address,) = synthesize("staging").of_type("AWS::EC2::EIP")
    assert address.body["DeletionPolicy"] == "Delete"


@pytest.mark.parametrize(
    "settings",
    [
        {"nat_gateways": 1},
        {"nat_gateways": 0},
        {"nat_type": "instance"},
        {"enable_vpc_endpoints": True},
        {"container_port": 9000, "egress_ports": (443,)},
        THIRD_ZONE,
        {**THIRD_ZONE, "nat_gateways": 3},
    ],
    ids=lambda settings: ",".join(settings),
)
def test_no_other_setting_moves_an_address(production: Assembly, synthesize: Synthesize, settings: dict[str, object]) -> None:
    changed = synthesize("production", **settings)
    assert addresses(changed)[:2] == addresses(production)
    used = in_use(changed)
    assert used[:2] == in_use(production)[: len(used)]


def test_adopted_addresses_are_used_and_only_the_others_allocated(synthesize: Synthesize, production: Assembly) -> None:
    for nat_type in ("gateway", "instance"):
        one = synthesize("production", nat_allocation_ids=ADOPTED, nat_type=nat_type)
        assert (in_use(one)[0], addresses(one)) == (ADOPTED, addresses(production)[1:])
        assert "EgressAddresses" not in one.templates["NetworkStack"]["Outputs"]
        assert output(one, "EgressAllocationIds") == in_use(one)


def test_a_nat_instance_leads_nobody_before_it_has_its_address_and_they_are_replaced_one_after_the_other(synthesize: Synthesize) -> None:
    assembly = synthesize("production", nat_type="instance")
    first, second = assembly.of_type("AWS::EC2::Instance")
    associations = assembly.of_type("AWS::EC2::EIPAssociation")
    routes = [route for route in assembly.of_type("AWS::EC2::Route") if "InstanceId" in route.properties]
    for instance, association, route in zip((first, second), associations, routes, strict=True):
        name = f"${{NetworkStack.{instance.logical_id}}}"
        assert (association.properties["InstanceId"], route.properties["InstanceId"]) == (name, name)
        assert association.logical_id in route.body["DependsOn"]
    assert {associations[0].logical_id, routes[0].logical_id} <= set(second.body["DependsOn"])


def test_cloudformation_waits_for_the_word_of_each_nat_instance(synthesize: Synthesize) -> None:
    for instance in synthesize("production", nat_type="instance").of_type("AWS::EC2::Instance"):
        assert instance.body["CreationPolicy"] == {"ResourceSignal": {"Count": 1, "Timeout": "PT10M"}}
        script = str(instance.properties["UserData"]["Fn::Base64"])
        assert f"--resource {instance.logical_id} " in script
        assert subprocess.run(["/bin/bash", "-n"], input=script, text=True, check=False).returncode == 0
        lines = script.splitlines()
        assert lines.index("swapon /swapfile") < lines.index("dnf install -y iptables-services")
        (volume,) = instance.properties["BlockDeviceMappings"]
        assert volume["Ebs"]["Encrypted"] is True
