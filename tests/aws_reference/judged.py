"""What is wrong with a policy, in words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.aws_reference.actions import expanded, fits, key_type, resource_types
from tests.aws_reference.policies import Policy, listed

ACCESS_TO_ITSELF = {"AWS::KMS::Key", "AWS::ECR::Repository"}
"""Types whose policies say `*` or nothing for the resource itself (KMS Developer Guide, "Key policies in AWS KMS"; Amazon ECR User Guide,
"Private repository policies")."""

TRUST = "AssumeRolePolicyDocument"

NEVER_MATCHES = {("kms:DescribeKey", "kms:EncryptionContext:aws:logs:arn")}
"""Pairs that AWS's own policies have although the action lacks the key (CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs
using AWS Key Management Service")."""

BY_CONDITION = {"ecs:ListTasks"}
"""Actions for `*` whose condition limits them: tasks are listed by container instance, which those on Fargate have none of
(aws/aws-cdk#3199 found that a cluster's ARN is no resource of it)."""

WHERE_NAMED = {"ce:GetCostAndUsage", "config:DescribeConfigurationRecorderStatus", "config:DescribeConfigurationRecorders"}
"""Actions for a billing view or a recorder where one is named, and else for `*` (AWS Cost Management User Guide, "Using identity-based
policies"; Service Authorization Reference, where the type of resource is not required)."""

AS_TEXT = {"aws:SourceArn"}
"""Keys that are ARNs and that AWS's own policies compare as text (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail")."""

_OPERATORS = {
    "String": ("String",),
    "Arn": ("ARN", "String"),
    "Numeric": ("Numeric",),
    "Date": ("Date",),
    "Bool": ("Bool",),
    "IpAddress": ("IPAddress",),
    "NotIpAddress": ("IPAddress",),
    "Binary": ("Binary",),
}
"""The types of keys that an operator compares (IAM User Guide, "IAM JSON policy elements: Condition operators"). An ARN operator takes a
text that is an ARN, as AWS's own key policy for CloudWatch Logs does."""

_OPERATOR = re.compile(
    r"(?P<set>ForAnyValue:|ForAllValues:)?(?P<kind>String|Arn|Numeric|Date|Bool|Binary|NotIpAddress|IpAddress)"
    r"(?P<how>|Equals|NotEquals|EqualsIgnoreCase|NotEqualsIgnoreCase|Like|NotLike|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)"
    r"(IfExists)?"
)


def faults(policy: Policy) -> Iterator[str]:
    """Each thing in a policy that AWS does not have, or that can never match."""
    for statement in policy.statements:
        for fault in _faults(policy, statement):
            yield f"{policy}: {fault}"
    if not policy.is_attached_to_its_resource:
        yield from (f"{policy}: {fault}" for fault in _incomplete(policy))


def _faults(policy: Policy, statement: Mapping[str, Any]) -> Iterator[str]:
    actions: list[str] = []
    for pattern in listed(statement.get("Action")) + listed(statement.get("NotAction")):
        found = expanded(pattern)
        actions += found
        if not found:
            yield f"{pattern} is no action"
    whole = any("*" in pattern for pattern in listed(statement.get("Action")))
    if policy.where != TRUST:
        yield from _resource_faults(policy, statement, actions, whole)
    yield from _condition_faults(statement, actions, whole)


def _resource_faults(policy: Policy, statement: Mapping[str, Any], actions: list[str], whole: bool) -> Iterator[str]:
    resources = listed(statement.get("Resource"))
    if policy.owner.type in ACCESS_TO_ITSELF and resources in ([], ["*"]):
        return
    for arn in resources:
        beside = f"{arn}:*" in resources
        if not beside and arn != "*" and not any(fits(arn, action, each) for action in actions for each in resource_types(action)):
            yield f"{arn} is no resource of {', '.join(actions)}"
    limited = BY_CONDITION if statement.get("Condition") else set()
    for action in [] if whole else actions:
        if action not in limited:
            yield from _reach_faults(action, resources)


def _reach_faults(action: str, resources: list[str]) -> Iterator[str]:
    types = resource_types(action)
    if "*" in resources:
        if types and action not in WHERE_NAMED:
            yield f"{action} is for *, although it could be for {' or '.join(types)}"
    elif not types:
        yield f"{action} is for * only, not for {', '.join(resources)}"
    elif not any(fits(arn, action, each) for arn in resources for each in types):
        yield f"{action} is for {' or '.join(types)}, not for {', '.join(resources)}"


def _incomplete(policy: Policy) -> Iterator[str]:
    """Actions that are allowed for one of their required types only, which never succeed.

    A rule of a listener is one of an application or of a network load balancer: types that differ after the slash are alternatives.
    """
    allowed: dict[str, set[str]] = {}
    for statement in policy.statements:
        if statement["Effect"] == "Allow":
            for pattern in listed(statement.get("Action")):
                for action in expanded(pattern) if "*" not in pattern else ():
                    allowed.setdefault(action, set()).update(listed(statement.get("Resource")))
    for action, resources in allowed.items():
        types = resource_types(action)
        for each, required in types.items():
            family = [one for one in types if one.partition("/")[0] == each.partition("/")[0]]
            if required and "*" not in resources and not any(fits(arn, action, one) for arn in resources for one in family):
                yield f"{action} also needs a {each}"


def _condition_faults(statement: Mapping[str, Any], actions: list[str], whole: bool) -> Iterator[str]:
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            types = {action: key_type(key, action) for action in actions}
            known = {each for each in types.values() if each}
            lacking = [action for action, each in types.items() if each is None and (action, key) not in NEVER_MATCHES]
            if not known or (lacking and not whole):
                yield f"{', '.join(lacking)} does not have the condition key {key}"
            for each in known:
                if not _compares(operator, each, listed(values)) and (key not in AS_TEXT or operator != "StringEquals"):
                    yield f"{operator} does not compare {key}, which is of type {each}"


def _compares(operator: str, key_of_type: str, values: list[Any]) -> bool:
    if operator == "Null":
        return True
    match = _OPERATOR.fullmatch(operator)
    if match is None or bool(match["set"]) != key_of_type.startswith("ArrayOf"):
        return False
    single = key_of_type.removeprefix("ArrayOf")
    if match["kind"] == "Arn" and single == "String":
        return all(str(value).startswith("arn:") for value in values)
    return single in _OPERATORS[match["kind"]]
