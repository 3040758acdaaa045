"""What templates may hold of EventBridge: rules that write results of image scans to a log, and that tell people of deployments."""

import json
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed import security_events
from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, computed, exactly, one, required, tags
from tradingbot_infra.compliance.observe import is_unknown
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly, Resource

SCANS = "DataStack/ScanResults/Rule"
UNDONE = "MonitoringStack/DeploymentEvents/Undone"
GATE = "MonitoringStack/DeploymentEvents/Gate"

_DESCRIPTIONS = {
    SCANS: "Image scan results to a log group",
    UNDONE: "Deployments that fail or are rolled back",
    GATE: "A deployment that waits at its gate",
}


def _patterns(assembly: Assembly, config: EnvironmentConfig) -> Mapping[str, Any]:
    cluster = assembly.reference_to("ServiceStack/Cluster/Resource")
    service = assembly.reference_to("ServiceStack/Api/Service/Service", "Name")
    region = config.network.region
    return {
        **security_events.patterns(config),
        SCANS: {
            "source": ["aws.ecr"],
            "detail-type": ["ECR Image Scan"],
            "detail": {"repository-name": [assembly.reference_to("DataStack/Images/Resource")]},
        },
        UNDONE: {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Deployment State Change"],
            "resources": [f"arn:aws:ecs:{region}:${{AWS::AccountId}}:service/{cluster}/{service}"],
            "detail": {"$or": [{"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}, {"reason": [{"wildcard": "*roll*back*"}]}]},
        },
        GATE: {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Hook State Change"],
            "detail": {"eventName": ["HOOK_AWAITING_ACTION"]},
            "resources": [{"wildcard": f"*/{cluster}/{service}*"}],
        },
    }


def _targets(assembly: Assembly, config: EnvironmentConfig) -> Mapping[str, Any]:
    region, environment = config.network.region, config.environment
    log = f"arn:aws:logs:{region}:${{AWS::AccountId}}:log-group:{assembly.reference_to('DataStack/ScanResultsLog/Resource')}"
    topic = {
        "Arn": assembly.reference_to("MonitoringStack/AlarmTopic/Resource"),
        "Id": "AlarmTopic",
        "RoleArn": assembly.reference_to("MonitoringStack/DeploymentEvents/Role/Role/Resource", "Arn"),
    }
    undone = {
        "InputPathsMap": {
            "reason": "$.detail.reason",
            "event": "$.detail.eventName",
            "deployment": "$.detail.deploymentId",
            "time": "$.time",
        },
        "InputTemplate": _lines(
            f"A deployment of {environment} did not go through: <reason>",
            "<event> at <time>, deployment <deployment>.",
            f"What runs now: tradingbot status --env {environment}. What happened: tradingbot events --env {environment}.",
        ),
    }
    gate = {
        "InputPathsMap": {"time": "$.time"},
        "InputTemplate": _lines(
            f"A new version of {environment} is tested and has no production traffic yet. It waits since <time>.",
            f"Let it go on: tradingbot gate continue --env {environment}. Take it back: tradingbot gate back --env {environment}.",
            f"After {config.deployment.deployment_gate_minutes} minutes ECS rolls it back.",
        ),
    }
    return {
        **security_events.targets(assembly, config),
        SCANS: [{"Arn": log, "Id": "LogGroup"}],
        UNDONE: [{**topic, "InputTransformer": undone}],
        GATE: [{**topic, "InputTransformer": gate}],
    }


def _lines(*lines: str) -> str:
    return "\n".join(json.dumps(line) for line in lines)


def _is_pattern(value: Any, rule: Resource, assembly: Assembly) -> TriState:
    return _is(value, _patterns(assembly, assembly.config).get(rule.path) if assembly.config else None)


def _are_targets(value: Any, rule: Resource, assembly: Assembly) -> TriState:
    return _is(value, _targets(assembly, assembly.config).get(rule.path) if assembly.config else None)


def _is_described(value: Any, rule: Resource, _: Assembly) -> TriState:
    return _is(value, {**_DESCRIPTIONS, **security_events.DESCRIPTIONS}.get(rule.path))


def _is(value: Any, wanted: Any) -> TriState:
    """Whether a value is what is wanted of the rule; a rule of which nothing is known is not assessed."""
    if wanted is None:
        return None
    return True if value == wanted else None if is_unknown(value) else False


def _of_deployments(config: EnvironmentConfig) -> int:
    return 1 + int(config.deployment.deployment_gate_minutes is not None)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Events::Rule": allowed(
        *required(
            computed("Description", _is_described, "what the rule is for"),
            computed(
                "EventPattern", _is_pattern, "scans of the own repository, deployments that end badly or wait, findings in the account"
            ),
            computed("Targets", _are_targets, "the log group of scan results, or a topic by the role for it, in the design's words"),
            tags(),
        ),
        exactly("State", "ENABLED"),
        exact=True,
        DataStack=one,
        MonitoringStack=_of_deployments,
        AccountSecurityStack=lambda config: len(security_events.patterns(config)),
    ),
}
