"""The `Tags` property of EC2 resources."""

from collections.abc import Callable
from typing import Any

from tradingbot_infra.local_cloud.handlers.resource import Created, Properties
from tradingbot_infra.local_cloud.in_process import call


def specifications(resource_type: str, properties: Properties) -> list[dict[str, Any]]:
    """`TagSpecifications` for an EC2 call that creates something; `resource_type` is EC2's ("natgateway")."""
    tags = properties.get("Tags")
    return [{"ResourceType": resource_type, "Tags": list(tags)}] if tags else []


def retag(resource_id: str, old: Properties, new: Properties) -> None:
    """Changes the tags of an EC2 resource from the old to the new property; other tags stay."""
    before = {tag["Key"]: tag["Value"] for tag in old.get("Tags", [])}
    after = {tag["Key"]: tag["Value"] for tag in new.get("Tags", [])}
    dropped = before.keys() - after.keys()
    if dropped:
        call("ec2", "DeleteTags", Resources=[resource_id], Tags=[{"Key": key} for key in sorted(dropped)])
    if after:
        call("ec2", "CreateTags", Resources=[resource_id], Tags=[{"Key": k, "Value": v} for k, v in after.items()])


def retagged(attribute: str) -> Callable[[str, Properties, Properties], Created]:
    """The change of a resource that can change its tags only; `attribute` is its id for Fn::GetAtt."""

    def change(resource_id: str, old: Properties, new: Properties) -> Created:
        retag(resource_id, old, new)
        return resource_id, {attribute: resource_id}

    return change
