"""AWS's limits that a template can break, from limits.json beside this module, and how far an assembly is from each."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.aws_reference.policies import listed, policies
from tradingbot_infra.compliance.defaults import values_at
from tradingbot_infra.templates import Assembly, Resource

TABLE: Mapping[str, Any] = json.loads(Path(__file__).with_name("limits.json").read_text(encoding="utf-8"))
"""Names with their longest length and pattern, and measures with their limit. `adjustable`: AWS raises it on request, which nobody here has
asked for. `read` is when the sources were read."""

CAPACITY = {
    "AWSManagedRulesAmazonIpReputationList": 25,
    "AWSManagedRulesCommonRuleSet": 700,
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
    "AWSManagedRulesSQLiRuleSet": 200,
}
"""Capacity units of AWS's groups (AWS WAF Developer Guide, "AWS Managed Rules rule groups list", of 2026-11-29)."""

RATE_RULE = 2
"""Capacity units of a rate-based rule without a scope-down statement and keys (AWS WAF Developer Guide, "Rate-based rule statement")."""

_POLICIES = {
    "AWS::IAM::ManagedPolicy": "characters of a managed policy",
    "AWS::KMS::Key": "bytes of a key policy",
    "AWS::S3::BucketPolicy": "bytes of a bucket policy",
    "AWS::SNS::TopicPolicy": "bytes of a topic policy",
    "AWS::ECR::Repository": "bytes of a repository policy",
    "AWS::Logs::ResourcePolicy": "characters of a resource policy of CloudWatch Logs",
    "AWS::IAM::Role": "characters of a trust policy",
}


@dataclass(frozen=True, order=True)
class Measured:
    """How much there is of what a limit counts, and where."""

    measure: str
    amount: int
    where: str


def measured(assembly: Assembly) -> Iterator[Measured]:
    """Every measure of the table at every place of an assembly."""
    yield from _stacks(assembly)
    yield from _policies(assembly)
    yield from _rules(assembly)
    for resource in assembly.resources:
        yield from _tags(resource)
        yield from _sizes(resource)


def _stacks(assembly: Assembly) -> Iterator[Measured]:
    for name, template in assembly.templates.items():
        yield Measured("resources of a stack", len(template["Resources"]), name)
        yield Measured("outputs of a stack", len(template.get("Outputs", {})), name)
        yield Measured("parameters of a stack", len(template.get("Parameters", {})), name)
        yield Measured("bytes of a template", len(json.dumps(template, indent=1).encode()), name)
        yield Measured("characters of a stack's description", len(template.get("Description", "")), name)
        yield Measured("characters of a stack's name", len(assembly.stacks[name].deployed_name), name)
        yield Measured("characters of a logical id", max(map(len, template["Resources"])), name)


def _policies(assembly: Assembly) -> Iterator[Measured]:
    for policy in policies(assembly):
        size = len(json.dumps(policy.statements, separators=(",", ":"))) + len('{"Version":"2012-10-17","Statement":}')
        yield Measured(_POLICIES[policy.owner.type], size, str(policy))
    yield Measured("resource policies of CloudWatch Logs in a region", len(assembly.of_type("AWS::Logs::ResourcePolicy")), "all stacks")


def _rules(assembly: Assembly) -> Iterator[Measured]:
    entries = assembly.of_type("AWS::EC2::NetworkAclEntry")
    lists = Counter((each.properties["NetworkAclId"], str(each.properties.get("Egress", False))) for each in entries)
    yield from (Measured("rules of a network ACL in one direction", count, " ".join(key)) for key, count in lists.items())
    routes = Counter(each.properties["RouteTableId"] for each in assembly.of_type("AWS::EC2::Route"))
    yield from (Measured("routes of a route table", count, where) for where, count in routes.items())
    filters = Counter(each.properties["LogGroupName"] for each in assembly.of_type("AWS::Logs::MetricFilter"))
    yield from (Measured("metric filters of a log group", count, where) for where, count in filters.items())
    for direction in ("Egress", "Ingress"):
        separate = assembly.of_type(f"AWS::EC2::SecurityGroup{direction}")
        groups = Counter({each.path: _rules_inside(each, direction) for each in assembly.of_type("AWS::EC2::SecurityGroup")})
        owners = (assembly.referred(each.properties["GroupId"]) for each in separate)
        groups.update(owner.path for owner in owners if owner)
        yield from (Measured("rules of a security group in one direction", count, f"{key} {direction}") for key, count in groups.items())


