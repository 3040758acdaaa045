"""Network ACLs, packet by packet: what a connection needs passes in both directions, and nothing of what must not pass does."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.stacks.facts import lookup
from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.config.subnets import TIERS
from tradingbot_infra.templates import Assembly

THREE_ZONES = {
    "availability_zones": "ap-southeast-2a,ap-southeast-2b,ap-southeast-2c",
    "public_subnet_cidrs": "10.0.0.0/24,10.0.1.0/24,10.0.2.0/24",
    "private_subnet_cidrs": "10.0.12.0/24,10.0.13.0/24,10.0.14.0/24",
    "database_subnet_cidrs": "10.0.21.0/24,10.0.22.0/24,10.0.23.0/24",
    "cache_subnet_cidrs": "10.0.30.0/24,10.0.31.0/24,10.0.32.0/24",
}
VARIANTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "production": ("production", {}),
    "endpoints": ("balanced", {}),
    "small": ("development", {}),
    "nat-instances": ("production", {"nat_type": "instance"}),
    "three-zones": ("balanced", THREE_ZONES),
    "another-port": ("production", {"container_port": "3389"}),
    "low-egress-ports": ("production", {"egress_ports": "443,80,587,465"}),
    "most-egress-ports": ("balanced", {**THREE_ZONES, "egress_ports": "9443,80,443,7,587,40000"}),
    "one-egress-port": ("production", {"egress_ports": "443", "nat_type": "instance"}),
}

INTERNET = "198.51.100.7"
TASK_ASKS_FROM = (32768, 60999)
"""The first and the last port from which Linux asks by default."""
ANYBODY_ASKS_FROM = (1024, 3389, 65535)
"""The first and the last port from which load balancers and NAT gateways ask, and the one that a denial could hit."""
TCP, ICMP, ALL = 6, 1, -1


@dataclass(frozen=True)
class Packet:
    """One TCP packet; a network ACL looks at nothing else of it."""

    source: str
    destination: str
    port: int


class Network:
    """Subnets by tier, and the network ACL of each: stateless, first match by number, denied at the end."""

    def __init__(self, assembly: Assembly) -> None:
        self.entries: dict[str, list[Mapping[str, Any]]] = {}
        for entry in assembly.of_type("AWS::EC2::NetworkAclEntry"):
            self.entries.setdefault(entry.properties["NetworkAclId"], []).append(entry.properties)
        self.blocks: dict[str, list[IPv4Network]] = {tier: [] for tier in TIERS}
        names = {}
        for subnet in assembly.of_type("AWS::EC2::Subnet"):
            block = IPv4Network(subnet.properties["CidrBlock"])
            self.blocks[str(lookup(subnet.properties, "Tags/Key=aws-cdk:subnet-name/Value")).lower()].append(block)
            names[f"${{{subnet.stack}.{subnet.logical_id}}}"] = block
        self.acls = {
            names[association.properties["SubnetId"]]: str(association.properties["NetworkAclId"])
            for association in assembly.of_type("AWS::EC2::SubnetNetworkAclAssociation")
        }

    def tier(self, name: str) -> list[str]:
        """An address in each subnet of a tier."""
        return [str(block[10]) for block in self.blocks[name]]

    def acl_of(self, tier: str) -> str:
        """The one network ACL of a tier."""
        (acl,) = {self.acls[block] for block in self.blocks[tier]}
        return acl

    def passes(self, packet: Packet, *, leaves: str, enters: str) -> bool:
        """Whether a packet gets from the place of one address to that of another; at NAT these are not the packet's own."""
        before, after = self._subnet(leaves), self._subnet(enters)
        if before == after:
            return True
        out = before is None or self._allows(before, packet, packet.destination, egress=True)
        return out and (after is None or self._allows(after, packet, packet.source, egress=False))

    def converse(self, client: str, server: str, port: int, client_port: int) -> bool:
        """Whether a question gets from client to server, and the answer back."""
        question, answer = Packet(client, server, port), Packet(server, client, client_port)
        return self.passes(question, leaves=client, enters=server) and self.passes(answer, leaves=server, enters=client)

    def _subnet(self, address: str) -> IPv4Network | None:
        return next((block for block in self.acls if IPv4Address(address) in block), None)

    def _allows(self, subnet: IPv4Network, packet: Packet, peer: str, *, egress: bool) -> bool:
        for entry in sorted(self.entries.get(self.acls[subnet], []), key=lambda entry: int(entry["RuleNumber"])):
            ports = entry.get("PortRange", {"From": 0, "To": 65535})
            if (
                entry["Egress"] is egress
                and entry["Protocol"] in (TCP, ALL)
                and IPv4Address(peer) in IPv4Network(entry["CidrBlock"])
                and ports["From"] <= packet.port <= ports["To"]
            ):
                return bool(entry["RuleAction"] == "allow")
        return False


