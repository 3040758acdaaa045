"""Services and their deployments, as the scheduler keeps them."""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tradingbot_infra.local_cloud.service_scheduler.places import Place
from tradingbot_infra.local_cloud.service_scheduler.task import Task

_EVENTS_KEPT = 100
"""Events that DescribeServices shows (ECS API Reference, Service)."""
ROLLING = "ROLLING"
"""The strategy of a deployment whose configuration names none (ECS API Reference, DeploymentConfiguration)."""


class Rollout(StrEnum):
    """How far a deployment is (ECS API Reference, Deployment)."""

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class ServiceStatus(StrEnum):
    """Whether a service exists (ECS API Reference, Service)."""

    ACTIVE = "ACTIVE"
    DRAINING = "DRAINING"
    INACTIVE = "INACTIVE"


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(eq=False)
class Deployment:
    """One version of a service, which ECS also calls a service revision. `definition` is its task definition as DescribeTaskDefinition
    shows it, `settings` are the service's when it began.

    `failures` are those that the circuit breaker counts; a healthy task sets them to 0. `failed_tasks` are all.
    `unstarted` are tasks in a row that never ran; because of them the scheduler waits until `resume_at`, in the event loop's time.
    Of a deployment that shifts traffic, `load_balancers` name the target groups that it was given, and `scaled` says whether it should
    have tasks: the deployment controller decides both, and when it is complete.
    """

    definition: Mapping[str, Any]
    places: Sequence[Place]
    settings: Mapping[str, Any] = field(default_factory=dict)
    load_balancers: Sequence[Mapping[str, Any]] = ()
    scaled: bool = True
    id: str = field(default_factory=lambda: f"ecs-svc/{uuid.uuid4().int % 10**19:019d}")
    rollout: Rollout = Rollout.IN_PROGRESS
    reason: str = ""
    failures: int = 0
    failed_tasks: int = 0
    unstarted: int = 0
    resume_at: float = 0.0
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)

    @property
    def shifts_traffic(self) -> bool:
        """Whether it runs beside the version before it and takes over its traffic (strategies other than ROLLING)."""
        return bool(self.settings.get("deploymentConfiguration", {}).get("strategy", ROLLING) != ROLLING)

    @property
    def definition_arn(self) -> str:
        """The task definition's ARN."""
        return str(self.definition["taskDefinitionArn"])

    def become(self, rollout: Rollout, reason: str) -> None:
        """Moves on; `reason` is in ECS's words."""
        self.rollout, self.reason, self.updated_at = rollout, reason, now()


@dataclass(frozen=True)
class Event:
    """One event of a service."""

    id: str
    at: datetime
    message: str


@dataclass(eq=False)
class Service:
    """One service. `settings` are the parameters of CreateService, with what UpdateService changed since.

    `deployments` has the primary one first. `completed` is the last that completed, to which a failed one rolls back.
    `announce` is called with every deployment that begins, completes or fails.
    """

    arn: str
    name: str
    cluster_arn: str
    settings: dict[str, Any]
    desired: int
    deployments: list[Deployment]
    announce: "Announce"
    status: ServiceStatus = ServiceStatus.ACTIVE
    completed: Deployment | None = None
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=_EVENTS_KEPT))
    tasks: list[Task] = field(default_factory=list)
    created_at: datetime = field(default_factory=now)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    steady: bool = False
    current: str = ""
    """The ARN of the service deployment that is going on, for DescribeServices."""

    @property
    def shifts_traffic(self) -> bool:
        """Whether the deployment controller, and not the scheduler alone, decides which versions run."""
        return self.primary.shifts_traffic

    def tasks_of(self, deployment: Deployment) -> list[Task]:
        """The tasks of one version that are pending or running and should stay."""
        return [task for task in self.tasks if task.counted and task.order.started_by == deployment.id]

    @property
    def primary(self) -> Deployment:
        """The newest deployment."""
        return self.deployments[0]

    @property
    def rolls_back(self) -> bool:
        """Whether a failed deployment is replaced by the last one that completed."""
        return bool(self.breaker.get("rollback"))

    @property
    def breaker(self) -> dict[str, Any]:
        """The settings of the deployment circuit breaker."""
        found: dict[str, Any] = self.settings.get("deploymentConfiguration", {}).get("deploymentCircuitBreaker", {})
        return found

    @property
    def grace_seconds(self) -> int:
        """How long after its start a task may fail health checks."""
        return int(self.settings.get("healthCheckGracePeriodSeconds") or 0)

    def bring_back(self, deployment: Deployment, names: Collection[str]) -> None:
        """Makes an earlier deployment the primary one again, with the settings of these names that it had."""
        self.deployments = [deployment, *(each for each in self.deployments if each is not deployment)]
        kept = {name: value for name, value in self.settings.items() if name not in names}
        self.settings = {**kept, **{name: value for name, value in deployment.settings.items() if name in names}}
        self.wake()

    def tell(self, message: str) -> None:
        """Adds an event."""
        self.events.appendleft(Event(str(uuid.uuid4()), now(), f"(service {self.name}) {message}"))

    def wake(self) -> None:
        """Makes the scheduler look at the service."""
        self.changed.set()


Announce = Callable[[Service, Deployment], None]
"""What hears of every deployment that begins, completes or fails, and of one that is brought back."""

services: dict[str, Service] = {}
"""Every service by ARN; inactive ones too."""
tasks: dict[str, Task] = {}
"""Every task by ARN, of services and of RunTask."""
