"""Services and their deployments, as the scheduler keeps them."""

import asyncio
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tradingbot_infra.local_cloud.service_scheduler.places import Place
from tradingbot_infra.local_cloud.service_scheduler.task import Task

_EVENTS_KEPT = 100
"""Events that DescribeServices shows (ECS API Reference, Service)."""


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
    """One version of a service. `definition` is its task definition as DescribeTaskDefinition shows it.

    `failures` are those that the circuit breaker counts; a healthy task sets them to 0. `failed_tasks` are all.
    `unstarted` are tasks in a row that never ran; because of them the scheduler waits until `resume_at`, in the event loop's time.
    """

    definition: Mapping[str, Any]
    places: Sequence[Place]
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
    """

    arn: str
    name: str
    cluster_arn: str
    settings: dict[str, Any]
    desired: int
    deployments: list[Deployment]
    status: ServiceStatus = ServiceStatus.ACTIVE
    completed: Deployment | None = None
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=_EVENTS_KEPT))
    tasks: list[Task] = field(default_factory=list)
    created_at: datetime = field(default_factory=now)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    steady: bool = False

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

    def tell(self, message: str) -> None:
        """Adds an event."""
        self.events.appendleft(Event(str(uuid.uuid4()), now(), f"(service {self.name}) {message}"))

    def wake(self) -> None:
        """Makes the scheduler look at the service."""
        self.changed.set()


services: dict[str, Service] = {}
"""Every service by ARN; inactive ones too."""
tasks: dict[str, Task] = {}
"""Every task by ARN, of services and of RunTask."""
