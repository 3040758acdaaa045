"""Rules of security groups: one peer each, and the same whatever their description."""

from typing import Any

import pytest

from tests.local_cloud.conftest import new_group
from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

DIRECTIONS = pytest.mark.parametrize("word", ["Ingress", "Egress"])
LIST = "pl-0123456789abcdef0"


def permission(port: int, **peers: object) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peers}


def change(deed: str, word: str, group: str, *permissions: dict[str, Any]) -> list[dict[str, Any]]:
    answer = call("ec2", f"{deed}SecurityGroup{word}", GroupId=group, IpPermissions=list(permissions))
    assert answer["Return"] is True
    return list(answer.get("SecurityGroupRules", []))


def rules(group: str, word: str) -> list[dict[str, Any]]:
    """All rules of one direction but the one that EC2 gives every group."""
    filters = [{"Name": "group-id", "Values": [group]}]
    found = call("ec2", "DescribeSecurityGroupRules", Filters=filters)["SecurityGroupRules"]
    return [rule for rule in found if rule["IsEgress"] == (word == "Egress") and rule["IpProtocol"] != "-1"]


def refused(deed: str, word: str, group: str, *permissions: dict[str, Any]) -> str:
    with pytest.raises(LocalApiError) as raised:
        change(deed, word, group, *permissions)
    return raised.value.code


@DIRECTIONS
def test_each_peer_of_a_permission_is_a_rule_of_its_own(group: str, peer: str, word: str) -> None:
    peers = {
        "IpRanges": [{"CidrIp": "10.0.0.0/16", "Description": "here"}, {"CidrIp": "10.1.0.0/16"}],
        "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
        "UserIdGroupPairs": [{"GroupId": peer}],
        "PrefixListIds": [{"PrefixListId": LIST, "Description": "S3"}],
    }
    made = change("Authorize", word, group, permission(443, **peers))
    assert made == rules(group, word)
    assert len({rule["SecurityGroupRuleId"] for rule in made}) == 5
    named = [
        (rule.get("CidrIpv4"), rule.get("CidrIpv6"), rule.get("PrefixListId"), rule.get("ReferencedGroupInfo", {}).get("GroupId"))
        for rule in made
    ]
    assert sorted(named, key=str) == sorted(
        [
            ("10.0.0.0/16", None, None, None),
            ("10.1.0.0/16", None, None, None),
            (None, "::/0", None, None),
            (None, None, LIST, None),
            (None, None, None, peer),
        ],
        key=str,
    )
    assert {rule.get("Description") for rule in made} == {"here", "S3", None}


def test_ministack_still_ignores_prefix_lists(group: str) -> None:
    own("ec2", "AuthorizeSecurityGroupEgress", GroupId=group, IpPermissions=[permission(443, PrefixListIds=[{"PrefixListId": LIST}])])
    (rule,) = rules(group, "Egress")
    assert "PrefixListId" not in rule


def test_two_prefix_lists_on_one_port_are_two_rules_and_revoked_one_by_one(group: str) -> None:
    one, two = ({"PrefixListIds": [{"PrefixListId": found}]} for found in (LIST, "pl-0fedcba9876543210"))
    change("Authorize", "Egress", group, permission(443, **one), permission(443, **two))
    change("Revoke", "Egress", group, permission(443, **one))
    assert [rule["PrefixListId"] for rule in rules(group, "Egress")] == ["pl-0fedcba9876543210"]
    (described,) = call("ec2", "DescribeSecurityGroups", GroupIds=[group])["SecurityGroups"]
    lists = [found["PrefixListId"] for one in described["IpPermissionsEgress"] for found in one["PrefixListIds"]]
    assert lists == ["pl-0fedcba9876543210"]


@DIRECTIONS
@pytest.mark.parametrize("kind", ["IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds"])
def test_a_rule_that_exists_is_refused_under_any_description_and_nothing_of_the_call_is_done(
    group: str, peer: str, word: str, kind: str
) -> None:
    peers = {
        "IpRanges": {"CidrIp": "10.0.0.0/16"},
        "Ipv6Ranges": {"CidrIpv6": "::/0"},
        "UserIdGroupPairs": {"GroupId": peer},
        "PrefixListIds": {"PrefixListId": LIST},
    }
    change("Authorize", word, group, permission(443, **{kind: [{**peers[kind], "Description": "first"}]}))
    again = permission(443, **{kind: [peers[kind]]})
    assert refused("Authorize", word, group, permission(80, IpRanges=[{"CidrIp": "10.0.0.0/16"}]), again) == "InvalidPermission.Duplicate"
    assert len(rules(group, word)) == 1