@dataclass(frozen=True)
class Variant:
    """One set of settings, with what its tests must know of it."""

    network: Network
    assembly: Assembly
    container_port: int
    egress_ports: tuple[int, ...]
    redis: bool
    endpoints: bool


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest, synthesize: Synthesize) -> Variant:
    """Each of the variants in turn."""
    environment, overrides = VARIANTS[request.param]
    assembly = synthesize(environment, **overrides)
    (definition,) = assembly.only("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    return Variant(
        network=Network(assembly),
        assembly=assembly,
        container_port=definition["PortMappings"][0]["ContainerPort"],
        egress_ports=load_config(environment, overrides).network.egress_ports,
        redis=bool(assembly.of_type("AWS::ElastiCache::ReplicationGroup")),
        endpoints=bool(assembly.of_type("AWS::EC2::VPCEndpoint")),
    )


def pairs(network: Network, first: str, second: str) -> Iterator[tuple[str, str]]:
    """Every address of one tier with every address of another, so every pair of zones."""
    return ((a, b) for a in network.tier(first) for b in network.tier(second))


def test_every_subnet_stands_behind_the_network_acl_of_its_tier(variant: Variant) -> None:
    assert len(variant.network.acls) == len(variant.assembly.of_type("AWS::EC2::Subnet"))
    assert len({variant.network.acl_of(tier) for tier in TIERS}) == len(variant.assembly.of_type("AWS::EC2::NetworkAcl")) == 4


@pytest.mark.parametrize("port", [80, 443])
@pytest.mark.parametrize("client_port", [1024, 49152, 65535])
def test_people_reach_the_load_balancer_and_hear_its_answer(variant: Variant, port: int, client_port: int) -> None:
    for balancer in variant.network.tier("public"):
        assert variant.network.converse(INTERNET, balancer, port, client_port)


@pytest.mark.parametrize("client_port", ANYBODY_ASKS_FROM)
def test_the_load_balancer_asks_tasks_of_every_zone_from_any_port(variant: Variant, client_port: int) -> None:
    for balancer, task in pairs(variant.network, "public", "private"):
        assert variant.network.converse(balancer, task, variant.container_port, client_port)


@pytest.mark.parametrize("client_port", TASK_ASKS_FROM)
def test_tasks_ask_the_database_in_every_zone(variant: Variant, client_port: int) -> None:
    for task, database in pairs(variant.network, "private", "database"):
        assert variant.network.converse(task, database, 5432, client_port)


@pytest.mark.parametrize("client_port", TASK_ASKS_FROM)
def test_tasks_ask_redis_in_every_zone_where_there_is_one(variant: Variant, client_port: int) -> None:
    for task, cache in pairs(variant.network, "private", "cache"):
        assert variant.network.converse(task, cache, 6379, client_port) is variant.redis


def reaches_the_internet(network: Network, port: int, task_port: int, nat_port: int) -> set[bool]:
    """Whether a question of a task gets out through the NAT of any zone, and the answer back."""
    return {
        all(
            (
                network.passes(Packet(task, INTERNET, port), leaves=task, enters=nat),
                network.passes(Packet(nat, INTERNET, port), leaves=nat, enters=INTERNET),
                network.passes(Packet(INTERNET, nat, nat_port), leaves=INTERNET, enters=nat),
                network.passes(Packet(INTERNET, task, task_port), leaves=nat, enters=task),
            )
        )
        for task, nat in pairs(network, "private", "public")
    }


@pytest.mark.parametrize("task_port", TASK_ASKS_FROM)
@pytest.mark.parametrize("nat_port", [1024, 65535])
def test_tasks_reach_the_internet_through_nat_on_each_egress_port_and_the_answer_finds_back(
    variant: Variant, task_port: int, nat_port: int
) -> None:
    for port in variant.egress_ports:
        assert reaches_the_internet(variant.network, port, task_port, nat_port) == {True}


