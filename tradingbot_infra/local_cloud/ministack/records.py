"""ministack's in-memory state, read and written where its service APIs have no call for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ministack.services.ec2 import _instances, _nat_gateways, _network_acls, _security_groups, _sg_rule_id, _vpc_endpoints
from ministack.services.ecr import _images
from ministack.services.rds import _instances as _databases
from ministack.services.secretsmanager import _resolve
from ministack.services.sns import _refresh_subscription_counts, _topics

from tradingbot_infra.local_cloud.api.errors import LocalApiError

_EMAIL = ("email", "email-json")


def network_acl_entry(acl_id: str, *, rule_number: int, egress: bool) -> dict[str, Any]:
    """The record of an entry, to be read or changed; empty when there is none."""
    entries = _network_acls.get(acl_id, {}).get("Entries", [])
    found = (entry for entry in entries if (entry["RuleNumber"], entry["Egress"]) == (rule_number, egress))
    record: dict[str, Any] = next(found, {})
    return record


def write_network_acl_association(association_id: str, subnet_id: str) -> None:
    """Sets the subnet of an association, which ministack's ReplaceNetworkAclAssociation leaves empty."""
    for acl in _network_acls.values():
        for association in acl["Associations"]:
            if association["NetworkAclAssociationId"] == association_id:
                association["SubnetId"] = subnet_id


def take_image_tag(repository: str, tag: str) -> dict[str, str] | None:
    """Takes a tag from an image that has others too; None where no image has it, or where it is the last one."""
    for image in _images.get(repository, []):
        tags: list[str] = image.get("imageTags", [])
        if tag in tags and len(tags) > 1:
            tags.remove(tag)
            image["imageId"]["imageTag"] = tags[0]
            return {"imageDigest": image["imageDigest"], "imageTag": tag}
    return None


def nat_gateway_allocation(nat_gateway_id: str) -> str:
    """The allocation id of a NAT gateway's address; empty for a private one."""
    return str(_nat_gateways.get(nat_gateway_id, {}).get("AllocationId") or "")


def vpc_endpoint(endpoint_id: str) -> dict[str, Any]:
    """The record of a VPC endpoint, to be read or changed; empty when there is none."""
    record: dict[str, Any] = _vpc_endpoints.get(endpoint_id, {})
    return record


def prefix_lists(group_id: str) -> dict[str, str]:
    """The rules of a security group that name a prefix list: rule id -> prefix list id."""
    group = _security_groups.get(group_id, {})
    return {
        _sg_rule_id(group_id, egress, rule): named["PrefixListId"]
        for egress, key in ((False, "IpPermissions"), (True, "IpPermissionsEgress"))
        for rule in group.get(key, [])
        for named in rule.get("PrefixListIds", [])
    }


def add_prefix_list_rule(group_id: str, *, egress: bool, permission: Mapping[str, Any]) -> None:
    """Adds a rule whose peer is a prefix list, which ministack's Authorize calls ignore."""
    if group_id not in _security_groups:
        raise LocalApiError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    rule = {"IpRanges": [], "Ipv6Ranges": [], "UserIdGroupPairs": [], **permission}
    rule["SecurityGroupRuleId"] = _sg_rule_id(group_id, egress, rule)
    _security_groups[group_id]["IpPermissionsEgress" if egress else "IpPermissions"].append(rule)


def database(instance_id: str) -> dict[str, Any]:
    """The record of an RDS instance, to be read or changed; empty when there is none."""
    record: dict[str, Any] = _databases.get(instance_id, {})
    return record


def write_instance(instance_id: str, *, source_dest_check: bool, instance_type: str | None, security_group_ids: Sequence[str]) -> None:
    """EC2's ModifyInstanceAttribute, for the three attributes that CloudFormation changes in place."""
    instance = _instances[instance_id]
    instance["SourceDestCheck"] = source_dest_check
    if instance_type:
        instance["InstanceType"] = instance_type
    if security_group_ids:
        instance["SecurityGroups"] = [
            {"GroupId": group, "GroupName": _security_groups.get(group, {}).get("GroupName", group)} for group in security_group_ids
        ]


def cancel_secret_rotation(secret_id: str) -> None:
    """Secrets Manager's CancelRotateSecret; does nothing if the secret does not exist."""
    _, secret = _resolve(secret_id)
    if secret is not None:
        secret["RotationEnabled"] = False
        secret.pop("RotationRules", None)
        secret.pop("RotationLambdaARN", None)


def hold_email_subscriptions() -> None:
    """Makes every e-mail subscription unconfirmed until it is confirmed; ministack confirms it at once.

    The token that AWS would send by mail is the last part of the subscription's ARN.
    """
    for topic in _topics.values():
        for subscription in topic["subscriptions"]:
            if subscription["protocol"] in _EMAIL and "held" not in subscription:
                waiting = {"PendingConfirmation": "true", "ConfirmationWasAuthenticated": "false"}
                token = subscription["arn"].rpartition(":")[2]
                subscription.update(held=True, confirmed=False, token=token)
                subscription["attributes"] = {**subscription.get("attributes", {}), **waiting}
        _refresh_subscription_counts(topic)


def unconfirmed_subscriptions() -> set[str]:
    """The ARNs of the unconfirmed subscriptions."""
    return {one["arn"] for topic in _topics.values() for one in topic["subscriptions"] if not one.get("confirmed")}
