"""Network ACLs: ports and ICMP types of entries, the last rule of each ACL, and the default ACL of subnets in no other."""

from collections.abc import Iterable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import records
from tradingbot_infra.local_cloud.services.operation import Call

_LAST_RULE = 32767
_DETAILS = ("PortRange", "IcmpTypeCode")


async def create_entry(call: Call) -> dict[str, Any]:
    """CreateNetworkAclEntry, which refuses a rule number that exists."""
    if _record(call):
        number = call.parameters["RuleNumber"]
        raise LocalApiError("NetworkAclEntryAlreadyExists", f"The network acl entry identified by {number} already exists.")
    return await _written(call)


async def replace_entry(call: Call) -> dict[str, Any]:
    """ReplaceNetworkAclEntry, which refuses a rule number that does not exist."""
    await _require(call)
    return await _written(call)


async def delete_entry(call: Call) -> dict[str, Any]:
    """DeleteNetworkAclEntry, which refuses a rule number that does not exist."""
    await _require(call)
    return await call.as_asked()


async def describe(call: Call) -> dict[str, Any]:
    """DescribeNetworkAcls, with the ports and ICMP types of entries.

    Every ACL ends with a rule that denies all, and a subnet in no other ACL is in its VPC's default one; EC2 shows both ("Network
    ACL basics", Amazon VPC User Guide).
    """
    answer = await call.as_asked()
    every = (await call.ministack())["NetworkAcls"]
    placed = {association["SubnetId"] for acl in every for association in acl["Associations"]}
    subnets = (await call.ask("ec2", "DescribeSubnets"))["Subnets"]
    unplaced = [subnet for subnet in subnets if subnet["SubnetId"] not in placed]
    return {"NetworkAcls": [_completed(acl, unplaced) for acl in answer["NetworkAcls"]]}


async def replace_association(call: Call) -> dict[str, Any]:
    """ReplaceNetworkAclAssociation; ministack loses the subnet."""
    old = call.parameters["AssociationId"]
    acls = (await call.ask("ec2", "DescribeNetworkAcls"))["NetworkAcls"]
    subnets = [a["SubnetId"] for acl in acls for a in acl["Associations"] if a["NetworkAclAssociationId"] == old]
    if not subnets:
        raise LocalApiError("InvalidAssociationID.NotFound", f"The association ID '{old}' does not exist")
    answer = await call.as_asked()
    records.write_network_acl_association(answer["NewAssociationId"], subnets[0])
    return answer


async def _written(call: Call) -> dict[str, Any]:
    answer = await call.as_asked()
    _record(call).update({name: call.parameters[name] for name in _DETAILS if name in call.parameters})
    return answer


def _record(call: Call) -> dict[str, Any]:
    return records.network_acl_entry(
        call.parameters["NetworkAclId"], rule_number=call.parameters["RuleNumber"], egress=call.parameters["Egress"]
    )


async def _require(call: Call) -> None:
    acl = call.parameters["NetworkAclId"]
    if not (await call.ask("ec2", "DescribeNetworkAcls", NetworkAclIds=[acl]))["NetworkAcls"]:
        raise LocalApiError("InvalidNetworkAclID.NotFound", f"The networkAcl ID '{acl}' does not exist")
    if not _record(call):
        direction = "egress" if call.parameters["Egress"] else "ingress"
        message = f"The {direction} entry {call.parameters['RuleNumber']} of {acl} does not exist"
        raise LocalApiError("InvalidNetworkAclEntry.NotFound", message)


def _completed(acl: Mapping[str, Any], unplaced: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    by_default = [
        {"NetworkAclAssociationId": f"aclassoc-{subnet['SubnetId']}", "NetworkAclId": acl["NetworkAclId"], "SubnetId": subnet["SubnetId"]}
        for subnet in unplaced
        if acl["IsDefault"] and subnet["VpcId"] == acl["VpcId"]
    ]
    return {**acl, "Entries": _entries(acl), "Associations": [*acl["Associations"], *by_default]}


def _entries(acl: Mapping[str, Any]) -> list[dict[str, Any]]:
    """In EC2's order: outbound before inbound, then by rule number."""
    found = {}
    for entry in acl["Entries"]:
        record = records.network_acl_entry(acl["NetworkAclId"], rule_number=entry["RuleNumber"], egress=entry["Egress"])
        found[entry["Egress"], entry["RuleNumber"]] = {**entry, **{name: record[name] for name in _DETAILS if name in record}}
    for egress in (True, False):
        last = {"CidrBlock": "0.0.0.0/0", "Egress": egress, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": _LAST_RULE}
        found.setdefault((egress, _LAST_RULE), last)
    return [found[key] for key in sorted(found, key=lambda key: (not key[0], key[1]))]
