"""Scaling policies, which never act."""

import re
from typing import Any

import pytest

from tests.local_cloud.services.application_autoscaling.calls import (
    CPU,
    MEMORY,
    SERVICE,
    STEPS,
    desired_count,
    policies,
    put_policy,
    refused,
)
from tradingbot_infra.local_cloud.in_process import call

# ECS answers from a thread with an event loop of its own, which needs a socket.
pytestmark = pytest.mark.local_cloud


def test_a_policy_is_stored_with_its_arn_and_never_acts(target: dict[str, str], cluster: str) -> None:
    arn = put_policy(target, "cpu", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=CPU)
    shape = rf"arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[0-9a-f-]{{36}}:resource/ecs/service/{cluster}/api:policyName/cpu"
    assert re.fullmatch(shape, arn)
    other = {**CPU, "TargetValue": 50.0}
    assert put_policy(target, "cpu", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=other) == arn
    (found,) = policies(target)
    assert (found["PolicyARN"], found["PolicyType"], found["Alarms"]) == (arn, "TargetTrackingScaling", [])
    assert found["TargetTrackingScalingPolicyConfiguration"] == other
    assert desired_count(cluster) == 1


def test_a_policy_without_a_type_scales_by_steps(target: dict[str, str]) -> None:
    put_policy(target, "steps", StepScalingPolicyConfiguration=STEPS)
    (found,) = policies(target)
    assert (found["PolicyType"], found["StepScalingPolicyConfiguration"]) == ("StepScaling", STEPS)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"PolicyType": "TargetTrackingScaling"}, "takes TargetTrackingScalingPolicyConfiguration and no other"),
        (
            {"PolicyType": "StepScaling", "TargetTrackingScalingPolicyConfiguration": CPU},
            "takes StepScalingPolicyConfiguration and no other",
        ),
        (
            {"TargetTrackingScalingPolicyConfiguration": CPU, "StepScalingPolicyConfiguration": STEPS},
            "takes StepScalingPolicyConfiguration and no other",
        ),
        (
            {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 1.0}},
            "takes one metric, predefined or customized",
        ),
        (
            {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": CPU},
            "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
        ),
    ],
)
def test_a_policy_that_does_not_fit_is_refused(target: dict[str, str], settings: dict[str, Any], message: str) -> None:
    put_policy(target, "first", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=CPU)
    put_policy(target, "second", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=MEMORY)
    refusal = refused("PutScalingPolicy", **target, PolicyName="new", **settings)
    assert refusal.startswith("ValidationException: ")
    assert message in refusal
    assert [policy["PolicyName"] for policy in policies(target)] == ["first", "second"]


def test_policies_are_found_by_name_and_page_by_page(target: dict[str, str]) -> None:
    for name in ("a", "b", "c"):
        put_policy(target, name, StepScalingPolicyConfiguration=STEPS)
    assert [policy["PolicyName"] for policy in policies(target, PolicyNames=["c", "none"])] == ["c"]
    where = {"ServiceNamespace": "ecs", "ResourceId": target["ResourceId"]}
    first = call(SERVICE, "DescribeScalingPolicies", **where, MaxResults=2)
    rest = call(SERVICE, "DescribeScalingPolicies", **where, MaxResults=2, NextToken=first["NextToken"])
    assert [policy["PolicyName"] for policy in first["ScalingPolicies"] + rest["ScalingPolicies"]] == ["a", "b", "c"]
    assert "NextToken" not in rest
    assert refused("DescribeScalingPolicies", **where, NextToken="page two").startswith("InvalidNextTokenException: ")
    assert refused("DescribeScalingPolicies", **where, MaxResults=51).startswith("ValidationException: ")


def test_a_deleted_policy_is_gone_and_cannot_be_deleted_again(target: dict[str, str]) -> None:
    put_policy(target, "cpu", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=CPU)
    call(SERVICE, "DeleteScalingPolicy", **target, PolicyName="cpu")
    assert policies(target) == []
    assert refused("DeleteScalingPolicy", **target, PolicyName="cpu").startswith("ObjectNotFoundException: No scaling policy found for ")
