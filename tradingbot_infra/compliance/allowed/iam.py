"""What templates may hold of IAM. Who may do what is in compliance/access/."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, Row, allowed, exactly, follows, free, judged, required, tags
from tradingbot_infra.compliance.observe import at, listed
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly, Resource

_BY_LIST = "access.permissions"
_NOTE = "a note for people"


def _has_own_tags(value: Any, role: Resource, assembly: Assembly) -> TriState:
    """Roles that the CDK makes inside the VPC have its Name as well."""
    others = [tag for tag in listed(value) if at(tag, "Key") != "Name"]
    return tags().check(others, role, assembly)


def _session_seconds(role: Resource, config: EnvironmentConfig) -> tuple[int | None, ...]:
    """Workflows renew no session; services do."""
    if not role.path.startswith("DeliveryStack/"):
        return (None,)
    return (config.delivery.github_session_hours * 3600 if role.path == "DeliveryStack/DeployRole/Role/Resource" else 3600,)


def _providers(config: EnvironmentConfig) -> int:
    return int(config.delivery.github_repository is not None and config.delivery.github_provider_arn is None)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::IAM::ManagedPolicy": allowed(
        *free(_NOTE, "Description"),
        *required(exactly("Path", "/")),
        *judged(_BY_LIST, "PolicyDocument.**"),
    ),
    "AWS::IAM::Role": allowed(
        *judged(_BY_LIST, "AssumeRolePolicyDocument.**", "ManagedPolicyArns[]"),
        *free(_NOTE, "Description"),
        *required(follows("MaxSessionDuration", _session_seconds, "github_session_hours for GitHub's deployments, an hour for others")),
        Row(path="Tags", expected="the tags of the stack, and perhaps a name", check=_has_own_tags, whole=True),
    ),
    "AWS::IAM::InstanceProfile": allowed(
        *judged(_BY_LIST, "Roles[]"),
        exact=True,
        NetworkStack=lambda config: config.network.nat_gateways if config.network.nat_type == "instance" else 0,
    ),
    # A second audience would let in tokens that somebody asked for another service. No thumbprint: IAM would ignore it.
    "AWS::IAM::OIDCProvider": allowed(
        *required(
            exactly("Url", "https://token.actions.githubusercontent.com"),
            exactly("ClientIdList", ["sts.amazonaws.com"]),
            tags(),
        ),
        exact=True,
        DeliveryStack=_providers,
    ),
}
