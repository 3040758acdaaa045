"""Rules of security groups: one peer each, compared as EC2 compares them, prefix lists included."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import records
from tradingbot_infra.local_cloud.services.operation import Call

_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_PEERS = {
    "IpRanges": ("CidrIp", "CidrIpv4"),
    "Ipv6Ranges": ("CidrIpv6", "CidrIpv6"),
    "PrefixListIds": ("PrefixListId", "PrefixListId"),
    "UserIdGroupPairs": ("GroupId", "ReferencedGroupInfo"),
}
"""Field of a permission that lists peers -> the field of a peer there, and in a rule."""
_ANY_PORT = -1

_Permission = Mapping[str, Any]
_Traits = tuple[object, ...]


@dataclass(frozen=True)
class Direction:
    """Ingress or Egress."""

    word: str
    egress: bool

    async def authorize(self, call: Call) -> dict[str, Any]:
        """AuthorizeSecurityGroupIngress or ...Egress: all rules, or none when one of them exists already."""
        permissions = _with_one_peer(call.parameters)
        if not permissions:
            return await call.as_asked()
        group, before = call.parameters["GroupId"], await _rules(call, self.egress)
        known = {_rule_traits(rule) for rule in before}
        for permission in permissions:
            if _traits(permission) in known:
                raise LocalApiError("InvalidPermission.Duplicate", f'the specified rule "{_words(permission)}" already exists')
        plain = [permission for permission in permissions if "PrefixListIds" not in permission]
        answer = await call.ministack(**{**call.parameters, "IpPermissions": plain}) if plain else {"Return": True}
        for permission in permissions:
            if "PrefixListIds" in permission:
                records.add_prefix_list_rule(group, egress=self.egress, permission=permission)
        ids = {rule["SecurityGroupRuleId"] for rule in before}
        made = [rule for rule in await _rules(call, self.egress) if rule["SecurityGroupRuleId"] not in ids]
        return {**answer, "SecurityGroupRules": made}

    async def revoke(self, call: Call) -> dict[str, Any]:
        """RevokeSecurityGroupIngress or ...Egress; rules that differ only in their descriptions are the same."""
        permissions = _with_one_peer(call.parameters)
        if not permissions:
            return await call.as_asked()
        ids = {_rule_traits(rule): rule["SecurityGroupRuleId"] for rule in await _rules(call, self.egress)}
        for permission in permissions:
            if _traits(permission) not in ids:
                message = f'the specified rule "{_words(permission)}" does not exist in this security group.'
                raise LocalApiError("InvalidPermission.NotFound", message)
        wanted = [ids[_traits(permission)] for permission in permissions]
        return await call.ministack(GroupId=call.parameters["GroupId"], SecurityGroupRuleIds=wanted)


INGRESS = Direction("Ingress", egress=False)
EGRESS = Direction("Egress", egress=True)


async def describe_rules(call: Call) -> dict[str, Any]:
    """DescribeSecurityGroupRules, with prefix lists."""
    rules = (await call.as_asked())["SecurityGroupRules"]
    lists = {rule: named for group in {rule["GroupId"] for rule in rules} for rule, named in records.prefix_lists(group).items()}
    named = [{"PrefixListId": lists[rule["SecurityGroupRuleId"]]} if rule["SecurityGroupRuleId"] in lists else {} for rule in rules]
    return {"SecurityGroupRules": [{**rule, **one} for rule, one in zip(rules, named, strict=True)]}


async def _rules(call: Call, egress: bool) -> list[dict[str, Any]]:
    filters = [{"Name": "group-id", "Values": [call.parameters["GroupId"]]}]
    found = (await call.ask("ec2", "DescribeSecurityGroupRules", Filters=filters))["SecurityGroupRules"]
    return [rule for rule in found if rule["IsEgress"] == egress]


def _with_one_peer(parameters: Mapping[str, Any]) -> list[_Permission]:
    """A permission for each peer of the call; none for a call in the old form, or by the name of the group."""
    if "GroupId" not in parameters:
        return []
    found: list[_Permission] = []
    for permission in parameters.get("IpPermissions", []):
        shared = {name: value for name, value in permission.items() if name not in _PEERS}
        shared["IpProtocol"] = _PROTOCOLS.get(shared["IpProtocol"], shared["IpProtocol"])
        found += [{**shared, where: [peer]} for where in _PEERS for peer in permission.get(where, [])]
    return found


def _traits(permission: _Permission) -> _Traits:
    """What EC2 compares two rules by: everything but the description."""
    ((where, (peer,)),) = ((name, permission[name]) for name in _PEERS if name in permission)
    return (*_ports(permission), where, peer.get(_PEERS[where][0]))


def _rule_traits(rule: Mapping[str, Any]) -> _Traits:
    for where, (_, field) in _PEERS.items():
        if field in rule:
            peer = rule[field]
            return (*_ports(rule), where, peer["GroupId"] if isinstance(peer, dict) else peer)
    return (*_ports(rule), None, None)


def _ports(rule: Mapping[str, Any]) -> _Traits:
    if rule["IpProtocol"] == "-1":
        return "-1", _ANY_PORT, _ANY_PORT
    return rule["IpProtocol"], rule.get("FromPort", _ANY_PORT), rule.get("ToPort", _ANY_PORT)


def _words(permission: _Permission) -> str:
    protocol, first, last, _, peer = _traits(permission)
    return f"peer: {peer}, {str(protocol).upper()}, from port: {first}, to port: {last}, ALLOW"
