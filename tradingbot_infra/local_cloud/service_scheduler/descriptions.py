"""Services and tasks as DescribeServices and DescribeTasks show them (ECS API Reference, Service, Deployment, Task)."""

from datetime import datetime
from typing import Any

from tradingbot_infra.local_cloud.service_scheduler.records import Deployment, Rollout, Service
from tradingbot_infra.local_cloud.service_scheduler.task import COUNTED, Task, TaskContainer, TaskStatus

_SHOWN = (
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "launchType",
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "propagateTags",
    "schedulingStrategy",
    "serviceRegistries",
)
_PENDING = COUNTED - {TaskStatus.RUNNING}


def service(found: Service, *, tags: bool) -> dict[str, Any]:
    """One service; its tags where they were asked for."""
    tasks = [task for task in found.tasks if task.status in COUNTED]
    return {
        **{name: found.settings[name] for name in _SHOWN if name in found.settings},
        "serviceArn": found.arn,
        "serviceName": found.name,
        "clusterArn": found.cluster_arn,
        "status": found.status.value,
        "desiredCount": found.desired,
        **_counts(tasks),
        "taskDefinition": found.primary.definition_arn,
        "deploymentController": {"type": "ECS"},
        "deployments": [_deployment(found, each) for each in found.deployments],
        "events": [{"id": each.id, "createdAt": each.at, "message": each.message} for each in found.events],
        "createdAt": found.created_at,
        **({"currentServiceDeployment": found.current} if found.current else {}),
        **({"tags": found.settings.get("tags", [])} if tags else {}),
    }


def task(found: Task, *, tags: bool) -> dict[str, Any]:
    """One task; its tags where they were asked for."""
    order = found.order
    return {
        "taskArn": order.arn,
        "clusterArn": order.cluster_arn,
        "taskDefinitionArn": order.definition["taskDefinitionArn"],
        "lastStatus": found.status.value,
        "desiredStatus": "STOPPED" if found.stop_code else "RUNNING",
        "group": order.group,
        "startedBy": order.started_by,
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "cpu": order.sized_definition.get("cpu", ""),
        "memory": order.sized_definition.get("memory", ""),
        "availabilityZone": order.zone,
        "connectivity": "CONNECTED",
        "enableExecuteCommand": bool(order.settings.get("enableExecuteCommand", False)),
        "healthStatus": found.container_health,
        "containers": [_container(found, each) for each in found.containers],
        "attachments": [_network_interface(found)],
        "overrides": order.overrides,
        **_moments(found),
        **({"stopCode": found.stop_code.value, "stoppedReason": found.reason} if found.stop_code else {}),
        **({"tags": order.settings.get("tags", [])} if tags else {}),
    }


def _counts(tasks: list[Task]) -> dict[str, int]:
    running = sum(task.status is TaskStatus.RUNNING for task in tasks)
    return {"runningCount": running, "pendingCount": sum(task.status in _PENDING for task in tasks)}


def _deployment(found: Service, each: Deployment) -> dict[str, Any]:
    is_primary = each is found.primary
    is_over = not each.scaled if found.shifts_traffic else each.rollout is Rollout.FAILED or not is_primary
    return {
        "id": each.id,
        "status": "PRIMARY" if is_primary else "ACTIVE",
        "taskDefinition": each.definition_arn,
        "desiredCount": 0 if is_over else found.desired,
        **_counts([task for task in found.tasks if task.order.started_by == each.id]),
        "failedTasks": each.failed_tasks,
        "createdAt": each.created_at,
        "updatedAt": each.updated_at,
        "launchType": "FARGATE",
        "networkConfiguration": found.settings.get("networkConfiguration", {}),
        "rolloutState": each.rollout.value,
        "rolloutStateReason": each.reason,
    }


def _container(found: Task, each: TaskContainer) -> dict[str, Any]:
    end = each.exit
    code = {} if end is None or end.code is None else {"exitCode": end.code}
    return {
        "name": each.definition["name"],
        "image": each.definition["image"],
        "imageDigest": each.process.image_digest,
        "runtimeId": each.process.runtime_id,
        "taskArn": found.order.arn,
        "lastStatus": each.status.value,
        "healthStatus": each.process.health,
        "networkInterfaces": [{"attachmentId": found.attachment, "privateIpv4Address": found.address}],
        **code,
        **({"reason": end.reason} if end is not None and end.reason else {}),
    }


def _network_interface(found: Task) -> dict[str, Any]:
    details = {"subnetId": found.order.subnet, "privateIPv4Address": found.address}
    return {
        "id": found.attachment,
        "type": "ElasticNetworkInterface",
        "status": "DELETED" if found.status is TaskStatus.STOPPED else "ATTACHED",
        "details": [{"name": name, "value": value} for name, value in details.items()],
    }


def _moments(found: Task) -> dict[str, datetime]:
    moments = {
        "createdAt": found.created_at,
        "startedAt": found.started_at,
        "stoppingAt": found.stopping_at,
        "executionStoppedAt": found.stopped_at,
        "stoppedAt": found.stopped_at,
    }
    return {name: moment for name, moment in moments.items() if moment is not None}
