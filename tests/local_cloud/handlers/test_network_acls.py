"""Network ACLs of stacks."""

from typing import Any

from tests.local_cloud.handlers.resources import NEW_TAGS, TAGS, create, delete, tags_of, update
from tradingbot_infra.local_cloud.in_process import call


def acl(acl_id: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = call("ec2", "DescribeNetworkAcls", NetworkAclIds=[acl_id])["NetworkAcls"]
    return found[0] if found else {}


def test_a_network_acl_is_tagged_retagged_and_deleted(vpc: str) -> None:
    old = {"VpcId": vpc, "Tags": TAGS}
    acl_id, attributes = create("AWS::EC2::NetworkAcl", old)
    assert attributes == {"Id": acl_id}
    assert tags_of(acl(acl_id)) == {"Project": "tradingbot", "Owner": "ops"}
    assert update("AWS::EC2::NetworkAcl", acl_id, old, {"VpcId": vpc, "Tags": NEW_TAGS}) == acl_id
    assert tags_of(acl(acl_id)) == {"Project": "renamed"}
    for _ in range(2):
        delete("AWS::EC2::NetworkAcl", acl_id, old)
        assert acl(acl_id) == {}


def test_an_entry_changes_in_place_and_deleting_it_leaves_the_other_direction(vpc: str) -> None:
    acl_id, _ = create("AWS::EC2::NetworkAcl", {"VpcId": vpc})
    old = {
        "NetworkAclId": acl_id,
        "RuleNumber": "100",
        "Protocol": 6,
        "RuleAction": "allow",
        "CidrBlock": "10.0.0.0/8",
        "PortRange": {"From": "443", "To": "443"},
    }
    name, _ = create("AWS::EC2::NetworkAclEntry", old)
    create("AWS::EC2::NetworkAclEntry", {**old, "Egress": "true"})
    new = {**old, "RuleAction": "deny"}
    assert update("AWS::EC2::NetworkAclEntry", name, old, new) == name
    actions = {entry["Egress"]: entry["RuleAction"] for entry in entries(acl_id)}
    assert actions == {False: "deny", True: "allow"}
    assert [entry["PortRange"] for entry in entries(acl_id)] == [{"From": 443, "To": 443}] * 2
    for _ in range(2):
        delete("AWS::EC2::NetworkAclEntry", name, new)
        assert [entry["Egress"] for entry in entries(acl_id)] == [True]


def entries(acl_id: str) -> list[dict[str, Any]]:
    """All but the last rule in each direction, which every ACL has."""
    return [entry for entry in acl(acl_id)["Entries"] if entry["RuleNumber"] != 32767]


def test_a_subnet_moves_between_network_acls_and_back_to_the_default_one(vpc: str, subnet: str) -> None:
    first, _ = create("AWS::EC2::NetworkAcl", {"VpcId": vpc})
    second, _ = create("AWS::EC2::NetworkAcl", {"VpcId": vpc})
    old, new = ({"NetworkAclId": found, "SubnetId": subnet} for found in (first, second))
    association, attributes = create("AWS::EC2::SubnetNetworkAclAssociation", old)
    assert attributes == {"AssociationId": association}
    assert [found["SubnetId"] for found in acl(first)["Associations"]] == [subnet]
    moved = update("AWS::EC2::SubnetNetworkAclAssociation", association, old, new)
    assert acl(first)["Associations"] == []
    assert [found["SubnetId"] for found in acl(second)["Associations"]] == [subnet]
    for _ in range(2):
        delete("AWS::EC2::SubnetNetworkAclAssociation", moved, new)
        assert acl(second)["Associations"] == []
        default = next(found for found in call("ec2", "DescribeNetworkAcls")["NetworkAcls"] if found["IsDefault"] and found["VpcId"] == vpc)
        assert [found["SubnetId"] for found in default["Associations"]] == [subnet]
