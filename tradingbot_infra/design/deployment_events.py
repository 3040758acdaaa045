"""Events of ECS that people hear of, and their words (ECS Developer Guide, "Amazon ECS service deployment state change events")."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

UNDONE_FIELDS = {"reason": "$.detail.reason", "event": "$.detail.eventName", "deployment": "$.detail.deploymentId", "time": "$.time"}

GATE_FIELDS = {"time": "$.time"}

GATE_WAITS: Mapping[str, Any] = MappingProxyType(
    {"source": ["aws.ecs"], "detail-type": ["ECS Hook State Change"], "detail": {"eventName": ["HOOK_AWAITING_ACTION"]}}
)
"""A deployment waits for somebody (ECS Developer Guide, "Pause hooks for Amazon ECS service deployments")."""


def undone(service_arn: str) -> dict[str, Any]:
    """A deployment of one service that failed, or one that ECS started to go back.

    Only its reason tells a rollback from another deployment.
    """
    is_undone = [{"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}, {"reason": [{"wildcard": "*roll*back*"}]}]
    return {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        "resources": [service_arn],
        "detail": {"$or": is_undone},
    }


def undone_message(environment: str) -> str:
    """The e-mail, as an input template of EventBridge."""
    return _text(
        f"A deployment of {environment} did not go through: <reason>",
        "<event> at <time>, deployment <deployment>.",
        f"What runs now: tradingbot status --env {environment}. What happened: tradingbot events --env {environment}.",
    )


def gate_message(environment: str, minutes: int) -> str:
    """The e-mail, as an input template of EventBridge."""
    return _text(
        f"A new version of {environment} is tested and has no production traffic yet. It waits since <time>.",
        f"Let it go on: tradingbot gate continue --env {environment}. Take it back: tradingbot gate back --env {environment}.",
        f"After {minutes} minutes ECS rolls it back.",
    )


def _text(*lines: str) -> str:
    """Each line of a template is a quoted string (EventBridge User Guide, "Input transformation")."""
    return "\n".join(json.dumps(line) for line in lines)
