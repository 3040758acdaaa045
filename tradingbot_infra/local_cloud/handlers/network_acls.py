"""Network ACLs, their entries and their subnets."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.handlers.ec2_tags import retagged, specifications
from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, given, ignoring
from tradingbot_infra.local_cloud.in_process import call

_NO_ACL = "InvalidNetworkAclID.NotFound"


def _create_acl(properties: Properties, _name: str) -> Created:
    tags = specifications("network-acl", properties)
    acl: str = call("ec2", "CreateNetworkAcl", VpcId=properties["VpcId"], TagSpecifications=tags)["NetworkAcl"]["NetworkAclId"]
    return acl, {"Id": acl}


def _delete_acl(acl: str, _properties: Properties) -> None:
    with ignoring(_NO_ACL):
        call("ec2", "DeleteNetworkAcl", NetworkAclId=acl)


def _create_entry(properties: Properties, name: str) -> Created:
    _write_entry("CreateNetworkAclEntry", properties)
    return name, {"Id": name}


def _change_entry(name: str, _old: Properties, new: Properties) -> Created:
    _write_entry("ReplaceNetworkAclEntry", new)
    return name, {"Id": name}


def _write_entry(operation: str, properties: Properties) -> None:
    parameters = given(properties, "CidrBlock", "Ipv6CidrBlock", "PortRange", "Protocol", "RuleAction")
    if "Icmp" in properties:
        parameters["IcmpTypeCode"] = properties["Icmp"]
    call("ec2", operation, **_entry_key(properties), **parameters)


def _delete_entry(_name: str, properties: Properties) -> None:
    with ignoring(_NO_ACL, "InvalidNetworkAclEntry.NotFound"):
        call("ec2", "DeleteNetworkAclEntry", **_entry_key(properties))


def _entry_key(properties: Properties) -> dict[str, Any]:
    return {"Egress": False, **given(properties, "NetworkAclId", "RuleNumber", "Egress")}


def _create_association(properties: Properties, _name: str) -> Created:
    subnet = properties["SubnetId"]
    current = next(association for association, found in _associations().items() if found == subnet)
    association = _move(current, properties["NetworkAclId"])
    return association, {"AssociationId": association}


def _delete_association(association: str, properties: Properties) -> None:
    if association not in _associations():
        return
    subnets = call("ec2", "DescribeSubnets")["Subnets"]
    vpc = next((subnet["VpcId"] for subnet in subnets if subnet["SubnetId"] == properties["SubnetId"]), None)
    default = next((acl for acl in _acls() if acl["IsDefault"] and acl["VpcId"] == vpc), None)
    if default is not None:
        _move(association, default["NetworkAclId"])


def _move(association: str, acl: str) -> str:
    moved: str = call("ec2", "ReplaceNetworkAclAssociation", AssociationId=association, NetworkAclId=acl)["NewAssociationId"]
    return moved


def _associations() -> dict[str, str]:
    """Association id -> subnet id."""
    return {association["NetworkAclAssociationId"]: association["SubnetId"] for acl in _acls() for association in acl["Associations"]}


def _acls() -> list[dict[str, Any]]:
    acls: list[dict[str, Any]] = call("ec2", "DescribeNetworkAcls")["NetworkAcls"]
    return acls


RESOURCES: Mapping[str, Resource] = {
    "AWS::EC2::NetworkAcl": Resource(create=_create_acl, change=retagged("Id"), in_place=frozenset({"Tags"}), delete=_delete_acl),
    "AWS::EC2::NetworkAclEntry": Resource(
        create=_create_entry,
        change=_change_entry,
        in_place=frozenset({"CidrBlock", "Ipv6CidrBlock", "Protocol", "RuleAction", "PortRange", "Icmp"}),
        delete=_delete_entry,
    ),
    "AWS::EC2::SubnetNetworkAclAssociation": Resource(create=_create_association, delete=_delete_association),
}
