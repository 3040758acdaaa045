"""Security groups, network ACLs and flow logs."""

from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.operations.compliance.readers.reader import Beside, Live, One, Reader, same_names
from tradingbot_infra.templates import Resource

_PEERS = {"Ingress": "Source", "Egress": "Destination"}
"""How the properties for the other side of a rule begin."""


def _security_group(one: One) -> Live:
    group = one.session.ec2.describe_security_groups(GroupIds=[one.physical_id])["SecurityGroups"][0]
    properties: dict[str, Any] = {}
    deleted: list[str] = []
    permissions = {"Ingress": group.get("IpPermissions", []), "Egress": group.get("IpPermissionsEgress", [])}
    for direction, peer in _PEERS.items():
        live = [rule for permission in permissions[direction] for rule in _rules(permission, peer)]
        separate = list(_separate(one, direction))
        known = [_key(one, each.properties, peer) for each in separate]
        own = [rule for rule in live if _key(one, rule, peer) not in known]
        found = [_key(one, rule, peer) for rule in live]
        deleted += [each.logical_id for each in separate if _key(one, each.properties, peer) not in found]
        properties[f"SecurityGroup{direction}"] = _as_declared(one, direction, peer, own)
    return Live(properties=properties, deleted=tuple(deleted))


def _rules(permission: Mapping[str, Any], peer: str) -> Iterator[dict[str, Any]]:
    base = {name: permission[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in permission}
    for block in permission.get("IpRanges", []):
        yield {**base, "CidrIp": block["CidrIp"]}
    for block in permission.get("Ipv6Ranges", []):
        yield {**base, "CidrIpv6": block["CidrIpv6"]}
    for pair in permission.get("UserIdGroupPairs", []):
        yield {**base, f"{peer}SecurityGroupId": pair.get("GroupId")}
    for prefixes in permission.get("PrefixListIds", []):
        yield {**base, f"{peer}PrefixListId": prefixes.get("PrefixListId")}


def _separate(one: One, direction: str) -> Iterator[Resource]:
    for each in one.assembly.of_type(f"AWS::EC2::SecurityGroup{direction}"):
        if one.assembly.referred(each.properties.get("GroupId")) == one.resource:
            yield each


def _as_declared(one: One, direction: str, peer: str, live: list[dict[str, Any]]) -> list[Any]:
    """The live rules, each as the template writes it if it has the same: a service keeps no order, and spells protocols its own way."""
    written = {_key(one, rule, peer): rule for rule in one.resource.properties.get(f"SecurityGroup{direction}", [])}
    return [written.get(_key(one, rule, peer), rule) for rule in live]


def _key(one: One, rule: Mapping[str, Any], peer: str) -> str:
    names = ("CidrIp", "CidrIpv6", f"{peer}SecurityGroupId", f"{peer}PrefixListId")
    peers = [rule[name] for name in names if rule.get(name)]
    ports = [rule.get(name) for name in ("FromPort", "ToPort")] if str(rule.get("IpProtocol")) != "-1" else []
    return one.ids.canonical([[rule.get("IpProtocol"), *ports], *peers])


def _network_acl(one: One) -> Live:
    acl = one.session.ec2.describe_network_acls(NetworkAclIds=[one.physical_id])["NetworkAcls"][0]
    declared = {
        _entry_key(one, each.properties): each.logical_id
        for each in one.assembly.of_type("AWS::EC2::NetworkAclEntry")
        if one.assembly.referred(each.properties.get("NetworkAclId")) == one.resource
    }
    live = {_entry_key(one, entry): entry for entry in map(_entry, acl["Entries"]) if entry["RuleNumber"] < _LAST_ENTRY}
    return Live(
        beside=tuple(
            Beside(
                type="AWS::EC2::NetworkAclEntry",
                name=f"{'Out' if entry['Egress'] else 'In'}{entry['RuleNumber']}",
                properties={**entry, "NetworkAclId": f"${{{one.resource.stack}.{one.resource.logical_id}}}"},
            )
            for key, entry in live.items()
            if key not in declared
        ),
        deleted=tuple(logical_id for key, logical_id in declared.items() if key not in live),
    )


_LAST_ENTRY = 32767
"""The number of the entry that refuses the rest, which every network ACL has (VPC User Guide, "Network ACL rules")."""


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    found = {**same_names(entry, "CidrBlock", "Ipv6CidrBlock", "Egress", "RuleAction", "RuleNumber"), "Protocol": int(entry["Protocol"])}
    if entry.get("PortRange"):
        found["PortRange"] = dict(entry["PortRange"])
    return {name: value for name, value in found.items() if value is not None}


def _entry_key(one: One, entry: Mapping[str, Any]) -> str:
    address = entry.get("CidrBlock") or entry.get("Ipv6CidrBlock")
    ports = entry.get("PortRange") or {}
    numbers = [entry.get("RuleNumber"), entry.get("Protocol"), ports.get("From"), ports.get("To")]
    return one.ids.canonical([[str(entry.get("Egress", False)).lower(), entry.get("RuleAction"), address], numbers])


def _flow_log(one: One) -> Live:
    logs = one.session.ec2.describe_flow_logs(FlowLogIds=[one.physical_id])["FlowLogs"]
    if not logs:
        return Live(deleted=(one.resource.logical_id,))
    return Live(properties=same_names(logs[0], "TrafficType", "LogFormat"))


READERS: Mapping[str, Reader] = {
    "AWS::EC2::SecurityGroup": _security_group,
    "AWS::EC2::NetworkAcl": _network_acl,
    "AWS::EC2::FlowLog": _flow_log,
}