@DIRECTIONS
def test_a_described_rule_is_revoked_without_its_description_and_its_neighbours_stay(group: str, peer: str, word: str) -> None:
    change(
        "Authorize",
        word,
        group,
        permission(5432, UserIdGroupPairs=[{"GroupId": peer, "Description": "tasks"}]),
        permission(6379, UserIdGroupPairs=[{"GroupId": peer}]),
    )
    change("Revoke", word, group, permission(5432, UserIdGroupPairs=[{"GroupId": peer}]))
    assert [rule["FromPort"] for rule in rules(group, word)] == [6379]


@DIRECTIONS
def test_a_rule_that_is_not_there_is_refused_and_none_is_revoked(group: str, word: str) -> None:
    known = permission(443, IpRanges=[{"CidrIp": "10.0.0.0/16"}])
    change("Authorize", word, group, known)
    assert refused("Revoke", word, group, known, permission(80, IpRanges=[{"CidrIp": "10.0.0.0/16"}])) == "InvalidPermission.NotFound"
    assert len(rules(group, word)) == 1


def test_a_rule_is_revoked_by_its_id(group: str) -> None:
    (made,) = change("Authorize", "Ingress", group, permission(443, PrefixListIds=[{"PrefixListId": LIST}]))
    call("ec2", "RevokeSecurityGroupIngress", GroupId=group, SecurityGroupRuleIds=[made["SecurityGroupRuleId"]])
    assert rules(group, "Ingress") == []


def test_a_rule_of_the_old_form_is_taken_and_revoked(group: str) -> None:
    rule = {"GroupId": group, "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/16"}
    call("ec2", "AuthorizeSecurityGroupIngress", **rule)
    assert [found["CidrIpv4"] for found in rules(group, "Ingress")] == ["10.0.0.0/16"]
    call("ec2", "RevokeSecurityGroupIngress", **rule)
    assert rules(group, "Ingress") == []


def test_a_protocol_by_its_number_is_the_protocol_by_its_name(group: str) -> None:
    change("Authorize", "Ingress", group, {**permission(443, IpRanges=[{"CidrIp": "10.0.0.0/16"}]), "IpProtocol": "6"})
    assert [rule["IpProtocol"] for rule in rules(group, "Ingress")] == ["tcp"]
    assert refused("Authorize", "Ingress", group, permission(443, IpRanges=[{"CidrIp": "10.0.0.0/16"}])) == "InvalidPermission.Duplicate"


def test_the_rule_that_allows_everything_is_revoked_as_it_is_shown(group: str) -> None:
    (described,) = call("ec2", "DescribeSecurityGroups", GroupIds=[group])["SecurityGroups"]
    change("Revoke", "Egress", group, *described["IpPermissionsEgress"])
    (described,) = call("ec2", "DescribeSecurityGroups", GroupIds=[group])["SecurityGroups"]
    assert described["IpPermissionsEgress"] == []


@pytest.mark.parametrize("peers", [{"IpRanges": [{"CidrIp": "10.0.0.0/16"}]}, {"PrefixListIds": [{"PrefixListId": LIST}]}])
def test_an_unknown_group_is_refused(peers: dict[str, Any]) -> None:
    assert refused("Authorize", "Ingress", "sg-0123456789abcdef0", permission(443, **peers)) == "InvalidGroup.NotFound"


def test_groups_are_found_by_id_and_by_the_groups_they_name(vpc: str, group: str) -> None:
    other = new_group(vpc)
    change("Authorize", "Ingress", group, permission(5432, UserIdGroupPairs=[{"GroupId": other}]))
    for filters in ([{"Name": "group-id", "Values": [group]}], [{"Name": "ip-permission.group-id", "Values": [other]}]):
        assert [found["GroupId"] for found in call("ec2", "DescribeSecurityGroups", Filters=filters)["SecurityGroups"]] == [group]
