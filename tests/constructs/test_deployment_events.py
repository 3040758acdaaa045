"""Who hears of deployments that end badly, and in what words."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.shifting import BLUE_GREEN, CANARY
from tradingbot_infra.templates import Assembly, Resource

REASONS_OF_A_ROLLBACK = (
    "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/123.",
    "Service deployment rolled back because of a lifecycle hook.",
)
"""The first is AWS's own (ECS Developer Guide, "Amazon ECS service deployment state change events"), the second is made up."""


def rules(assembly: Assembly) -> dict[str, Resource]:
    """The rules of MonitoringStack by description."""
    found = (each for each in assembly.of_type("AWS::Events::Rule") if each.stack == "MonitoringStack")
    return {each.properties["Description"]: each for each in found}


def admits(pattern: dict[str, Any], event: dict[str, str]) -> bool:
    """Whether one of the alternatives of a pattern matches the detail of an event."""
    return any(
        all(any(_matches(wanted, event.get(name, "")) for wanted in values) for name, values in each.items())
        for each in pattern["detail"]["$or"]
    )


def _matches(wanted: Any, value: str) -> bool:
    return fnmatchcase(value, wanted["wildcard"]) if isinstance(wanted, dict) else value == wanted


@pytest.mark.parametrize("settings", [{}, BLUE_GREEN, CANARY], ids=["rolling", "blue-green", "canary"])
def test_people_hear_of_a_failed_deployment_whatever_the_strategy(settings: dict[str, object], synthesize: Synthesize) -> None:
    rule = rules(synthesize("production", **settings))["Deployments that fail or are rolled back"]
    pattern, (target,) = rule.properties["EventPattern"], rule.properties["Targets"]
    (arn,) = pattern["resources"]
    assert arn.startswith("arn:aws:ecs:ap-southeast-2:${AWS::AccountId}:service/${ServiceStack.Cluster")
    assert arn.endswith("}/${ServiceStack.ApiServiceD5B4A50A.Name}")
    assert admits(pattern, {"eventName": "SERVICE_DEPLOYMENT_FAILED", "reason": "ECS deployment circuit breaker: task failed to start."})
    for reason in REASONS_OF_A_ROLLBACK:
        assert admits(pattern, {"eventName": "SERVICE_DEPLOYMENT_IN_PROGRESS", "reason": reason})
    for name in ("IN_PROGRESS", "COMPLETED"):
        assert not admits(pattern, {"eventName": f"SERVICE_DEPLOYMENT_{name}", "reason": f"ECS deployment ecs-svc/1 {name.lower()}."})
    assert target["Arn"].startswith("${MonitoringStack.AlarmTopic")


def test_the_words_are_for_people(production: Assembly) -> None:
    (target,) = rules(production)["Deployments that fail or are rolled back"].properties["Targets"]
    paths, template = target["InputTransformer"]["InputPathsMap"], target["InputTransformer"]["InputTemplate"]
    values = {"reason": "it failed", "event": "SERVICE_DEPLOYMENT_FAILED", "deployment": "ecs-svc/1", "time": "2026-11-29T20:00:00Z"}
    assert set(paths) == set(values)
    for name, value in values.items():
        template = template.replace(f"<{name}>", value)
    assert [json.loads(line) for line in template.splitlines()] == [
        "A deployment of production did not go through: it failed",
        "SERVICE_DEPLOYMENT_FAILED at 2026-11-29T20:00:00Z, deployment ecs-svc/1.",
        "What runs now: tradingbot status --env production. What happened: tradingbot events --env production.",
    ]


def test_people_hear_of_a_gate_where_there_is_one(synthesize: Synthesize, production: Assembly) -> None:
    waits = "A deployment that waits at its gate"
    assert waits not in rules(production)
    assert waits not in rules(synthesize("production", **BLUE_GREEN))
    rule = rules(synthesize("production", **CANARY))[waits]
    assert rule.properties["EventPattern"]["detail-type"] == ["ECS Hook State Change"]
    (target,) = rule.properties["Targets"]
    assert "After 60 minutes ECS rolls it back." in target["InputTransformer"]["InputTemplate"]


def test_the_publisher_publishes_to_the_one_topic_and_nothing_else(production: Assembly) -> None:
    policy = production.at("MonitoringStack/DeploymentEvents/Role/Policy/Resource")
    assert policy
    assert [statement["Action"] for statement in policy.properties["PolicyDocument"]["Statement"]] == [
        "sns:Publish",
        ["kms:Decrypt", "kms:GenerateDataKey"],
    ]
