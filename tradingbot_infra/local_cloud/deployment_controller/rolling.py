"""Service deployments that replace tasks: the scheduler carries them out, and this says how far they are."""

from tradingbot_infra.local_cloud.deployment_controller import event_bus
from tradingbot_infra.local_cloud.deployment_controller.records import NO_WAY_BACK, Rollback, ServiceDeployment, Status
from tradingbot_infra.local_cloud.service_scheduler.records import ROLLING, Deployment, Rollout, Service, now


def noted(service: Service, found: ServiceDeployment, changed: Deployment) -> None:
    """A deployment of the service completed or failed, or is brought back; `found` is its newest service deployment."""
    if found.strategy != ROLLING:
        return
    event_bus.deployment(service, changed)
    is_target = changed is found.target
    match changed.rollout:
        case Rollout.COMPLETED:
            found.become(Status.SUCCESSFUL if is_target else Status.ROLLBACK_SUCCESSFUL)
            service.current = ""
        case Rollout.IN_PROGRESS:
            found.rollback = Rollback(found.target.reason, now(), changed)
            found.become(Status.ROLLBACK_IN_PROGRESS, "Service deployment rolled back because the circuit breaker threshold was exceeded.")
        case Rollout.FAILED:
            _failed(service, found)


def _failed(service: Service, found: ServiceDeployment) -> None:
    """The way back, if there is one, is announced by itself."""
    if service.rolls_back and service.completed is None:
        found.become(Status.ROLLBACK_FAILED, NO_WAY_BACK)
    elif not service.rolls_back and found.wanted is not Status.ROLLBACK_REQUESTED:
        found.become(Status.STOP_REQUESTED, found.target.reason)
        found.become(Status.STOPPED)
    else:
        return
    service.current = ""