def test_tasks_reach_the_internet_on_no_other_port(variant: Variant) -> None:
    for port in {*range(1, 1024), 5432, 6379, 7497, 8000, 8443, 9443, 27017, 32768, 65535} - set(variant.egress_ports):
        assert reaches_the_internet(variant.network, port, 40000, 1024) == {False}, port


@pytest.mark.parametrize("client_port", TASK_ASKS_FROM)
def test_tasks_ask_the_vpc_endpoint_of_another_zone_where_there_is_one(variant: Variant, client_port: int) -> None:
    task, endpoint = variant.network.tier("private")[:2]
    assert variant.network.converse(task, endpoint, 443, client_port) is variant.endpoints


@pytest.mark.parametrize(("tier", "port"), [("database", 5432), ("cache", 6379)])
def test_standby_and_replicas_reach_each_other_across_zones(variant: Variant, tier: str, port: int) -> None:
    first, second = variant.network.tier(tier)[:2]
    assert variant.network.converse(first, second, port, 40000) is (tier == "database" or variant.redis)


@pytest.mark.parametrize("port", [22, 3389])
@pytest.mark.parametrize("tier", ["public", "private", "database", "cache"])
def test_nobody_in_the_world_reaches_ssh_or_rdp(variant: Variant, tier: str, port: int) -> None:
    for address in variant.network.tier(tier):
        assert not variant.network.passes(Packet(INTERNET, address, port), leaves=INTERNET, enters=address)


@pytest.mark.parametrize("port", [22, 3389])
@pytest.mark.parametrize("tier", ["public", "private"])
def test_ssh_and_rdp_are_denied_by_name_before_the_world_is_allowed_anything(variant: Variant, tier: str, port: int) -> None:
    world = [
        (entry["RuleNumber"], entry["RuleAction"], entry.get("PortRange"))
        for entry in variant.network.entries[variant.network.acl_of(tier)]
        if entry["CidrBlock"] == "0.0.0.0/0" and not entry["Egress"]
    ]
    denial = next(number for number, action, ports in world if action == "deny" and ports == {"From": port, "To": port})
    assert denial < min(number for number, action, _ in world if action == "allow")


@pytest.mark.parametrize("tier", ["private", "database", "cache"])
@pytest.mark.parametrize("port", [80, 443, 445, 5432, 6379, 8001, 32767])
def test_nobody_in_the_world_reaches_what_listens_behind_the_load_balancer(variant: Variant, tier: str, port: int) -> None:
    for address in variant.network.tier(tier):
        assert not variant.network.passes(Packet(INTERNET, address, port), leaves=INTERNET, enters=address)


def test_the_container_cannot_listen_where_answers_come_in_from_anywhere() -> None:
    assert load_config("production", {"container_port": TASK_ASKS_FROM[0] - 1})
    with pytest.raises(ConfigError, match="container_port"):
        load_config("production", {"container_port": TASK_ASKS_FROM[0]})


@pytest.mark.parametrize(("tier", "port"), [("database", 5432), ("cache", 6379)])
def test_only_tasks_reach_the_data_tiers(variant: Variant, tier: str, port: int) -> None:
    others = {"public", "database", "cache"} - {tier}
    for other in others:
        for client, server in pairs(variant.network, other, tier):
            assert not variant.network.passes(Packet(client, server, port), leaves=client, enters=server)


@pytest.mark.parametrize("tier", ["database", "cache"])
def test_the_data_tiers_reach_neither_the_world_nor_other_tiers_services(variant: Variant, tier: str) -> None:
    network = variant.network
    for client in network.tier(tier):
        assert not network.passes(Packet(client, INTERNET, 443), leaves=client, enters=INTERNET)
        assert not network.passes(Packet(client, INTERNET, 40000), leaves=client, enters=INTERNET)
    for other in ("public", "private"):
        for client, server in pairs(network, tier, other):
            for port in (22, 80, 443, variant.container_port):
                assert not network.passes(Packet(client, server, port), leaves=client, enters=server)


