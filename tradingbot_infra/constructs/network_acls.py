"""Network ACLs, one for each tier: what may enter or leave a subnet, whatever security groups allow.

They are stateless, so response traffic needs its own entries. Neither traffic inside one subnet nor DNS, task
metadata and time of AWS's own are filtered (VPC User Guide, "Control subnet traffic with network access control lists").
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from tradingbot_infra.config.sections.network import NetworkConfig
from tradingbot_infra.constructs.vpc import Vpc
from tradingbot_infra.design.connections import Connection

_WORLD = "0.0.0.0/0"
_ANYWHERE = (_WORLD,)
_TCP, _ICMP, _ALL = 6, 1, -1

_Ports = tuple[int, int]

_ANSWERS: _Ports = (1024, 65535)
"""Ephemeral ports of load balancers, NAT gateways and most clients (VPC User Guide, "Ephemeral ports")."""

_ANSWERS_TO_TASKS: _Ports = (32768, 65535)
"""Ephemeral ports of Linux (same page). The container listens below them, so allowing responses does not expose it."""


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """One entry for TCP, for all traffic, or for one ICMP message. The matching entry with the lowest number decides."""

    number: int
    block: str
    protocol: int
    ports: _Ports | None
    action: Literal["allow", "deny"]


@dataclass(frozen=True, kw_only=True)
class _Rules:
    """Both directions of one network ACL; what no entry allows is denied."""

    inbound: Sequence[_Entry]
    outbound: Sequence[_Entry]


class NetworkAcls(Construct):
    """An ACL for each tier, associated with all its subnets. The VPC's default ACL denies everything.

    A direction holds 20 rules, AWS's own last one included (VPC User Guide, "Amazon VPC quotas"): three zones stay below that.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, vpc: Vpc, name: str, network: NetworkConfig, connections: Sequence[Connection]
    ) -> None:
        super().__init__(scope, construct_id)
        acls = {
            tier_name: _TierAcl(self, tier_name.capitalize(), vpc=vpc, tier_name=tier_name, acl_name=f"{name}-{tier_name}", rules=rules)
            for tier_name, rules in _rules(network, connections).items()
        }
        for instance in vpc.nat_instances:
            # At first boot a NAT instance downloads packages, so its ACL must allow traffic by then.
            instance.node.add_dependency(acls["public"])
        everything = [_Entry(number=1, block=_WORLD, protocol=_ALL, ports=None, action="deny")]
        default = _Entries(self, "Default", acl_id=vpc.vpc_default_network_acl, rules=_Rules(inbound=everything, outbound=everything))
        # In an existing VPC, subnets leave the default ACL before it denies everything.
        default.node.add_dependency(*acls.values())


class _TierAcl(Construct):
    def __init__(self, scope: Construct, construct_id: str, *, vpc: ec2.IVpc, tier_name: str, acl_name: str, rules: _Rules) -> None:
        super().__init__(scope, construct_id)
        acl = ec2.CfnNetworkAcl(self, "Acl", vpc_id=vpc.vpc_id)
        acl.tags.set_tag("Name", acl_name)
        entries = _Entries(self, "Entries", acl_id=acl.attr_id, rules=rules)
        for number, subnet_id in enumerate(vpc.select_subnets(subnet_group_name=tier_name.capitalize()).subnet_ids, start=1):
            association = ec2.CfnSubnetNetworkAclAssociation(self, f"Subnet{number}", network_acl_id=acl.attr_id, subnet_id=subnet_id)
            # A subnet is associated only once its ACL is complete; until then nothing would pass.
            association.node.add_dependency(entries)


class _Entries(Construct):
    """Entries have their numbers as ids, so another rule under the same number is an update. With other ids CloudFormation would
    create it beside the old one, and EC2 refuses a number twice."""

    def __init__(self, scope: Construct, construct_id: str, *, acl_id: str, rules: _Rules) -> None:
        super().__init__(scope, construct_id)
        for entries, egress in ((rules.inbound, False), (rules.outbound, True)):
            for entry in entries:
                ec2.CfnNetworkAclEntry(
                    self,
                    f"{'Out' if egress else 'In'}{entry.number}",
                    network_acl_id=acl_id,
                    rule_number=entry.number,
                    rule_action=entry.action,
                    protocol=entry.protocol,
                    cidr_block=entry.block,
                    egress=egress,
                    port_range=ec2.CfnNetworkAclEntry.PortRangeProperty(from_=entry.ports[0], to=entry.ports[1]) if entry.ports else None,
                    icmp=ec2.CfnNetworkAclEntry.IcmpProperty(type=3, code=4) if entry.protocol == _ICMP else None,
                )