def _rules_inside(group: Resource, direction: str) -> int:
    return len(group.properties.get(f"SecurityGroup{direction}", []))


def _tags(resource: Resource) -> Iterator[Measured]:
    tags = next((value for name, value in resource.properties.items() if name.endswith("Tags") and isinstance(value, list | dict)), [])
    pairs = tags.items() if isinstance(tags, Mapping) else [(tag["Key"], tag["Value"]) for tag in tags]
    yield Measured("tags of a resource", len(pairs), resource.path)
    for key, value in pairs:
        yield Measured("characters of a tag's key", len(key), resource.path)
        yield Measured("characters of a tag's value", len(value), resource.path)


def _sizes(resource: Resource) -> Iterator[Measured]:
    size = _SIZES.get(resource.type)
    for measure, amount in size(resource.properties) if size else ():
        yield Measured(measure, amount, resource.path)


def _of_web_acl(properties: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    groups = [name for name in values_at(properties, "Rules.Statement.ManagedRuleGroupStatement.Name") if name]
    rates = [found for found in values_at(properties, "Rules.Statement.RateBasedStatement") if found]
    units = sum(CAPACITY[name] for name in groups) + RATE_RULE * len(rates)
    yield "capacity units of a web ACL", units
    yield "capacity units of a web ACL at the basic price", units


def _of_task(properties: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    # ARNs are longer than the references to them: 120 characters for each is more than a secret's with its suffix.
    yield "bytes of a task definition", len(json.dumps(properties)) + 120 * json.dumps(properties).count("${")


def _of_service(properties: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    yield "security groups of a task", len(properties["NetworkConfiguration"]["AwsvpcConfiguration"]["SecurityGroups"])
    yield "target groups of a service", len(properties["LoadBalancers"])


def _of_alarm(properties: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    yield "metrics of an alarm", len(properties.get("Metrics", [1]))
    yield "dimensions of a metric", len(properties.get("Dimensions", []))


def _of_dashboard(properties: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    body = properties["DashboardBody"]
    yield "bytes of a dashboard", len(body.encode())
    yield "widgets of a dashboard", len(json.loads(body)["widgets"])


_SIZES: Mapping[str, Callable[[Mapping[str, Any]], Iterable[tuple[str, int]]]] = {
    "AWS::WAFv2::WebACL": _of_web_acl,
    "AWS::ECS::TaskDefinition": _of_task,
    "AWS::ECS::Service": _of_service,
    "AWS::CloudWatch::Alarm": _of_alarm,
    "AWS::CloudWatch::Dashboard": _of_dashboard,
    "AWS::SecretsManager::Secret": lambda found: [("bytes of a secret", len(str(found.get("SecretString", ""))))],
    "AWS::ElastiCache::ReplicationGroup": lambda found: [("nodes of a shard", found["NumCacheClusters"])],
    "AWS::IAM::Role": lambda found: [("managed policies of a role", len(listed(found.get("ManagedPolicyArns"))))],
    "AWS::WAFv2::LoggingConfiguration": lambda found: [("redacted fields of a web ACL's log", len(found["RedactedFields"]))],
    "AWS::ApplicationAutoScaling::ScalableTarget": lambda found: [
        ("scheduled actions of a scalable target", len(found.get("ScheduledActions", [])))
    ],
    "AWS::EC2::Instance": lambda found: [("characters of user data, base64", len(str(found["UserData"])) * 4 // 3)],
}
