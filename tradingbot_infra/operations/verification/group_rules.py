"""Checks: security groups admit what the design says (DESIGN, Network), rule by rule, and nothing else."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.live.security_groups import WORLD, Rule, SecurityGroup, read_security_groups
from tradingbot_infra.operations.live.stack_resources import StackResource
from tradingbot_infra.operations.verification.check import Finding, Look, failed, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps

_ANYONE = WORLD[0]
_HTTP, _HTTPS, _POSTGRES, _REDIS = 80, 443, 5432, 6379

_LOGICAL_IDS = {
    "load balancer": "AlbSecurityGroup",
    "tasks": "EcsSecurityGroup",
    "PostgreSQL": "RdsSecurityGroup",
    "Redis": "RedisSecurityGroup",
    "VPC endpoints": "EndpointsSecurityGroup",
    "NAT instances": "VpcNatSecurityGroup",
}
"""Whose group it is, and how its logical id in the network stack begins."""

Design = Mapping[str, frozenset[Rule]]
"""The rules of each group by its owner, peers by their owners too."""


def designed(config: EnvironmentConfig) -> Design:
    """The groups and rules that the settings choose; a default group without rules is understood."""
    port = config.task.container_port
    rules = {
        "load balancer": {_in(_HTTP, _ANYONE), _in(_HTTPS, _ANYONE), _out(port, "tasks")},
        "tasks": {_in(port, "load balancer"), _out(_HTTPS, _ANYONE), _out(_POSTGRES, "PostgreSQL")},
        "PostgreSQL": {_in(_POSTGRES, "tasks")},
    }
    if config.cache.enable_redis:
        rules["Redis"] = {_in(_REDIS, "tasks")}
        rules["tasks"].add(_out(_REDIS, "Redis"))
    if config.network.enable_vpc_endpoints:
        rules["VPC endpoints"] = {_in(_HTTPS, "tasks")}
    if config.network.nat_type == "instance":
        rules["NAT instances"] = {_out(_HTTPS, _ANYONE), *(_in(_HTTPS, block) for block in config.network.private_subnet_cidrs)}
    return {owner: frozenset(each) for owner, each in rules.items()}


def owners(declared: Sequence[StackResource]) -> Mapping[str, str]:
    """The id of each group that the network stack declares, by its owner."""
    return {
        owner: resource.physical_id
        for owner, logical_id in _LOGICAL_IDS.items()
        for resource in declared
        if resource.logical_id.startswith(logical_id)
    }


def exact(design: Design, ids: Mapping[str, str], groups: Sequence[SecurityGroup], steps: NextSteps) -> Iterator[Finding]:
    """Each rule that is missing or too many, each group that is missing, and each group from elsewhere that admits the world."""
    labels = {identifier: owner for owner, identifier in ids.items()}
    standing = {group.id: group for group in groups}
    drift = [
        *(finding for owner in design if (finding := _missing_group(owner, ids, standing, steps))),
        *(
            finding
            for group in groups
            for finding in _differences(group, _expected(group, design, ids, labels), lambda peer: labels.get(peer, peer), steps)
        ),
    ]
    yield from drift
    if not drift:
        rules = sum(map(len, design.values()))
        yield passed(f"{len(design)} groups have their {rules} rules and no others; the default group has none")


def _in(port: int, peer: str) -> Rule:
    return Rule(egress=False, protocol="tcp", first=port, last=port, peer=peer)


def _out(port: int, peer: str) -> Rule:
    return Rule(egress=True, protocol="tcp", first=port, last=port, peer=peer)


def _missing_group(owner: str, ids: Mapping[str, str], standing: Mapping[str, SecurityGroup], steps: NextSteps) -> Finding | None:
    if ids.get(owner) in standing:
        return None
    return failed(f"the group of {owner} is missing", steps.revert("network"))


def _expected(group: SecurityGroup, design: Design, ids: Mapping[str, str], labels: Mapping[str, str]) -> frozenset[Rule]:
    """What the group should hold. Of one that is not ours everything is right that does not admit the world."""
    owner = labels.get(group.id, "")
    if owner in design:
        return frozenset(Rule(each.egress, each.protocol, each.first, each.last, ids.get(each.peer, each.peer)) for each in design[owner])
    if group.name == "default":
        return frozenset()
    return frozenset(rule for rule in group.rules if rule.egress or rule.peer not in WORLD)


def _differences(group: SecurityGroup, expected: frozenset[Rule], label: Callable[[str], str], steps: NextSteps) -> Iterator[Finding]:
    whose = f"{label(group.id)} ({group.id})" if label(group.id) != group.id else f"{group.name} ({group.id})"
    for rule in sorted(group.rules - expected, key=str):
        yield failed(f"too many: {whose} {_told(rule, label)}", _revoke(group, rule))
    for rule in sorted(expected - group.rules, key=str):
        yield failed(f"missing: {whose} {_told(rule, label)}", steps.revert("network"))


def _told(rule: Rule, label: Callable[[str], str]) -> str:
    return f"lets {rule.ports} {'out to' if rule.egress else 'in from'} {label(rule.peer)}"


def _revoke(group: SecurityGroup, rule: Rule) -> str:
    """What takes the rule away. A rule beside the template is no drift of it, and a deployment leaves it."""
    permission: dict[str, object] = {"IpProtocol": rule.protocol, **_peer(rule.peer)}
    if rule.first is not None:
        permission |= {"FromPort": rule.first, "ToPort": rule.last}
    direction = "egress" if rule.egress else "ingress"
    return f"aws ec2 revoke-security-group-{direction} --group-id {group.id} --ip-permissions '{json.dumps([permission])}'"


def _peer(peer: str) -> dict[str, object]:
    if peer.startswith("sg-"):
        return {"UserIdGroupPairs": [{"GroupId": peer}]}
    if peer.startswith("pl-"):
        return {"PrefixListIds": [{"PrefixListId": peer}]}
    return {"Ipv6Ranges": [{"CidrIpv6": peer}]} if ":" in peer else {"IpRanges": [{"CidrIp": peer}]}


def _exact(facts: Facts) -> Iterator[Finding]:
    vpc = facts.output("VpcId")
    if vpc is None:
        yield failed("the network stack has no output VpcId", facts.steps.deploy())
        return
    ids = owners(facts.declared("AWS::EC2::SecurityGroup", "network"))
    yield from exact(designed(facts.config), ids, read_security_groups(facts.session, vpc), facts.steps)


LOOKS = (Look("EC2, every rule of every security group of the VPC", _exact),)
