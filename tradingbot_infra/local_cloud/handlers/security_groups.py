"""Security group rules that are resources of their own, and CDK's custom resource that empties the default group."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, given, ignoring
from tradingbot_infra.local_cloud.in_process import call

_NOT_FOUND = ("InvalidGroup.NotFound", "InvalidSecurityGroupRuleId.NotFound")
_ALL_ADDRESSES = "0.0.0.0/0"


@dataclass(frozen=True)
class _Direction:
    """What differs between AWS::EC2::SecurityGroupIngress and ...Egress."""

    word: str
    egress: bool
    peer_group: str
    peer_prefix_list: str

    def create(self, properties: Properties, _name: str) -> Created:
        if self.egress:
            _revoke_default_egress(properties["GroupId"])
        rule: str = call(
            "ec2", f"AuthorizeSecurityGroup{self.word}", GroupId=properties["GroupId"], IpPermissions=[self._permission(properties)]
        )["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return rule, {"Id": rule}

    def change(self, rule: str, old: Properties, new: Properties) -> Created:
        # ministack cannot clear a description. The same rule gets the same id again.
        self.delete(rule, old)
        return self.create(new, "")

    def delete(self, rule: str, properties: Properties) -> None:
        with ignoring(*_NOT_FOUND):
            call("ec2", f"RevokeSecurityGroup{self.word}", GroupId=properties["GroupId"], SecurityGroupRuleIds=[rule])

    def _permission(self, properties: Properties) -> dict[str, Any]:
        permission = given(properties, "IpProtocol", "FromPort", "ToPort")
        description = {"Description": properties["Description"]} if properties.get("Description") else {}
        for name, ranges, key in (
            ("CidrIp", "IpRanges", "CidrIp"),
            ("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
            (self.peer_group, "UserIdGroupPairs", "GroupId"),
            (self.peer_prefix_list, "PrefixListIds", "PrefixListId"),
        ):
            if name in properties:
                permission[ranges] = [{key: properties[name], **description}]
        return permission


def _rules(group: str) -> list[dict[str, Any]]:
    filters = [{"Name": "group-id", "Values": [group]}]
    rules: list[dict[str, Any]] = call("ec2", "DescribeSecurityGroupRules", Filters=filters)["SecurityGroupRules"]
    return rules


def _revoke_default_egress(group: str) -> None:
    """Revokes the rule that EC2 adds to a group without egress rules, as CloudFormation does with its first own rule.

    Source: github.com/aws/aws-cdk/issues/987. A rule in the template differs from it in the description, which the CDK always writes.
    """
    for rule in _rules(group):
        to_everywhere = (rule["IsEgress"], rule["IpProtocol"], rule.get("CidrIpv4")) == (True, "-1", _ALL_ADDRESSES)
        if to_everywhere and not rule.get("Description"):
            call("ec2", "RevokeSecurityGroupEgress", GroupId=group, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])


def _restrict(properties: Properties, _name: str) -> Created:
    """What the Lambda function of CDK's VpcRestrictDefaultSG does; no Lambda function runs in the local cloud."""
    group = properties["DefaultSecurityGroupId"]
    for word, egress in (("Ingress", False), ("Egress", True)):
        rules = [rule["SecurityGroupRuleId"] for rule in _rules(group) if rule["IsEgress"] == egress]
        if rules:
            call("ec2", f"RevokeSecurityGroup{word}", GroupId=group, SecurityGroupRuleIds=rules)
    return str(uuid.uuid4()), {}


def _change_restriction(physical_id: str, old: Properties, new: Properties) -> Created:
    if old.get("DefaultSecurityGroupId") != new.get("DefaultSecurityGroupId"):
        _lift_restriction(physical_id, old)
    _restrict(new, "")
    return physical_id, {}


def _lift_restriction(_physical_id: str, properties: Properties) -> None:
    """Restores the rules that EC2 gives every default group, as the Lambda function does on delete."""
    group = properties["DefaultSecurityGroupId"]
    with ignoring(*_NOT_FOUND):
        from_itself = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
        call("ec2", "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[from_itself])
        to_everywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": _ALL_ADDRESSES}]}
        call("ec2", "AuthorizeSecurityGroupEgress", GroupId=group, IpPermissions=[to_everywhere])


def _rule(direction: _Direction) -> Resource:
    return Resource(create=direction.create, change=direction.change, in_place=frozenset({"Description"}), delete=direction.delete)


RESOURCES: Mapping[str, Resource] = {
    "AWS::EC2::SecurityGroupIngress": _rule(_Direction("Ingress", False, "SourceSecurityGroupId", "SourcePrefixListId")),
    "AWS::EC2::SecurityGroupEgress": _rule(_Direction("Egress", True, "DestinationSecurityGroupId", "DestinationPrefixListId")),
    "Custom::VpcRestrictDefaultSG": Resource(
        create=_restrict,
        change=_change_restriction,
        in_place=frozenset({"DefaultSecurityGroupId", "Account", "ServiceToken"}),
        delete=_lift_restriction,
    ),
}