@pytest.mark.parametrize("tier", ["database", "cache"])
def test_the_data_tiers_know_no_address_but_tasks_and_their_own(variant: Variant, tier: str) -> None:
    known = {IPv4Network(entry["CidrBlock"]) for entry in variant.network.entries.get(variant.network.acl_of(tier), [])}
    assert known == ({*variant.network.blocks["private"], *variant.network.blocks[tier]} if tier == "database" or variant.redis else set())


def test_the_default_network_acl_denies_everything_first(variant: Variant) -> None:
    (vpc,) = variant.assembly.of_type("AWS::EC2::VPC")
    entries = variant.network.entries[f"${{{vpc.stack}.{vpc.logical_id}.DefaultNetworkAcl}}"]
    found = {(entry["Egress"], entry["RuleNumber"], entry["RuleAction"], entry["Protocol"], entry["CidrBlock"]) for entry in entries}
    assert found == {(egress, 1, "deny", ALL, "0.0.0.0/0") for egress in (False, True)}


def test_packets_that_are_too_big_are_reported_both_ways_where_the_internet_is_reached(variant: Variant) -> None:
    reporting = {
        (entry["NetworkAclId"], entry["Egress"])
        for entries in variant.network.entries.values()
        for entry in entries
        if entry["Protocol"] == ICMP and entry["Icmp"] == {"Type": 3, "Code": 4} and entry["CidrBlock"] == "0.0.0.0/0"
    }
    assert reporting == {(variant.network.acl_of(tier), egress) for tier in ("public", "private") for egress in (False, True)}


def test_no_direction_of_a_network_acl_reaches_the_quota(variant: Variant) -> None:
    # AWS counts its own last rule among the twenty.
    directions = Counter((acl, entry["Egress"]) for acl, entries in variant.network.entries.items() for entry in entries)
    assert max(directions.values()) + 1 <= 20


def test_no_number_stands_twice_in_a_direction(variant: Variant) -> None:
    numbers = Counter((acl, entry["Egress"], entry["RuleNumber"]) for acl, entries in variant.network.entries.items() for entry in entries)
    assert set(numbers.values()) == {1}


def test_without_redis_no_rule_names_its_port(synthesize: Synthesize) -> None:
    ports = [entry.get("PortRange") for entries in Network(synthesize("staging")).entries.values() for entry in entries]
    assert ports
    assert {"From": 6379, "To": 6379} not in ports


def test_a_setting_that_adds_rules_renumbers_no_other(synthesize: Synthesize) -> None:
    """CloudFormation would make the renumbered rule beside the one that stands, and EC2 refuses a number twice."""
    small, large = (
        {entry.logical_id: entry.properties for entry in synthesize(*arguments).of_type("AWS::EC2::NetworkAclEntry")}
        for arguments in (("production",), ("balanced",))
    )
    assert set(small) < set(large)
    assert all(large[logical_id] == properties for logical_id, properties in small.items())


def test_no_subnet_stands_behind_a_network_acl_before_its_rules_do(variant: Variant) -> None:
    entries = variant.assembly.of_type("AWS::EC2::NetworkAclEntry")
    for association in variant.assembly.of_type("AWS::EC2::SubnetNetworkAclAssociation"):
        wanted = {entry.logical_id for entry in entries if entry.properties["NetworkAclId"] == association.properties["NetworkAclId"]}
        assert wanted <= set(association.body.get("DependsOn", []))


def test_the_default_network_acl_closes_after_the_subnets_have_left_it(variant: Variant) -> None:
    associations = {association.logical_id for association in variant.assembly.of_type("AWS::EC2::SubnetNetworkAclAssociation")}
    closing = [entry for entry in variant.assembly.of_type("AWS::EC2::NetworkAclEntry") if entry.properties["RuleNumber"] == 1]
    assert len(closing) == 2
    assert all(associations <= set(entry.body["DependsOn"]) for entry in closing)


def test_a_nat_instance_starts_when_its_subnets_are_open(synthesize: Synthesize) -> None:
    assembly = synthesize("production", nat_type="instance")
    public = Network(assembly).acl_of("public")
    wanted = {
        association.logical_id
        for association in assembly.of_type("AWS::EC2::SubnetNetworkAclAssociation")
        if association.properties["NetworkAclId"] == public
    }
    instances = assembly.of_type("AWS::EC2::Instance")
    assert len(wanted) == len(instances) == 2
    assert all(wanted <= set(instance.body["DependsOn"]) for instance in instances)
