"""Service deployments and revisions as the API shows them (ECS API Reference, ServiceDeployment, ServiceRevision)."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.deployment_controller.records import (
    Hook,
    Monitor,
    Rollback,
    ServiceDeployment,
    Stage,
    Status,
    revision_arn,
)
from tradingbot_infra.local_cloud.service_scheduler import rollout
from tradingbot_infra.local_cloud.service_scheduler.records import Deployment, Rollout, Service
from tradingbot_infra.local_cloud.service_scheduler.task import TaskStatus

_ALL = 100.0
_SETTINGS_OF_A_REVISION = ("capacityProviderStrategy", "launchType", "loadBalancers", "networkConfiguration", "serviceRegistries")


def brief(found: ServiceDeployment) -> dict[str, Any]:
    """One service deployment as ListServiceDeployments shows it."""
    moments = {"createdAt": found.created_at, "startedAt": found.started_at, "finishedAt": found.finished_at}
    return {
        "serviceDeploymentArn": found.arn,
        "serviceArn": found.service.arn,
        "clusterArn": found.service.cluster_arn,
        "targetServiceRevisionArn": revision_arn(found.service, found.target),
        "status": found.status.value,
        "statusReason": found.reason,
        **{name: moment for name, moment in moments.items() if moment},
    }


def service_deployment(found: ServiceDeployment) -> dict[str, Any]:
    """One service deployment in full."""
    moments = {"updatedAt": found.updated_at, "stoppedAt": found.stopped_at}
    optional = {
        "lifecycleStage": _stage(found.stage),
        "rollback": found.rollback and _rollback(found.service, found.rollback),
        **moments,
    }
    return {
        **{name: value for name, value in brief(found).items() if name != "targetServiceRevisionArn"},
        "sourceServiceRevisions": [_summary(found, each, others=True) for each in found.sources],
        "targetServiceRevision": _summary(found, found.target, others=False),
        "lifecycleHookDetails": [_hook(each) for each in found.hooks],
        "deploymentConfiguration": found.configuration,
        "deploymentCircuitBreaker": _circuit_breaker(found),
        "alarms": {
            "status": found.alarms.status.value,
            "alarmNames": list(found.alarms.names),
            "triggeredAlarmNames": list(found.alarms.triggered),
        },
        **{name: value for name, value in optional.items() if value},
    }


def revision(service: Service, deployment: Deployment) -> dict[str, Any]:
    """One service revision. `resolvedConfiguration` names the target groups that its tasks have."""
    settings = deployment.settings
    resolved = deployment.load_balancers or settings.get("loadBalancers", ())
    return {
        **{name: settings[name] for name in _SETTINGS_OF_A_REVISION if name in settings},
        "serviceRevisionArn": revision_arn(service, deployment),
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "taskDefinition": deployment.definition_arn,
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "containerImages": [
            {"containerName": each["name"], "image": each["image"]} for each in deployment.definition.get("containerDefinitions", ())
        ],
        "guardDutyEnabled": False,
        "createdAt": deployment.created_at,
        "resolvedConfiguration": {"loadBalancers": [_resolved(each) for each in resolved]},
    }


def _stage(stage: Stage | None) -> str:
    return "" if stage is None else stage.value


def _summary(found: ServiceDeployment, deployment: Deployment, *, others: bool) -> dict[str, Any]:
    statuses = [task.status for task in found.service.tasks_of(deployment)]
    running = sum(status is TaskStatus.RUNNING for status in statuses)
    weights = {"requestedTestTrafficWeight": found.test, "requestedProductionTrafficWeight": found.production}
    return {
        "arn": revision_arn(found.service, deployment),
        "requestedTaskCount": found.service.desired if deployment.scaled else 0,
        "runningTaskCount": running,
        "pendingTaskCount": len(statuses) - running,
        **({name: _ALL - weight if others else weight for name, weight in weights.items()} if found.target.shifts_traffic else {}),
    }


def _hook(found: Hook) -> dict[str, Any]:
    return {
        "hookId": found.id,
        "targetType": found.target_type,
        **({"targetArn": found.target_arn} if found.target_arn else {}),
        "status": found.status,
        "expiresAt": found.expires_at,
        "timeoutAction": found.timeout_action,
    }


def _rollback(service: Service, found: Rollback) -> dict[str, Any]:
    to = {"serviceRevisionArn": revision_arn(service, found.to)} if found.to else {}
    return {"reason": found.reason, "startedAt": found.started_at, **to}


def _circuit_breaker(found: ServiceDeployment) -> dict[str, Any]:
    threshold = rollout.failure_threshold(found.configuration.get("deploymentCircuitBreaker", {}), found.service.desired)
    if threshold is None:
        return {"status": Monitor.DISABLED.value, "failureCount": found.target.failures, "threshold": 0}
    if found.target.failures >= threshold:
        status = Monitor.TRIGGERED
    else:
        is_going_on = found.target.rollout is Rollout.IN_PROGRESS and found.status is not Status.PENDING
        status = Monitor.MONITORING if is_going_on else Monitor.MONITORING_COMPLETE
    return {"status": status.value, "failureCount": found.target.failures, "threshold": threshold}


def _resolved(load_balancer: Mapping[str, Any]) -> dict[str, Any]:
    rule = load_balancer.get("advancedConfiguration", {}).get("productionListenerRule")
    return {"targetGroupArn": load_balancer.get("targetGroupArn", ""), **({"productionListenerRule": rule} if rule else {})}
