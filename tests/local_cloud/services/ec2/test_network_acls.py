"""Entries with their ports, the rule that ends every ACL, and the ACL of every subnet."""

from typing import Any

import pytest

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

POSTGRES = {"Protocol": "6", "RuleAction": "allow", "CidrBlock": "10.0.0.0/16", "PortRange": {"From": 5432, "To": 5432}}


@pytest.fixture
def acl(vpc: str) -> str:
    made: str = call("ec2", "CreateNetworkAcl", VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    return made


def described(acl: str) -> dict[str, Any]:
    (found,) = call("ec2", "DescribeNetworkAcls", NetworkAclIds=[acl])["NetworkAcls"]
    return dict(found)


def entries(acl: str) -> list[tuple[bool, int, str, dict[str, int] | None]]:
    return [(one["Egress"], one["RuleNumber"], one["RuleAction"], one.get("PortRange")) for one in described(acl)["Entries"]]


def create(acl: str, number: int, **settings: object) -> None:
    call("ec2", "CreateNetworkAclEntry", NetworkAclId=acl, RuleNumber=number, **{"Egress": False, **POSTGRES, **settings})


def refused(operation: str, **parameters: object) -> str:
    with pytest.raises(LocalApiError) as raised:
        call("ec2", operation, **parameters)
    return raised.value.code


def test_entries_show_their_ports_outbound_first_in_the_order_of_their_numbers_and_end_with_a_denial(acl: str) -> None:
    create(acl, 200)
    create(acl, 100, PortRange={"From": 1024, "To": 65535})
    create(acl, 100, Egress=True, RuleAction="deny")
    assert entries(acl) == [
        (True, 100, "deny", {"From": 5432, "To": 5432}),
        (True, 32767, "deny", None),
        (False, 100, "allow", {"From": 1024, "To": 65535}),
        (False, 200, "allow", {"From": 5432, "To": 5432}),
        (False, 32767, "deny", None),
    ]


def test_ministack_still_shows_no_ports(acl: str) -> None:
    create(acl, 100)
    (found,) = own("ec2", "DescribeNetworkAcls", NetworkAclIds=[acl])["NetworkAcls"]
    assert ["PortRange" in entry for entry in found["Entries"]] == [False]


def test_icmp_types_are_stored_too(acl: str) -> None:
    call(
        "ec2",
        "CreateNetworkAclEntry",
        NetworkAclId=acl,
        RuleNumber=1,
        Egress=False,
        Protocol="1",
        RuleAction="allow",
        CidrBlock="0.0.0.0/0",
        IcmpTypeCode={"Type": 8, "Code": -1},
    )
    assert next(one["IcmpTypeCode"] for one in described(acl)["Entries"] if one["RuleNumber"] == 1) == {"Type": 8, "Code": -1}


def test_a_replaced_entry_has_the_new_ports_or_none(acl: str) -> None:
    create(acl, 100)
    ports = {"From": 6379, "To": 6379}
    call("ec2", "ReplaceNetworkAclEntry", NetworkAclId=acl, RuleNumber=100, Egress=False, **{**POSTGRES, "PortRange": ports})
    assert (False, 100, "allow", ports) in entries(acl)
    call(
        "ec2",
        "ReplaceNetworkAclEntry",
        NetworkAclId=acl,
        RuleNumber=100,
        Egress=False,
        Protocol="-1",
        RuleAction="deny",
        CidrBlock="0.0.0.0/0",
    )
    assert (False, 100, "deny", None) in entries(acl)


def test_a_number_that_is_taken_and_one_that_is_not_there_are_refused(acl: str) -> None:
    create(acl, 100)
    assert refused("CreateNetworkAclEntry", NetworkAclId=acl, RuleNumber=100, Egress=False, **POSTGRES) == "NetworkAclEntryAlreadyExists"
    assert refused("ReplaceNetworkAclEntry", NetworkAclId=acl, RuleNumber=100, Egress=True, **POSTGRES) == "InvalidNetworkAclEntry.NotFound"
    assert refused("DeleteNetworkAclEntry", NetworkAclId=acl, RuleNumber=101, Egress=False) == "InvalidNetworkAclEntry.NotFound"
    assert len(entries(acl)) == 3


@pytest.mark.parametrize("operation", ["CreateNetworkAclEntry", "ReplaceNetworkAclEntry", "DeleteNetworkAclEntry"])
def test_an_unknown_acl_is_refused(operation: str) -> None:
    rule = {} if operation.startswith("Delete") else POSTGRES
    assert refused(operation, NetworkAclId="acl-0123456789abcdef0", RuleNumber=1, Egress=False, **rule) == "InvalidNetworkAclID.NotFound"


def acl_of(subnet: str) -> dict[str, Any]:
    filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
    (found,) = call("ec2", "DescribeNetworkAcls", Filters=filters)["NetworkAcls"]
    return dict(found)


def test_a_subnet_is_in_the_default_acl_until_it_is_moved_and_keeps_its_place_in_the_new_one(vpc: str, subnet: str, acl: str) -> None:
    default = acl_of(subnet)
    assert (default["IsDefault"], default["VpcId"]) == (True, vpc)
    (association,) = [one for one in default["Associations"] if one["SubnetId"] == subnet]
    moved = call("ec2", "ReplaceNetworkAclAssociation", AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl)
    after = acl_of(subnet)
    assert after["NetworkAclId"] == acl
    assert after["Associations"] == [{"NetworkAclAssociationId": moved["NewAssociationId"], "NetworkAclId": acl, "SubnetId": subnet}]
    assert described(default["NetworkAclId"])["Associations"] == []


def test_an_unknown_association_is_refused(acl: str) -> None:
    assert refused("ReplaceNetworkAclAssociation", AssociationId="aclassoc-none", NetworkAclId=acl) == "InvalidAssociationID.NotFound"
    assert described(acl)["Associations"] == []


def test_ministack_still_passes_the_subnet_filter_over(acl: str) -> None:
    filters = [{"Name": "association.subnet-id", "Values": ["subnet-none"]}]
    assert own("ec2", "DescribeNetworkAcls", Filters=filters)["NetworkAcls"] != []
    assert call("ec2", "DescribeNetworkAcls", Filters=filters)["NetworkAcls"] == []
