"""Scalable targets: their bounds, and what they did."""

import re
from typing import Any

import pytest

from tests.local_cloud.services.application_autoscaling.calls import (
    CPU,
    EVENING,
    SERVICE,
    actions,
    activities,
    desired_count,
    naming,
    policies,
    put_policy,
    refused,
    register,
    targets,
)
from tradingbot_infra.local_cloud.in_process import call

# ECS answers from a thread with an event loop of its own, which needs a socket.
pytestmark = pytest.mark.local_cloud


@pytest.mark.parametrize(
    ("bounds", "desired", "cause"),
    [
        ((2, 10), 2, "minimum capacity was set to 2"),
        ((0, 0), 0, "maximum capacity was set to 0"),
        ((1, 10), 1, None),
        ((0, 1), 1, None),
    ],
)
def test_registering_brings_the_desired_count_between_the_bounds_at_once(
    cluster: str, bounds: tuple[int, int], desired: int, cause: str | None
) -> None:
    register(naming(cluster), *bounds)
    assert desired_count(cluster) == desired
    assert [activity["Cause"] for activity in activities(naming(cluster))] == ([cause] if cause else [])


def test_a_target_is_described_with_its_bounds_its_arn_and_nothing_suspended(cluster: str) -> None:
    arn = register(naming(cluster), 1, 4)
    (found,) = targets(naming(cluster))
    assert re.fullmatch(r"arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/[0-9a-f]{32}", arn)
    assert found["ScalableTargetARN"] == arn
    assert (found["MinCapacity"], found["MaxCapacity"]) == (1, 4)
    assert {name: found[name] for name in naming(cluster)} == naming(cluster)
    assert found["RoleARN"].endswith("/AWSServiceRoleForApplicationAutoScaling_ECSService")
    assert not any(found["SuspendedState"].values())


def test_registering_again_changes_only_what_is_named_and_keeps_the_arn(target: dict[str, str], cluster: str) -> None:
    (before,) = targets(target)
    call(SERVICE, "RegisterScalableTarget", **target, MinCapacity=3, SuspendedState={"ScheduledScalingSuspended": True})
    (after,) = targets(target)
    assert (after["ScalableTargetARN"], after["CreationTime"]) == (before["ScalableTargetARN"], before["CreationTime"])
    assert (after["MinCapacity"], after["MaxCapacity"]) == (3, 4)
    assert after["SuspendedState"] == {**before["SuspendedState"], "ScheduledScalingSuspended": True}
    assert desired_count(cluster) == 3


def test_activities_are_listed_newest_first(target: dict[str, str]) -> None:
    register(target, 3, 4)
    register(target, 0, 2)
    told = activities(target)
    assert [activity["Description"] for activity in told] == ["Setting desired count to 2.", "Setting desired count to 3."]
    assert [activity["Cause"] for activity in told] == ["maximum capacity was set to 2", "minimum capacity was set to 3"]
    assert {activity["StatusCode"] for activity in told} == {"Successful"}


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"ServiceNamespace": "dynamodb"}, "The local cloud scales ECS services only, not the service namespace dynamodb"),
        ({"ResourceId": "service/api"}, "Unsupported service namespace, resource type or scalable dimension"),
        ({"ResourceId": "service/arn:aws:ecs:cluster/a/api"}, "Unsupported service namespace, resource type or scalable dimension"),
        ({"ScalableDimension": "ec2:spot-fleet-request:TargetCapacity"}, "Unsupported service namespace, resource type"),
        ({"ResourceId": "service/none/api"}, "ECS service doesn't exist: service/none/api"),
        ({"MinCapacity": 3, "MaxCapacity": 2}, "Maximum capacity cannot be less than minimum capacity"),
        ({"MinCapacity": -1}, "Capacities must not be negative"),
    ],
)
def test_what_cannot_be_registered_is_refused_and_nothing_is_stored(cluster: str, named: dict[str, Any], message: str) -> None:
    wanted = {**naming(cluster), "MinCapacity": 2, "MaxCapacity": 4, **named}
    assert refused("RegisterScalableTarget", **wanted).startswith(f"ValidationException: {message}")
    assert targets(naming(cluster)) == []
    assert desired_count(cluster) == 1


def test_a_service_that_does_not_exist_in_a_cluster_that_does_is_refused(cluster: str) -> None:
    named = {**naming(cluster), "ResourceId": f"service/{cluster}/none"}
    assert "ECS service doesn't exist" in refused("RegisterScalableTarget", **named, MinCapacity=1, MaxCapacity=2)


def test_a_new_target_needs_both_bounds(cluster: str) -> None:
    assert refused("RegisterScalableTarget", **naming(cluster), MinCapacity=1).startswith("ValidationException: ")


def test_a_deleted_service_keeps_its_desired_count(cluster: str) -> None:
    call("ecs", "DeleteService", cluster=cluster, service="api", force=True)
    (service,) = call("ecs", "DescribeServices", cluster=cluster, services=["api"])["services"]
    assert service["status"] != "ACTIVE"
    register(naming(cluster), 2, 4)
    assert activities(naming(cluster)) == []


def test_deregistering_takes_policies_and_actions_along_and_leaves_the_desired_count(target: dict[str, str], cluster: str) -> None:
    register(target, 2, 4)
    put_policy(target, "cpu", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=CPU)
    call(SERVICE, "PutScheduledAction", **target, ScheduledActionName="evening", **EVENING)
    call(SERVICE, "DeregisterScalableTarget", **target)
    assert targets(target) == policies(target) == actions(target) == []
    assert desired_count(cluster) == 2
    assert refused("DeregisterScalableTarget", **target).startswith(
        "ObjectNotFoundException: No scalable target found for service namespace: ecs"
    )


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("PutScalingPolicy", {"PolicyName": "cpu", "PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": CPU}),
        ("PutScheduledAction", {"ScheduledActionName": "evening", **EVENING}),
    ],
)
def test_what_is_not_registered_takes_no_policy_and_no_action(cluster: str, operation: str, parameters: dict[str, Any]) -> None:
    refusal = refused(operation, **naming(cluster), **parameters)
    assert refusal == (
        f"ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: service/{cluster}/api,"
        " scalable dimension: ecs:service:DesiredCount"
    )


@pytest.mark.parametrize(
    "operation", ["DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions", "DescribeScalingActivities"]
)
def test_other_services_than_ecs_are_refused_and_not_shown_as_empty(operation: str) -> None:
    assert refused(operation, ServiceNamespace="dynamodb").startswith("ValidationException: ")


def test_an_operation_that_is_not_there_is_refused() -> None:
    arn = "arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/1"
    assert refused("ListTagsForResource", ResourceARN=arn).startswith("UnknownOperationException: ")
