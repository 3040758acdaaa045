"""Rules for Amazon CloudWatch Logs."""

import re
from collections.abc import Iterator

from tradingbot_infra.compliance.observe import at, customer_key, is_unknown, listed, not_assessed, observe, seen
from tradingbot_infra.compliance.reading.policy_documents import (
    Statement,
    covers,
    each_allowed,
    is_left_open,
    is_open_to_anyone,
    principals,
    resources,
    statements,
)
from tradingbot_infra.compliance.reading.this_account import ThisAccount
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.templates import Assembly, Resource

LOG_GROUP = "AWS::Logs::LogGroup"
RESOURCE_POLICY = "AWS::Logs::ResourcePolicy"
DB_INSTANCE = "AWS::RDS::DBInstance"
CLUSTER = "AWS::ECS::Cluster"
FUNCTION = "AWS::Lambda::Function"

MIN_RETENTION_DAYS = 365
"""The shortest retention of logs, in days (PCI DSS 10.5.1: twelve months)."""

_LOGS_ACTIONS = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey")
"""The actions of CloudWatch Logs on a key (CloudWatch Logs User Guide, "Encrypt log data using AWS KMS")."""

_OF_ONE_GROUP = re.compile(r"arn:[^:]+:logs:(\$\{[^}]*\}|[^:])*:(\$\{[^}]*\}|[^:])*:log-group:[^*?:]+(:\*|:log-stream:.*)?")


@rule(
    "logs.kms",
    LOG_GROUP,
    title="Log groups are encrypted with a customer managed key that CloudWatch Logs may use for them only",
    fix="Give the log group an `encryption_key` whose policy admits the Logs service under its encryption context.",
)
def kms(group: Resource, assembly: Assembly) -> Iterator[Observation]:
    named = customer_key(group, "KmsKeyId", assembly)
    yield named
    if named.status is not Status.PASS:
        return
    expected = "a key policy that admits CloudWatch Logs under kms:EncryptionContext:aws:logs:arn"
    key = assembly.referred(named.observed)
    document = key.properties.get("KeyPolicy") if key else None
    admitted = any(_admits_logs(statement, group, assembly) for statement in statements(document, "Allow"))
    if admitted or (key and not is_left_open(document, assembly)):
        yield seen("KeyPolicy", named.observed, admitted, expected)
    else:
        yield not_assessed("KeyPolicy", named.observed, expected)


@rule(
    "logs.retention",
    LOG_GROUP,
    title=f"Logs are kept for {MIN_RETENTION_DAYS} days or more, but not forever",
    fix=f"Set the log group's retention to {MIN_RETENTION_DAYS} days or more.",
)
def retention(group: Resource, _: Assembly) -> Iterator[Observation]:
    expected = f"at least {MIN_RETENTION_DAYS}; absent means forever"
    yield observe(group, "RetentionInDays", lambda days: days is not None and int(days) >= MIN_RETENTION_DAYS, expected)


@rule(
    "logs.declared",
    DB_INSTANCE,
    CLUSTER,
    FUNCTION,
    title="Log groups that a service would create by itself are declared",
    fix="Declare a log group by the name that the service uses, or name one in the function's `LoggingConfig`.",
)
def declared(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == DB_INSTANCE:
        exports = resource.properties.get("EnableCloudwatchLogsExports")
        yield from _declared(resource, exports, "/aws/rds/instance/{}/{}", "DBInstanceIdentifier", assembly)
    elif resource.type == CLUSTER:
        insights = [setting.get("Value") for setting in listed(resource.properties.get("ClusterSettings"))]
        on = [value for value in insights if value != "disabled"]
        yield from _declared(resource, on, "/aws/ecs/containerinsights/{}/performance", "ClusterName", assembly)
    else:
        named = assembly.referred(at(resource.properties, "LoggingConfig.LogGroup"))
        if named is not None and named.type == LOG_GROUP:
            yield seen("Properties.LoggingConfig.LogGroup", named.logical_id, True, "a declared log group")
        else:
            yield from _declared(resource, ["function"], "/aws/lambda/{}", "FunctionName", assembly)


@rule(
    "logs.private",
    LOG_GROUP,
    RESOURCE_POLICY,
    title="Resource policies let only named services write to log groups, to one group or on this account's behalf",
    fix="Name the service, and its log group or a condition on aws:SourceAccount.",
)
def private(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    path = "PolicyDocument" if resource.type == RESOURCE_POLICY else "ResourcePolicyDocument"
    document = resource.properties.get(path)
    expected = "a service by name, for one log group or for this account"
    if document is None:
        yield seen(f"Properties.{path}", None, True, f"no policy, or {expected}")
    elements = ("Principal", "NotPrincipal", "Resource", "Condition")
    yield from each_allowed(
        f"Properties.{path}", document, elements, lambda statement: _is_narrow(statement, resource, assembly), expected, assembly
    )


def _admits_logs(statement: Statement, group: Resource, assembly: Assembly) -> bool:
    region = assembly.stacks[group.stack].region
    named = [name.replace("${AWS::Region}", region).replace("${AWS::URLSuffix}", "amazonaws.com") for name in principals(statement)]
    return (
        f"Service:logs.{region}.amazonaws.com" in named
        and all(covers(statement, action) for action in _LOGS_ACTIONS)
        and ThisAccount.of(group, assembly).is_tied_by(statement, "kms:encryptioncontext:aws:logs:arn")
    )


def _declared(resource: Resource, sources: object, pattern: str, name_property: str, assembly: Assembly) -> Iterator[Observation]:
    expected = "a log group declared by this name"
    if is_unknown(sources):
        yield not_assessed(LOG_GROUP, sources, expected)
        return
    groups = {group.properties.get("LogGroupName") for group in assembly.of_type(LOG_GROUP)}
    reference = f"${{{resource.stack}.{resource.logical_id}}}"
    name = resource.properties.get(name_property, reference)
    for source in listed(sources):
        by_name = pattern.format(name, source)
        yield seen(LOG_GROUP, by_name, bool({by_name, pattern.format(reference, source)} & groups), expected)


def _is_narrow(statement: Statement, resource: Resource, assembly: Assembly) -> bool:
    here = ThisAccount.of(resource, assembly)
    if (
        here.is_for_others(statement)
        or is_open_to_anyone(statement)
        or not all(principal.startswith("Service:") for principal in principals(statement))
    ):
        return False
    one_group = all(_names_one_group(name, assembly) for name in resources(statement)) and bool(resources(statement))
    return one_group or here.is_tied_by(statement, "aws:sourceaccount", "aws:sourcearn")


def _names_one_group(name: str, assembly: Assembly) -> bool:
    target = assembly.referred(name.removesuffix(":*"))
    return target.type == LOG_GROUP if target else bool(_OF_ONE_GROUP.fullmatch(name))
