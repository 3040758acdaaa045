"""Failed tasks: how long the scheduler waits after them, and when they end a deployment.

Source: "How the Amazon ECS deployment circuit breaker detects failures" (ECS Developer Guide).
"""

import asyncio

from tradingbot_infra.local_cloud.clock import scaled
from tradingbot_infra.local_cloud.service_scheduler import events, rollout
from tradingbot_infra.local_cloud.service_scheduler.records import Deployment, Rollout, Service
from tradingbot_infra.local_cloud.service_scheduler.task import StopCode, TaskStatus

_BY_ITSELF = frozenset({StopCode.FAILED_TO_START, StopCode.CONTAINER_EXITED})


def count_failures(service: Service) -> None:
    """Counts the primary deployment's tasks that have stopped by themselves, each once."""
    deployment = service.primary
    for task in service.tasks:
        if task.status is TaskStatus.STOPPED and task.order.started_by == deployment.id:
            deployment.unstarted = deployment.unstarted + 1 if task.started_at is None else 0
            if task.stop_code in _BY_ITSELF:
                count_failure(service)
    _throttle(service, deployment)


def count_failure(service: Service) -> None:
    """Counts one failed task of the primary deployment."""
    service.primary.failed_tasks += 1
    service.primary.failures += 1
    service.steady = False


def break_circuit(service: Service) -> None:
    """Fails the primary deployment after too many failed tasks, and brings the last completed one back."""
    if service.primary.rollout is Rollout.IN_PROGRESS and is_open(service):
        fail(service, "ECS deployment circuit breaker: tasks failed to start.", roll_back=service.rolls_back)


def is_open(service: Service) -> bool:
    """Whether too many tasks of the primary deployment have failed; never without a circuit breaker."""
    threshold = rollout.failure_threshold(service.breaker, service.desired)
    return threshold is not None and service.primary.failures >= threshold


def fail(service: Service, reason: str, *, roll_back: bool) -> None:
    """Ends the primary deployment of a service that replaces tasks, and with `roll_back` brings the last completed one back."""
    deployment, back = service.primary, service.completed
    deployment.become(Rollout.FAILED, reason)
    service.tell(events.failed(deployment.id))
    service.announce(service, deployment)
    if roll_back and back is not None and back is not deployment:
        _roll_back(service, back)


def _throttle(service: Service, deployment: Deployment) -> None:
    wait = rollout.wait_seconds(deployment.unstarted)
    if wait and not deployment.resume_at and deployment.rollout is not Rollout.FAILED:
        service.tell(events.throttled())
        deployment.resume_at = asyncio.get_running_loop().time() + scaled(wait)


def _roll_back(service: Service, back: Deployment) -> None:
    back.failures = back.unstarted = 0
    back.become(Rollout.IN_PROGRESS, f"ECS deployment circuit breaker: rolling back to deploymentId {back.id}.")
    service.deployments = [back, *(each for each in service.deployments if each is not back)]
    service.settings["taskDefinition"] = back.definition_arn
    service.tell(events.rolling_back(back.id))
    service.announce(service, back)
