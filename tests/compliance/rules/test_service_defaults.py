"""The rule on defaults of AWS, on what leaves nothing to them and what does."""

from typing import Any

import pytest

from tests.compliance.builders import assembly_of, judge, resource
from tradingbot_infra.compliance.defaults import Default, must_be_set
from tradingbot_infra.compliance.rules.service_defaults import service_defaults
from tradingbot_infra.compliance.status import Status

KEY = {"EnableKeyRotation": True, "PendingWindowInDays": 30}
CONTAINER = {
    "ReadonlyRootFilesystem": True,
    "Privileged": False,
    "StopTimeout": 120,
    "LogConfiguration": {"LogDriver": "awslogs", "Options": {"mode": "non-blocking", "max-buffer-size": "25m"}},
}
TASK = {"Cpu": "512", "Memory": "1024", "NetworkMode": "awsvpc", "RuntimePlatform": {"CpuArchitecture": "ARM64"}}


def task(**container: Any) -> dict[str, Any]:
    """Properties of a task definition of two containers, the second as given."""
    return {**TASK, "ContainerDefinitions": [CONTAINER, {**CONTAINER, **container}]}


def without(properties: dict[str, Any], name: str) -> dict[str, Any]:
    """Properties but one."""
    return {key: value for key, value in properties.items() if key != name}


def balancer(*pairs: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """Properties of a load balancer with these attributes and the others of the table."""
    named = {pair.get("Key") for pair in pairs}
    rows = [row.path for row in must_be_set()["AWS::ElasticLoadBalancingV2::LoadBalancer"] if row.path.endswith("]")]
    keys = [path.partition("[")[2].removesuffix("]") for path in rows]
    others = [{"Key": key, "Value": "true"} for key in keys if key not in named]
    return {"Scheme": "internet-facing", "LoadBalancerAttributes": [*others, *pairs], **properties}


@pytest.mark.parametrize(
    ("resource_type", "properties", "status"),
    [
        ("AWS::KMS::Key", KEY, Status.PASS),
        ("AWS::KMS::Key", without(KEY, "PendingWindowInDays"), Status.FAIL),
        ("AWS::KMS::Key", {**KEY, "PendingWindowInDays": None}, Status.FAIL),
        ("AWS::KMS::Key", {**KEY, "EnableKeyRotation": False}, Status.PASS),
        ("AWS::KMS::Key", {**KEY, "PendingWindowInDays": {"Ref": "AWS::NoValue"}}, Status.FAIL),
        ("AWS::KMS::Key", {**KEY, "PendingWindowInDays": {"Ref": "Days"}}, Status.PASS),
        ("AWS::KMS::Key", {**KEY, "PendingWindowInDays": {"Fn::If": ["Long", 30, {"Ref": "AWS::NoValue"}]}}, Status.NOT_ASSESSED),
        ("AWS::ECS::TaskDefinition", task(), Status.PASS),
        ("AWS::ECS::TaskDefinition", task(StopTimeout=None), Status.FAIL),
        ("AWS::ECS::TaskDefinition", task(LogConfiguration={"LogDriver": "awslogs"}), Status.FAIL),
        ("AWS::ECS::TaskDefinition", task(LogConfiguration={"Options": {"mode": "non-blocking"}}), Status.FAIL),
        ("AWS::ECS::TaskDefinition", task(HealthCheck={"Command": ["CMD"], "StartPeriod": 60}), Status.PASS),
        ("AWS::ECS::TaskDefinition", task(HealthCheck={"Command": ["CMD"]}), Status.FAIL),
        ("AWS::ECS::TaskDefinition", {**TASK, "ContainerDefinitions": {"Fn::If": ["One", [], []]}}, Status.NOT_ASSESSED),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer(), Status.PASS),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer({"Key": "idle_timeout.timeout_seconds"}), Status.FAIL),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer({"Fn::If": ["Long", {}, {}]}), Status.NOT_ASSESSED),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "internal"}, Status.FAIL),
        ("AWS::ElasticLoadBalancingV2::Listener", {"Protocol": "HTTPS"}, Status.FAIL),
        ("AWS::ElasticLoadBalancingV2::Listener", {"Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}, Status.PASS),
    ],
)
def test_what_the_table_asks_for_is_set(resource_type: str, properties: dict[str, Any], status: Status) -> None:
    assert judge(service_defaults, assembly_of({"One": resource(resource_type, properties)})) == {"One": status}


def test_a_listener_without_tls_has_no_policy() -> None:
    assert judge(service_defaults, assembly_of({"One": resource("AWS::ElasticLoadBalancingV2::Listener", {"Protocol": "HTTP"})})) == {}


def test_a_row_about_some_of_the_rules_does_not_concern_the_others() -> None:
    row = Default(path="Rules.Rate.Window", within="Rules.Rate", unset="300", decision="set", why="300", source="a page")
    assert row.values({"Rules": [{"Name": "a"}, {"Rate": {"Limit": 1}}, {"Rate": {"Window": 60}}]}) == [None, 60]
    assert row.values({"Rules": [{"Name": "a"}]}) == []
    assert row.values({}) == []


def test_a_name_with_a_dot_is_one_name() -> None:
    row = Default(path="Parameters.rds.force_ssl", unset="1", decision="set", why="1", source="a page")
    assert row.values({"Parameters": {"rds.force_ssl": 1}}) == [1]
    assert row.values({"Parameters": {}}) == [None]
