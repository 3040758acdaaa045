"""Security group rules of stacks, and the restriction of the default group."""

from typing import Any

import pytest

from tests.local_cloud.handlers.resources import create, delete, update
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call


def rules(group: str, *, egress: bool) -> list[dict[str, Any]]:
    found = call("ec2", "DescribeSecurityGroupRules", Filters=[{"Name": "group-id", "Values": [group]}])
    return [rule for rule in found["SecurityGroupRules"] if rule["IsEgress"] == egress]


def ingress(group: str, peer: str, port: int | str = 5432) -> dict[str, Any]:
    return {
        "GroupId": group,
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "SourceSecurityGroupId": peer,
        "Description": "from the application",
    }


def test_a_rule_between_groups_is_visible_with_its_description(group: str, peer: str) -> None:
    rule, attributes = create("AWS::EC2::SecurityGroupIngress", ingress(group, peer, "5432"))
    assert attributes == {"Id": rule}
    (found,) = rules(group, egress=False)
    assert found["SecurityGroupRuleId"] == rule
    assert (found["IpProtocol"], found["FromPort"], found["ToPort"]) == ("tcp", 5432, 5432)
    assert found["ReferencedGroupInfo"]["GroupId"] == peer
    assert found["Description"] == "from the application"


def test_a_rule_that_exists_already_is_refused_as_on_aws_even_under_another_description(group: str, peer: str) -> None:
    create("AWS::EC2::SecurityGroupIngress", ingress(group, peer))
    with pytest.raises(LocalApiError) as raised:
        create("AWS::EC2::SecurityGroupIngress", {**ingress(group, peer), "Description": "again"})
    assert raised.value.code == "InvalidPermission.Duplicate"
    assert len(rules(group, egress=False)) == 1


@pytest.mark.parametrize("description", ["reworded", None])
def test_another_description_changes_the_rule_in_place(group: str, peer: str, description: str | None) -> None:
    old = ingress(group, peer)
    rule, _ = create("AWS::EC2::SecurityGroupIngress", old)
    new = {name: value for name, value in old.items() if name != "Description"}
    if description:
        new["Description"] = description
    assert update("AWS::EC2::SecurityGroupIngress", rule, old, new) == rule
    (found,) = rules(group, egress=False)
    assert found.get("Description") == description


def test_another_port_replaces_the_rule_and_leaves_its_neighbour_alone(group: str, peer: str) -> None:
    old = ingress(group, peer, 5432)
    rule, _ = create("AWS::EC2::SecurityGroupIngress", old)
    neighbour, _ = create("AWS::EC2::SecurityGroupIngress", ingress(group, peer, 6379))
    replacement = update("AWS::EC2::SecurityGroupIngress", rule, old, ingress(group, peer, 5433))
    assert {found["SecurityGroupRuleId"] for found in rules(group, egress=False)} == {neighbour, replacement}


def test_deleting_a_rule_revokes_exactly_that_rule_and_succeeds_twice(group: str, peer: str) -> None:
    doomed, _ = create("AWS::EC2::SecurityGroupIngress", ingress(group, peer, 5432))
    kept, _ = create("AWS::EC2::SecurityGroupIngress", ingress(group, group, 5432))
    for _ in range(2):
        delete("AWS::EC2::SecurityGroupIngress", doomed, ingress(group, peer, 5432))
        assert [found["SecurityGroupRuleId"] for found in rules(group, egress=False)] == [kept]


def test_deleting_a_rule_of_a_missing_group_succeeds() -> None:
    delete("AWS::EC2::SecurityGroupIngress", "sgr-0123456789abcdef0", ingress("sg-0123456789abcdef0", "sg-0"))


def egress(group: str, cidr: str = "10.0.0.0/16") -> dict[str, Any]:
    return {"GroupId": group, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": cidr}


def test_the_first_egress_rule_takes_the_place_of_the_rule_that_allows_everything(group: str) -> None:
    assert [found["CidrIpv4"] for found in rules(group, egress=True)] == ["0.0.0.0/0"]
    rule, _ = create("AWS::EC2::SecurityGroupEgress", egress(group))
    (found,) = rules(group, egress=True)
    assert (found["SecurityGroupRuleId"], found["CidrIpv4"], found["FromPort"]) == (rule, "10.0.0.0/16", 443)


def test_an_egress_rule_leaves_a_described_rule_that_allows_everything(group: str) -> None:
    create("AWS::EC2::SecurityGroupEgress", egress(group))
    everything = {"GroupId": group, "IpProtocol": "-1", "CidrIp": "0.0.0.0/0", "Description": "all outbound"}
    create("AWS::EC2::SecurityGroupEgress", everything)
    create("AWS::EC2::SecurityGroupEgress", egress(group, "10.1.0.0/16"))
    assert {found["CidrIpv4"] for found in rules(group, egress=True)} == {"10.0.0.0/16", "0.0.0.0/0", "10.1.0.0/16"}


def test_a_replaced_and_then_deleted_egress_rule_leaves_nothing(group: str) -> None:
    rule, _ = create("AWS::EC2::SecurityGroupEgress", egress(group))
    new = egress(group, "10.1.0.0/16")
    replacement = update("AWS::EC2::SecurityGroupEgress", rule, egress(group), new)
    assert [found["CidrIpv4"] for found in rules(group, egress=True)] == ["10.1.0.0/16"]
    delete("AWS::EC2::SecurityGroupEgress", replacement, new)
    assert rules(group, egress=True) == []


def test_a_rule_to_a_prefix_list_carries_it(group: str) -> None:
    properties = {"GroupId": group, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    create("AWS::EC2::SecurityGroupEgress", {**properties, "DestinationPrefixListId": "pl-0123456789abcdef0"})
    assert [found["PrefixListId"] for found in rules(group, egress=True)] == ["pl-0123456789abcdef0"]
    (described,) = call("ec2", "DescribeSecurityGroups", GroupIds=[group])["SecurityGroups"]
    (permission,) = described["IpPermissionsEgress"]
    assert [found["PrefixListId"] for found in permission["PrefixListIds"]] == ["pl-0123456789abcdef0"]


def test_a_restricted_default_group_has_no_rules_until_the_restriction_is_deleted(group: str) -> None:
    create("AWS::EC2::SecurityGroupIngress", ingress(group, group))
    properties = {"DefaultSecurityGroupId": group, "Account": "000000000000", "ServiceToken": "arn:of:a:function"}
    physical_id, _ = create("Custom::VpcRestrictDefaultSG", properties)
    assert rules(group, egress=False) == rules(group, egress=True) == []
    delete("Custom::VpcRestrictDefaultSG", physical_id, properties)
    assert [found["ReferencedGroupInfo"]["GroupId"] for found in rules(group, egress=False)] == [group]
    assert [found["CidrIpv4"] for found in rules(group, egress=True)] == ["0.0.0.0/0"]


def test_a_restriction_moves_to_another_group(group: str, peer: str) -> None:
    old = {"DefaultSecurityGroupId": group, "Account": "000000000000"}
    physical_id, _ = create("Custom::VpcRestrictDefaultSG", old)
    moved = update("Custom::VpcRestrictDefaultSG", physical_id, old, {**old, "DefaultSecurityGroupId": peer})
    assert moved == physical_id
    assert rules(peer, egress=True) == []
    assert [found["CidrIpv4"] for found in rules(group, egress=True)] == ["0.0.0.0/0"]


def test_lifting_the_restriction_of_a_missing_group_succeeds() -> None:
    delete("Custom::VpcRestrictDefaultSG", "any", {"DefaultSecurityGroupId": "sg-0123456789abcdef0"})
