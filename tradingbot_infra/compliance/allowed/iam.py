"""What templates may hold of IAM. Who may do what is in compliance/access/."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, Row, allowed, exactly, free, judged, required, tags
from tradingbot_infra.compliance.observe import at, listed
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.templates import Assembly, Resource

_BY_LIST = "access.permissions"
_NOTE = "a note for people"


def _has_own_tags(value: Any, role: Resource, assembly: Assembly) -> TriState:
    """Roles that the CDK makes inside the VPC have its Name as well."""
    others = [tag for tag in listed(value) if at(tag, "Key") != "Name"]
    return tags().check(others, role, assembly)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::IAM::ManagedPolicy": allowed(
        *free(_NOTE, "Description"),
        *required(exactly("Path", "/")),
        *judged(_BY_LIST, "PolicyDocument.**"),
    ),
    "AWS::IAM::Role": allowed(
        *judged(_BY_LIST, "AssumeRolePolicyDocument.**", "ManagedPolicyArns[]"),
        *free(_NOTE, "Description"),
        Row(path="Tags", expected="the tags of the stack, and perhaps a name", check=_has_own_tags, whole=True),
    ),
    "AWS::IAM::InstanceProfile": allowed(
        *judged(_BY_LIST, "Roles[]"),
        exact=True,
        NetworkStack=lambda config: config.network.nat_gateways if config.network.nat_type == "instance" else 0,
    ),
}
