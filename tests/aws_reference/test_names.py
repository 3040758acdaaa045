"""Every name of AWS's own that a template relies on is one that AWS has: names.json beside this module, with its sources."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from tests.aws_reference.policies import PSEUDO_PARAMETERS, listed, policies
from tests.compliance.builders import assembly_of, resource
from tests.conftest import Synthesize
from tests.test_snapshots import EVERY_OPTION
from tradingbot_infra.compliance.defaults import values_at
from tradingbot_infra.templates import Assembly, Resource

KINDS = json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8"))["kinds"]

_PATHS = {
    "AWS::WAFv2::WebACL": ("WAF groups", "Rules.Statement.ManagedRuleGroupStatement.Name"),
    "AWS::ElasticLoadBalancingV2::Listener": ("TLS policies", "SslPolicy"),
    "AWS::EC2::VPCEndpoint": ("endpoint services", "ServiceName"),
    "AWS::ApplicationAutoScaling::ScalingPolicy": (
        "scaling metrics",
        "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType",
    ),
}


def used(assembly: Assembly) -> Iterator[tuple[str, str]]:
    """Each name with its kind."""
    for policy in policies(assembly):
        for statement in policy.statements:
            principal = statement.get("Principal", {})
            if isinstance(principal, Mapping):
                yield from (("service principals", name) for name in listed(principal.get("Service")))
    for template in assembly.templates.values():
        parameters = template.get("Parameters", {}).values()
        yield from (("public parameters", each["Default"]) for each in parameters if str(each.get("Default")).startswith("/"))
    for each in assembly.resources:
        yield from _of_resource(each)
        kind, path = _PATHS.get(each.type, ("", ""))
        yield from ((kind, _concrete(value)) for value in values_at(each.properties, path) if kind and value)
        text = json.dumps(each.properties)
        yield from (("managed policies", name) for name in re.findall(r"::aws:policy/(?:[\w-]+/)*([\w-]+)", _concrete(text)))


def _concrete(text: str) -> str:
    for name, value in PSEUDO_PARAMETERS.items():
        text = text.replace(name, value)
    return text


def _of_resource(each: Resource) -> Iterator[tuple[str, str]]:
    properties = each.properties
    if each.type == "AWS::Logs::LogGroup" and str(properties.get("LogGroupName")).startswith(("/aws/", "aws-")):
        yield "log group prefixes", properties["LogGroupName"]
    elif each.type == "AWS::CloudWatch::Alarm":
        yield from (("metrics", name) for name in _of_alarm(properties))
    elif each.type == "AWS::CloudWatch::Dashboard":
        yield from (("metrics", name) for name in _of_dashboard(json.loads(properties["DashboardBody"])))
    else:
        yield from _of_events_and_parameters(each.type, properties)


def _of_events_and_parameters(resource_type: str, properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if resource_type == "AWS::Events::Rule" and "EventPattern" in properties:
        pattern = properties["EventPattern"]
        yield from (("events", f"{source} {kind}") for source in pattern.get("source", ["*"]) for kind in pattern["detail-type"])
    elif resource_type == "AWS::RDS::EventSubscription":
        yield from (("event categories", f"{properties['SourceType']} {category}") for category in properties["EventCategories"])
    elif resource_type == "AWS::RDS::DBParameterGroup":
        yield from (("parameters", f"{properties['Family']} {name}") for name in properties["Parameters"])
    elif resource_type == "AWS::ElastiCache::ParameterGroup":
        yield from (("parameters", f"{properties['CacheParameterGroupFamily']} {name}") for name in properties["Properties"])


def _of_alarm(properties: Mapping[str, Any]) -> Iterator[str]:
    for metric in [properties, *(found for found in values_at(properties, "Metrics.MetricStat.Metric") if found)]:
        if not str(metric.get("Namespace", "TradingBot/")).startswith("TradingBot/"):
            yield _metric(metric["Namespace"], metric["MetricName"], [pair["Name"] for pair in metric.get("Dimensions", [])])


def _of_dashboard(body: Mapping[str, Any]) -> Iterator[str]:
    for widget in body["widgets"]:
        for row in widget["properties"].get("metrics", []):
            words = [word for word in row if isinstance(word, str)]
            if words and not words[0].startswith("TradingBot/"):
                yield _metric(words[0], words[1], words[2::2])


def _metric(namespace: str, name: str, dimensions: list[str]) -> str:
    return " ".join([namespace, name, *sorted(dimensions)])


def unknown(assembly: Assembly) -> list[tuple[str, str]]:
    """Names that the table does not have; a log group need only begin with one."""
    return [(kind, name) for kind, name in sorted(set(used(assembly))) if not _is_known(kind, name)]


def _is_known(kind: str, name: str) -> bool:
    names = KINDS[kind]["names"]
    return name.startswith(tuple(names)) if kind == "log group prefixes" else name in names


def test_every_name_of_every_environment_exists(assembly: Assembly) -> None:
    assert unknown(assembly) == []


def test_every_name_of_every_option_exists(synthesize: Synthesize) -> None:
    assert unknown(synthesize("production", **EVERY_OPTION)) == []


def test_metrics_that_scaling_follows_are_in_botocores_model() -> None:
    model = botocore.session.get_session().get_service_model("application-autoscaling")
    assert set(KINDS["scaling metrics"]["names"]) <= set(model.shape_for("MetricType").metadata["enum"])


def test_every_kind_has_its_source() -> None:
    assert all(kind["source"] and kind["names"] for kind in KINDS.values())


ALARM = {"Namespace": "AWS/RDS", "MetricName": "CPUUtilization", "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "a"}]}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-task.amazonaws.com"}}


@pytest.mark.parametrize(
    ("resource_type", "properties", "name"),
    [
        ("AWS::CloudWatch::Alarm", {**ALARM, "MetricName": "CpuUtilization"}, "AWS/RDS CpuUtilization DBInstanceIdentifier"),
        ("AWS::CloudWatch::Alarm", {**ALARM, "Dimensions": [{"Name": "DBInstanceId"}]}, "AWS/RDS CPUUtilization DBInstanceId"),
        ("AWS::CloudWatch::Alarm", {**ALARM, "Dimensions": []}, "AWS/RDS CPUUtilization"),
        ("AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": [TRUST]}}, "ecs-task.amazonaws.com"),
        ("AWS::Logs::LogGroup", {"LogGroupName": "/aws/rds/instances/a/postgresql"}, "/aws/rds/instances/a/postgresql"),
        ("AWS::RDS::EventSubscription", {"SourceType": "db-instance", "EventCategories": ["fail-over"]}, "db-instance fail-over"),
        ("AWS::RDS::DBParameterGroup", {"Family": "postgres15", "Parameters": {"force_ssl": 1}}, "postgres15 force_ssl"),
        ("AWS::ElasticLoadBalancingV2::Listener", {"SslPolicy": "ELBSecurityPolicy-TLS13-1-2"}, "ELBSecurityPolicy-TLS13-1-2"),
        ("AWS::IAM::Role", {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AmazonECSTask"]}, "AmazonECSTask"),
        ("AWS::EC2::VPCEndpoint", {"ServiceName": "com.amazonaws.ap-southeast-2.ecr"}, "com.amazonaws.ap-southeast-2.ecr"),
    ],
)
def test_a_name_that_aws_does_not_have_is_found(resource_type: str, properties: dict[str, Any], name: str) -> None:
    assert [found for _, found in unknown(assembly_of({"One": resource(resource_type, properties)}))] == [name]
