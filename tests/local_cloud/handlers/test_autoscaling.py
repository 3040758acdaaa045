"""Scalable targets and scaling policies of stacks, against Application Auto Scaling in this process."""

import re
import uuid
from typing import Any

import pytest

from tests.local_cloud.handlers.resources import create, delete, update
from tradingbot_infra.local_cloud.in_process import call

# ECS answers from a thread with an event loop of its own, which needs a socket.
pytestmark = pytest.mark.local_cloud

TARGET, POLICY = "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"
DIMENSION = "ecs:service:DesiredCount"
CPU = {"TargetValue": "70", "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
EVENING = {
    "ScheduledActionName": "evening",
    "Schedule": "cron(0 18 * * ? *)",
    "ScalableTargetAction": {"MinCapacity": "0", "MaxCapacity": 0},
}
MORNING = {"ScheduledActionName": "morning", "Schedule": "cron(0 8 * * ? *)", "ScalableTargetAction": {"MinCapacity": 1}}


@pytest.fixture
def target() -> dict[str, Any]:
    """The properties of a scalable target, and a service that it may scale."""
    name = uuid.uuid4().hex
    call("ecs", "CreateCluster", clusterName=name)
    call("ecs", "RegisterTaskDefinition", family=name, containerDefinitions=[{"name": "app", "image": "app"}])
    for service in ("api", "other"):
        call("ecs", "CreateService", cluster=name, serviceName=service, taskDefinition=name, desiredCount=1)
    identity = {"ServiceNamespace": "ecs", "ResourceId": f"service/{name}/api", "ScalableDimension": DIMENSION}
    return {**identity, "MinCapacity": "2", "MaxCapacity": 4}


def bounds(resource: str) -> list[tuple[int, int]]:
    found = call("application-autoscaling", "DescribeScalableTargets", ServiceNamespace="ecs", ResourceIds=[resource])["ScalableTargets"]
    return [(one["MinCapacity"], one["MaxCapacity"]) for one in found]


def actions(resource: str) -> dict[str, str]:
    found = call("application-autoscaling", "DescribeScheduledActions", ServiceNamespace="ecs", ResourceId=resource)["ScheduledActions"]
    return {one["ScheduledActionName"]: one["Schedule"] for one in found}


def policies(resource: str) -> list[dict[str, Any]]:
    found = call("application-autoscaling", "DescribeScalingPolicies", ServiceNamespace="ecs", ResourceId=resource)["ScalingPolicies"]
    return list(found)


def desired_count(resource: str) -> int:
    _, cluster, name = resource.split("/")
    (service,) = call("ecs", "DescribeServices", cluster=cluster, services=[name])["services"]
    return int(service["desiredCount"])


def test_a_target_is_known_by_what_it_scales_and_scales_it_at_once(target: dict[str, Any]) -> None:
    resource = target["ResourceId"]
    made, attributes = create(TARGET, target)
    assert made == attributes["Id"] == f"{resource}|{DIMENSION}|ecs"
    assert bounds(resource) == [(2, 4)]
    assert desired_count(resource) == 2
    assert update(TARGET, made, target, {**target, "MinCapacity": 3}) == made
    assert (bounds(resource), desired_count(resource)) == ([(3, 4)], 3)


def test_scheduled_actions_come_change_and_go_with_the_property(target: dict[str, Any]) -> None:
    old = {**target, "ScheduledActions": [EVENING, MORNING]}
    resource = target["ResourceId"]
    made, _ = create(TARGET, old)
    assert actions(resource) == {"evening": EVENING["Schedule"], "morning": MORNING["Schedule"]}
    later = {**EVENING, "Schedule": "cron(0 20 * * ? *)"}
    new = {**target, "ScheduledActions": [later]}
    assert update(TARGET, made, old, new) == made
    assert actions(resource) == {"evening": "cron(0 20 * * ? *)"}
    assert update(TARGET, made, new, target) == made
    assert actions(resource) == {}


def test_another_service_is_another_target_and_the_first_is_deregistered(target: dict[str, Any]) -> None:
    made, _ = create(TARGET, target)
    other = {**target, "ResourceId": target["ResourceId"].replace("/api", "/other")}
    assert update(TARGET, made, target, other) == f"{other['ResourceId']}|{DIMENSION}|ecs"
    assert bounds(target["ResourceId"]) == []
    assert bounds(other["ResourceId"]) == [(2, 4)]


def test_a_deleted_target_is_deregistered_and_deleting_it_again_succeeds(target: dict[str, Any]) -> None:
    made, _ = create(TARGET, target)
    for _ in range(2):
        delete(TARGET, made, target)
        assert bounds(target["ResourceId"]) == []


@pytest.mark.parametrize("by_id", [True, False], ids=["by-target-id", "by-resource"])
def test_a_policy_has_an_arn_that_names_its_service_and_keeps_it_when_its_settings_change(target: dict[str, Any], by_id: bool) -> None:
    made, _ = create(TARGET, target)
    resource = target["ResourceId"]
    identity = {"ServiceNamespace": "ecs", "ResourceId": resource, "ScalableDimension": DIMENSION}
    where = {"ScalingTargetId": made} if by_id else identity
    old = {**where, "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": CPU}
    policy, attributes = create(POLICY, old)
    assert attributes == {"Arn": policy}
    shape = rf"arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[0-9a-f-]{{36}}:resource/ecs/{resource}:policyName/cpu"
    assert re.fullmatch(shape, policy)
    new = {**old, "TargetTrackingScalingPolicyConfiguration": {**CPU, "TargetValue": 50}}
    assert update(POLICY, policy, old, new) == policy
    assert [one["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] for one in policies(resource)] == [50.0]
    steps = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"MetricIntervalLowerBound": "0", "ScalingAdjustment": "1"}]}
    renamed = {**where, "PolicyName": "steps", "PolicyType": "StepScaling", "StepScalingPolicyConfiguration": steps}
    replacement = update(POLICY, policy, new, renamed)
    assert replacement != policy
    assert [one["PolicyName"] for one in policies(resource)] == ["steps"]
    for _ in range(2):
        delete(POLICY, replacement, renamed)
        assert policies(resource) == []


def test_a_policy_of_a_target_that_went_first_deletes_quietly(target: dict[str, Any]) -> None:
    made, _ = create(TARGET, target)
    properties = {
        "ScalingTargetId": made,
        "PolicyName": "cpu",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": CPU,
    }
    policy, _ = create(POLICY, properties)
    delete(TARGET, made, target)
    delete(POLICY, policy, properties)