def _rules(network: NetworkConfig, connections: Sequence[Connection]) -> Mapping[str, _Rules]:
    """The rules of every tier. Numbers are fixed, so that a rule that a setting removes renumbers no other."""
    return {
        "public": _public(network, connections),
        "private": _private(network, connections),
        "database": _data(network.database_subnet_cidrs, network.private_subnet_cidrs, _ports(connections, "private", "database")),
        "cache": _data(network.cache_subnet_cidrs, network.private_subnet_cidrs, _ports(connections, "private", "cache")),
    }


def _ports(connections: Sequence[Connection], source: str | None, target: str | None) -> list[_Ports]:
    """The ports on which one tier reaches another; None is the internet."""
    return [
        _port(port) for port in dict.fromkeys(row.port for row in connections if (row.source.tier, row.target.tier) == (source, target))
    ]


def _public(network: NetworkConfig, connections: Sequence[Connection]) -> _Rules:
    """Load balancer and NAT: clients reach the load balancer, tasks reach the internet, and responses return to NAT."""
    from_world, to_world = _ports(connections, None, "public"), _ports(connections, "private", None)
    to_nat = [port for port in to_world if port[0] < _ANSWERS[0] and port not in from_world]
    return _Rules(
        inbound=[
            # Before the deny entries: the load balancer may use 3389 as an ephemeral port.
            *_allow(100, network.private_subnet_cidrs, [_ANSWERS, *to_nat]),
            *_no_administration(200),
            *_allow(300, _ANYWHERE, from_world),
            *_allow(400, _ANYWHERE, [_ANSWERS]),
            _path_mtu(500),
        ],
        outbound=[
            *_allow(100, _ANYWHERE, to_world),
            # To clients and tasks. Requests of the load balancer to tasks are among them: the container listens above 1023.
            *_allow(200, _ANYWHERE, [_ANSWERS]),
            _path_mtu(300),
        ],
    )


def _private(network: NetworkConfig, connections: Sequence[Connection]) -> _Rules:
    """Tasks and VPC endpoints. Responses through NAT keep the address of the remote side, so they come from anywhere."""
    # A task may use the endpoint in another zone.
    endpoints = _ports(connections, "private", "private")
    return _Rules(
        inbound=[
            *_allow(100, network.public_subnet_cidrs, _ports(connections, "public", "private")),
            *_allow(200, network.private_subnet_cidrs, endpoints),
            *_no_administration(300),
            *_allow(400, _ANYWHERE, [_ANSWERS_TO_TASKS]),
            _path_mtu(500),
        ],
        outbound=[
            *_allow(100, _ANYWHERE, _ports(connections, "private", None)),
            *_allow(200, network.database_subnet_cidrs, _ports(connections, "private", "database")),
            *_allow(300, network.cache_subnet_cidrs, _ports(connections, "private", "cache")),
            *_allow(400, network.public_subnet_cidrs, [_ANSWERS]),
            *_allow(500, network.private_subnet_cidrs, [_ANSWERS_TO_TASKS] if endpoints else []),
            _path_mtu(600),
        ],
    )


def _data(own: Sequence[str], tasks: Sequence[str], ports: Sequence[_Ports]) -> _Rules:
    """A tier that tasks reach and that reaches nobody; without a port it is closed.

    No AWS page says that replication to standby and replicas bypasses the ACL, so it is allowed.
    """
    if not ports:
        return _Rules(inbound=(), outbound=())
    return _Rules(
        inbound=[*_allow(100, tasks, ports), *_allow(200, own, [_ANSWERS])],
        outbound=[*_allow(100, tasks, [_ANSWERS_TO_TASKS]), *_allow(200, own, [_ANSWERS])],
    )


def _port(number: int) -> _Ports:
    return number, number


def _allow(number: int, blocks: Sequence[str], ports: Sequence[_Ports]) -> Iterator[_Entry]:
    """An entry for each block and port: blocks count by one, ports by ten."""
    for position, each in enumerate(ports):
        for zone, block in enumerate(blocks):
            yield _Entry(number=number + 10 * position + zone, block=block, protocol=_TCP, ports=each, action="allow")


def _no_administration(number: int) -> Iterator[_Entry]:
    """SSH and RDP; 3389 is inside the ephemeral range (CIS AWS Foundations Benchmark: no network ACL allows them from anywhere)."""
    for offset, port in enumerate((22, 3389)):
        yield _Entry(number=number + offset, block=_WORLD, protocol=_TCP, ports=_port(port), action="deny")


def _path_mtu(number: int) -> _Entry:
    """The ICMP message "fragmentation needed", without which large packets are lost (VPC User Guide, "Path MTU Discovery")."""
    return _Entry(number=number, block=_WORLD, protocol=_ICMP, ports=None, action="allow")
