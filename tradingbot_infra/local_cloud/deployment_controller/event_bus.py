"""What EventBridge hears of service deployments and lifecycle hooks.

Sources: "Amazon ECS service deployment state change events", "Amazon ECS service deployment hook state change events" (ECS Developer
Guide).
"""

from typing import Any

from tradingbot_infra.local_cloud import background
from tradingbot_infra.local_cloud.deployment_controller.records import Hook, ServiceDeployment
from tradingbot_infra.local_cloud.ministack import event_bus
from tradingbot_infra.local_cloud.service_scheduler.records import Deployment, Rollout, Service, now

_DEPLOYMENT = {
    Rollout.IN_PROGRESS: ("INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS"),
    Rollout.COMPLETED: ("INFO", "SERVICE_DEPLOYMENT_COMPLETED"),
    Rollout.FAILED: ("ERROR", "SERVICE_DEPLOYMENT_FAILED"),
}


def deployment(service: Service, changed: Deployment) -> None:
    """A deployment began, completed or failed, or is brought back; its rollout and reason say which."""
    level, name = _DEPLOYMENT[changed.rollout]
    words = {
        Rollout.IN_PROGRESS: changed.reason or f"ECS deployment {changed.id} in progress.",
        Rollout.COMPLETED: f"ECS deployment {changed.id} completed.",
        Rollout.FAILED: changed.reason,
    }
    detail = {
        "eventType": level,
        "eventName": name,
        "clusterArn": service.cluster_arn,
        "deploymentId": changed.id,
        "updatedAt": _moment(),
        "reason": words[changed.rollout],
    }
    _put("ECS Deployment State Change", detail, service.arn)


def hook(found: ServiceDeployment, changed: Hook) -> None:
    """A hook began, waits, or ended; its status says which."""
    detail = {
        "eventType": "ERROR" if changed.status in ("FAILED", "TIMED_OUT") else "INFO",
        "eventName": f"HOOK_{changed.status}",
        "hookId": changed.id,
        "hookType": changed.target_type,
        "expiresAt": changed.expires_at.isoformat(),
        "lifecycleStage": changed.stage.value,
        "clusterArn": found.service.cluster_arn,
        "serviceArn": found.service.arn,
        "serviceDeploymentArn": found.arn,
        "updatedAt": _moment(),
    }
    _put("ECS Hook State Change", detail, found.service.arn)


def _put(detail_type: str, detail: dict[str, Any], resource: str) -> None:
    background.on_server(event_bus.put, "aws.ecs", detail_type, detail, [resource])


def _moment() -> str:
    return now().isoformat()
