"""Routes and rules: what can reach what, by enumeration of all that stands."""

from collections.abc import Iterator

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
    assert {instance.properties["InstanceType"] for instance in instances} == {"t4g.nano"}
    assert {instance.properties["SourceDestCheck"] for instance in instances} == {False}
    assert all(instance.properties["NetworkInterfaces"][0]["AssociatePublicIpAddress"] for instance in instances)
    assert assembly.of_type("AWS::EC2::NatGateway") == ()
    assert routes(assembly)["Private"] == {"InstanceId"}


def test_a_nat_instance_takes_what_tasks_send_from_the_private_subnets_only(synthesize: Synthesize) -> None:
    assembly = synthesize("production", nat_type="instance")
    (group,) = [g for g in assembly.of_type("AWS::EC2::SecurityGroup") if g.logical_id.startswith("Vpc")]
    ingress = {(rule["CidrIp"], rule["FromPort"], rule["ToPort"]) for rule in group.properties["SecurityGroupIngress"]}
    assert ingress == {(block, port, port) for block in ("10.0.10.0/24", "10.0.11.0/24") for port in (443, 8443, 9443)}


def test_vpc_endpoints_serve_s3_ecr_kms_logs_and_secrets_to_tasks_only(synthesize: Synthesize) -> None:
    assembly = synthesize("balanced")
    endpoints = assembly.of_type("AWS::EC2::VPCEndpoint")
    services = {endpoint.properties["ServiceName"].removeprefix("com.amazonaws.").partition(".")[2] for endpoint in endpoints}
    assert services == {"s3", "ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager"}
    interfaces = [endpoint.properties for endpoint in endpoints if endpoint.properties["VpcEndpointType"] == "Interface"]
    assert len(interfaces) == 5
    assert all(endpoint["PrivateDnsEnabled"] and len(endpoint["SubnetIds"]) == 2 for endpoint in interfaces)
    assert {rule for rule in rules(assembly) if rule[0] == "Endpoints"} == {
        ("Endpoints", "Ingress", 443, 443, "Ecs"),
        ("Endpoints", "Egress", *NOTHING),
    }


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


def test_the_addresses_to_allow_at_the_exchanges_are_an_output(production: Assembly) -> None:
    output = production.templates["NetworkStack"]["Outputs"]["EgressAddresses"]["Value"]
    addresses = [f"${{{address.stack}.{address.logical_id}}}" for address in production.of_type("AWS::EC2::EIP")]
    assert production.resolve("NetworkStack", output) == ",".join(addresses)
