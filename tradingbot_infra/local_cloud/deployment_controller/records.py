"""Service deployments, as the deployment controller keeps them."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tradingbot_infra.local_cloud.service_scheduler.records import ROLLING, Deployment, Service, ServiceStatus, now


class Status(StrEnum):
    """How far a service deployment is ("View service history using Amazon ECS service deployments", ECS Developer Guide)."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    STOP_REQUESTED = "STOP_REQUESTED"
    STOPPED = "STOPPED"
    SUCCESSFUL = "SUCCESSFUL"
    ROLLBACK_REQUESTED = "ROLLBACK_REQUESTED"
    ROLLBACK_IN_PROGRESS = "ROLLBACK_IN_PROGRESS"
    ROLLBACK_SUCCESSFUL = "ROLLBACK_SUCCESSFUL"
    ROLLBACK_FAILED = "ROLLBACK_FAILED"


OVER = frozenset({Status.STOPPED, Status.SUCCESSFUL, Status.ROLLBACK_SUCCESSFUL, Status.ROLLBACK_FAILED})
"""The states that a service deployment does not leave."""

NO_WAY_BACK = "No rollback candidate was found to run the rollback."
"""Why the first deployment of a service cannot be rolled back, in ECS's words."""


class Stage(StrEnum):
    """The lifecycle stages in their order. ServiceDeployment shows PRE_PRODUCTION_TRAFFIC_SHIFT, which only hooks know, as the next."""

    RECONCILE_SERVICE = "RECONCILE_SERVICE"
    PRE_SCALE_UP = "PRE_SCALE_UP"
    SCALE_UP = "SCALE_UP"
    POST_SCALE_UP = "POST_SCALE_UP"
    TEST_TRAFFIC_SHIFT = "TEST_TRAFFIC_SHIFT"
    POST_TEST_TRAFFIC_SHIFT = "POST_TEST_TRAFFIC_SHIFT"
    PRE_PRODUCTION_TRAFFIC_SHIFT = "PRE_PRODUCTION_TRAFFIC_SHIFT"
    PRODUCTION_TRAFFIC_SHIFT = "PRODUCTION_TRAFFIC_SHIFT"
    POST_PRODUCTION_TRAFFIC_SHIFT = "POST_PRODUCTION_TRAFFIC_SHIFT"
    BAKE_TIME = "BAKE_TIME"
    CLEAN_UP = "CLEAN_UP"


class Monitor(StrEnum):
    """What alarms or the circuit breaker do in a service deployment (ECS API Reference, ServiceDeploymentAlarms)."""

    TRIGGERED = "TRIGGERED"
    MONITORING = "MONITORING"
    MONITORING_COMPLETE = "MONITORING_COMPLETE"
    DISABLED = "DISABLED"


@dataclass
class Alarms:
    """The alarms of a service deployment, and those of them that ended it."""

    names: tuple[str, ...]
    status: Monitor = Monitor.DISABLED
    triggered: tuple[str, ...] = ()


@dataclass(eq=False)
class Hook:
    """One execution of a lifecycle hook. `answer` is what ContinueServiceDeployment says to a pause."""

    id: str
    stage: Stage
    target_type: str
    target_arn: str
    status: str
    expires_at: datetime
    timeout_action: str
    answer: "asyncio.Future[str]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


@dataclass(frozen=True)
class Rollback:
    """The way back of a service deployment: why, since when, and to which version."""

    reason: str
    started_at: datetime
    to: Deployment | None


@dataclass(eq=False)
class ServiceDeployment:
    """One service deployment: `target` takes the place of `sources`.

    `production` and `test` are the percentages of traffic that go to the target, `moved` the rules whose weights have changed for it.
    `wanted` is what a person or a newer deployment
    asks of it: ROLLBACK_REQUESTED or STOP_REQUESTED.
    """

    service: Service
    target: Deployment
    sources: list[Deployment]
    configuration: Mapping[str, Any]
    alarms: Alarms
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16)[:21])
    status: Status = Status.PENDING
    reason: str = ""
    stage: Stage | None = None
    production: float = 0.0
    test: float = 0.0
    moved: set[str] = field(default_factory=set)
    hooks: list[Hook] = field(default_factory=list)
    wanted: Status | None = None
    rollback: Rollback | None = None
    created_at: datetime = field(default_factory=now)
    started_at: datetime | None = None
    updated_at: datetime = field(default_factory=now)
    stopped_at: datetime | None = None
    finished_at: datetime | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"{self.service.arn.replace(':service/', ':service-deployment/')}/{self.id}"

    @property
    def strategy(self) -> str:
        """ROLLING, BLUE_GREEN, CANARY or LINEAR."""
        return str(self.configuration.get("strategy", ROLLING))

    def become(self, status: Status, reason: str = "") -> None:
        """Moves on; `reason` is in ECS's words."""
        self.status, self.updated_at = status, now()
        self.reason = reason or self.reason
        if status is Status.IN_PROGRESS:
            self.started_at = now()
        if status in OVER:
            self.finished_at = now()
            self.stopped_at = now() if status is Status.STOPPED else None
            if self.alarms.status is Monitor.MONITORING:
                self.alarms.status = Monitor.MONITORING_COMPLETE
            self.ended.set()

    def enter(self, stage: Stage) -> None:
        """Reaches a lifecycle stage."""
        self.stage, self.updated_at = stage, now()


def revision_arn(service: Service, deployment: Deployment) -> str:
    """The ARN of the service revision that a deployment deploys."""
    return f"{service.arn.replace(':service/', ':service-revision/')}/{deployment.id.rpartition('/')[2]}"


_kept: dict[str, list[ServiceDeployment]] = {}


def add(made: ServiceDeployment) -> None:
    """Keeps a new service deployment; those of an earlier service of the same name are gone with it."""
    mine = [each for each in _kept.get(made.service.arn, []) if each.service is made.service]
    _kept[made.service.arn] = [made, *mine]


def of_service(arn: str) -> list[ServiceDeployment]:
    """The service deployments of a service, the newest first; none once it is deleted."""
    return [each for each in _kept.get(arn, []) if each.service.status is not ServiceStatus.INACTIVE]


def find(arn: str) -> ServiceDeployment | None:
    """The service deployment of this ARN."""
    return next((each for made in list(_kept) for each in of_service(made) if each.arn == arn), None)
