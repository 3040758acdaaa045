"""Checks: security groups have the rules of design/connections.py, and no others."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.connections import egress, ingress
from tradingbot_infra.design.parties import ANYONE, PRIVATE_SUBNETS, Party
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.security_groups import ANY_ADDRESS, SecurityGroup, SecurityGroupRule, read_security_groups
from tradingbot_infra.operations.live.stacks import StackResource
from tradingbot_infra.operations.printed_commands import AwsCli, revert
from tradingbot_infra.operations.verdict import Finding, failed, passed
from tradingbot_infra.operations.verification.check import Look

Design = Mapping[Party, frozenset[SecurityGroupRule]]
"""The rules of each party's group; a peer that has a group is named by the party, and replaced by its id later."""


def designed(config: EnvironmentConfig) -> Design:
    """The groups and rules that the settings choose; a default group without rules is understood."""
    rows = config.connections
    parties = dict.fromkeys(party for row in rows for party in (row.source, row.target) if party.security_group)
    return {
        party: frozenset(
            (
                *(_rule(row.port, peer, egress=True) for row in egress(rows, party) for peer in _peers(row.target, config)),
                *(_rule(row.port, peer, egress=False) for row in ingress(rows, party) for peer in _peers(row.source, config)),
            )
        )
        for party in parties
    }


def owners(design: Design, declared: Sequence[StackResource]) -> Mapping[Party, str]:
    """The id of the group that the network stack declares for each party."""
    return {
        party: resource.physical_id
        for party in design
        for resource in declared
        if party.security_group and resource.logical_id.startswith(party.security_group)
    }


def exact(design: Design, ids: Mapping[Party, str], groups: Sequence[SecurityGroup]) -> Iterator[Finding]:
    """Each rule that is missing or too many, each group that is missing, and each other group that admits the world."""
    labels = {identifier: party.name for party, identifier in ids.items()}
    existing = {group.id for group in groups}
    expected = {ids[party]: _with_ids(rules, ids) for party, rules in design.items() if party in ids}
    drift = [
        *(failed(f"the group of {party.name} is missing", revert("network")) for party in design if ids.get(party) not in existing),
        *(finding for group in groups for finding in _differences(group, _expected(group, expected), lambda peer: labels.get(peer, peer))),
    ]
    yield from drift
    if not drift:
        rules = sum(map(len, design.values()))
        yield passed(f"{len(design)} groups have their {rules} rules and no others; the default group has none")


def _rule(port: int, peer: str, *, egress: bool) -> SecurityGroupRule:
    return SecurityGroupRule(egress=egress, protocol="tcp", first=port, last=port, peer=peer)


def _peers(party: Party, config: EnvironmentConfig) -> tuple[str, ...]:
    if party == ANYONE:
        return ANY_ADDRESS[:1]
    return config.network.private_subnet_cidrs if party == PRIVATE_SUBNETS else (party.name,)


def _with_ids(rules: frozenset[SecurityGroupRule], ids: Mapping[Party, str]) -> frozenset[SecurityGroupRule]:
    by_name = {party.name: identifier for party, identifier in ids.items()}
    return frozenset(
        SecurityGroupRule(each.egress, each.protocol, each.first, each.last, by_name.get(each.peer, each.peer)) for each in rules
    )


def _expected(group: SecurityGroup, expected: Mapping[str, frozenset[SecurityGroupRule]]) -> frozenset[SecurityGroupRule]:
    """The rules that the group should have. Another group than the design's may have any that do not admit the world."""
    if group.id in expected:
        return expected[group.id]
    if group.name == "default":
        return frozenset()
    return frozenset(rule for rule in group.rules if rule.egress or rule.peer not in ANY_ADDRESS)


def _differences(group: SecurityGroup, expected: frozenset[SecurityGroupRule], label: Callable[[str], str]) -> Iterator[Finding]:
    whose = f"{label(group.id)} ({group.id})" if label(group.id) != group.id else f"{group.name} ({group.id})"
    for rule in sorted(group.rules - expected, key=str):
        yield failed(f"too many: {whose} {_in_words(rule, label)}", _revoke(group, rule))
    for rule in sorted(expected - group.rules, key=str):
        yield failed(f"missing: {whose} {_in_words(rule, label)}", revert("network"))


def _in_words(rule: SecurityGroupRule, label: Callable[[str], str]) -> str:
    return f"lets {rule.label} {'out to' if rule.egress else 'in from'} {label(rule.peer)}"


def _revoke(group: SecurityGroup, rule: SecurityGroupRule) -> AwsCli:
    """Deletes the rule. A rule that is not in the template is no drift of it, and a deployment keeps it."""
    permission: dict[str, object] = {"IpProtocol": rule.protocol, **_peer(rule.peer)}
    if rule.first is not None:
        permission |= {"FromPort": rule.first, "ToPort": rule.last}
    direction = "egress" if rule.egress else "ingress"
    return AwsCli(f"ec2 revoke-security-group-{direction} --group-id {group.id} --ip-permissions '{json.dumps([permission])}'")


def _peer(peer: str) -> dict[str, object]:
    if peer.startswith("sg-"):
        return {"UserIdGroupPairs": [{"GroupId": peer}]}
    if peer.startswith("pl-"):
        return {"PrefixListIds": [{"PrefixListId": peer}]}
    return {"Ipv6Ranges": [{"CidrIpv6": peer}]} if ":" in peer else {"IpRanges": [{"CidrIp": peer}]}


def _exact(facts: Facts) -> Iterator[Finding]:
    design = designed(facts.config)
    ids = owners(design, facts.declared("AWS::EC2::SecurityGroup", "NetworkStack"))
    return exact(design, ids, read_security_groups(facts.session, facts.vpc_id))


LOOKS = (Look("EC2, every rule of every security group of the VPC", _exact),)
