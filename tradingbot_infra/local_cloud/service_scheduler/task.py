"""One task, from PROVISIONING to STOPPED.

Source of states, stop codes and the order of draining and stopping: "Amazon ECS task lifecycle" (ECS Developer Guide).
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tradingbot_infra.local_cloud import addresses
from tradingbot_infra.local_cloud.addresses import NoAddressError, Tier
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.fargate import volumes
from tradingbot_infra.local_cloud.fargate.container import CannotStartError, Container, ContainerSpec, Exit
from tradingbot_infra.local_cloud.service_scheduler import dependencies, events
from tradingbot_infra.local_cloud.service_scheduler.dependencies import DependencyError
from tradingbot_infra.local_cloud.service_scheduler.targets import TargetGroup

_logger = logging.getLogger(__name__)


class TaskStatus(StrEnum):
    """Where a task is in its life."""

    PROVISIONING = "PROVISIONING"
    PENDING = "PENDING"
    ACTIVATING = "ACTIVATING"
    RUNNING = "RUNNING"
    DEACTIVATING = "DEACTIVATING"
    STOPPING = "STOPPING"
    DEPROVISIONING = "DEPROVISIONING"
    STOPPED = "STOPPED"


COUNTED = frozenset({TaskStatus.PROVISIONING, TaskStatus.PENDING, TaskStatus.ACTIVATING, TaskStatus.RUNNING})
"""The states that maximumPercent limits. A task that drains or stops is none of them, so its successor may already run."""


class StopCode(StrEnum):
    """Why a task stopped (ECS API Reference, Task)."""

    FAILED_TO_START = "TaskFailedToStart"
    CONTAINER_EXITED = "EssentialContainerExited"
    USER = "UserInitiated"
    SCHEDULER = "ServiceSchedulerInitiated"


@dataclass(frozen=True, kw_only=True)
class TaskOrder:
    """What is to run, and for whom. `settings` are those parameters of CreateService or RunTask that a task keeps."""

    arn: str
    cluster_arn: str
    definition: Mapping[str, Any]
    subnet: str
    zone: str
    group: str
    started_by: str
    settings: Mapping[str, Any]
    target_groups: tuple[TargetGroup, ...] = ()

    @property
    def overrides(self) -> Mapping[str, Any]:
        """What RunTask wants otherwise than the task definition."""
        found: Mapping[str, Any] = self.settings.get("overrides", {})
        return found

    @property
    def sized_definition(self) -> Mapping[str, Any]:
        """The task definition with the size that the task has."""
        return {**self.definition, **{name: self.overrides[name] for name in ("cpu", "memory") if name in self.overrides}}


@dataclass(eq=False)
class TaskContainer:
    """A container of a task. `definition` is its container definition with the overrides of RunTask."""

    definition: Mapping[str, Any]
    process: Container
    status: TaskStatus = TaskStatus.PENDING
    exit: Exit | None = None

    @property
    def essential(self) -> bool:
        """Whether its end is the end of the task."""
        return bool(self.definition.get("essential", True))

    @property
    def exit_code(self) -> int | None:
        """The code it ended with; None while it runs, or when it never did."""
        return self.exit.code if self.exit else None

    @property
    def health(self) -> str:
        """What its health check found."""
        return self.process.health


@dataclass(eq=False)
class Task:
    """A task, and its life in the background (`live`). `changed` is called at every new state, `tell` with what the service reports."""

    order: TaskOrder
    ask: Ask
    changed: Callable[[], None] = lambda: None
    tell: Callable[[str], None] = lambda _message: None
    status: TaskStatus = TaskStatus.PROVISIONING
    address: str = ""
    containers: list[TaskContainer] = field(default_factory=list)
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    started_at: datetime | None = None
    stopping_at: datetime | None = None
    stopped_at: datetime | None = None
    stop_code: StopCode | None = None
    reason: str = ""
    healthy: bool = False
    """Whether the health checks that apply to it pass; the scheduler keeps it."""
    unhealthy: bool = False
    """Whether the scheduler has found it unhealthy, which is never taken back."""
    attachment: str = field(default_factory=lambda: str(uuid.uuid4()))
    _end_wanted: asyncio.Event = field(default_factory=asyncio.Event)
    _hurry: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> str:
        """The last part of the ARN."""
        return self.order.arn.rpartition("/")[2]

    @property
    def counted(self) -> bool:
        """Whether it is pending or running and should stay."""
        return self.status in COUNTED and self.stop_code is None

    @property
    def container_health(self) -> str:
        """HEALTHY when every container with a health check is; UNKNOWN when none has one or has answered yet."""
        found = {each.process.health for each in self.containers}
        return next((health for health in ("UNHEALTHY", "HEALTHY") if health in found), "UNKNOWN")

    async def live(self) -> None:
        """Starts the task, watches it, and ends it."""
        try:
            await self._start()
        except (CannotStartError, LocalApiError, NoAddressError) as error:
            self._mark(StopCode.FAILED_TO_START, str(error))
        except Exception as error:
            _logger.exception("Task %s did not start because of a mistake of the local cloud", self.id)
            self._mark(StopCode.FAILED_TO_START, f"The local cloud made a mistake, which is in its log: {error!r}")
        else:
            await self._watch()
        await self._end()

    def stop(self, code: StopCode, reason: str, *, drain: bool) -> None:
        """Makes the task end. Without `drain`, or when asked a second time, its open requests are not waited for."""
        if not drain or self._end_wanted.is_set():
            self._hurry.set()
        self._mark(code, reason)

    async def _start(self) -> None:
        self.address = addresses.take(Tier.TASK)
        self._become(TaskStatus.PENDING)
        self.containers = [self._container(each) for each in self.order.definition["containerDefinitions"]]
        for container in dependencies.in_order(self.containers):
            await self._start_container(container)
        if self._end_wanted.is_set():
            return
        self._become(TaskStatus.ACTIVATING)
        for group in self.order.target_groups:
            await group.register(self.address)
            self.tell(events.registered(group.arn))
        self.started_at = datetime.now(UTC)
        self._become(TaskStatus.RUNNING)

    async def _start_container(self, container: TaskContainer) -> None:
        """Starts it once what it depends on allows that; if that never will, the end of an essential container ends the task."""
        try:
            await dependencies.fulfilled(container, self.containers, self._ended, self._end_wanted)
        except DependencyError as error:
            container.exit, container.status = Exit(None, str(error)), TaskStatus.STOPPED
            if container.essential:
                self._mark(StopCode.CONTAINER_EXITED, "Essential container in task exited")
        if container.status is TaskStatus.PENDING and not self._end_wanted.is_set():
            await container.process.start()
            container.status = TaskStatus.RUNNING

    def _container(self, definition: Mapping[str, Any]) -> TaskContainer:
        overrides = self.order.overrides.get("containerOverrides", [])
        mine: Mapping[str, Any] = next((each for each in overrides if each.get("name") == definition["name"]), {})
        variables = {each["name"]: each for each in [*definition.get("environment", []), *mine.get("environment", [])]}
        merged = {**definition, **mine, "environment": list(variables.values())}
        spec = ContainerSpec(task_id=self.id, definition=self.order.sized_definition, container=merged, address=self.address)
        return TaskContainer(merged, Container(spec, self.ask))

    async def _watch(self) -> None:
        """Until the task is told to end, or an essential container ends."""
        running = [each for each in self.containers if each.status is TaskStatus.RUNNING]
        ends = [asyncio.ensure_future(self._ended(each)) for each in running]
        wanted = asyncio.ensure_future(self._end_wanted.wait())
        essential = [end for end, each in zip(ends, running, strict=True) if each.essential]
        await asyncio.wait([wanted, *essential], return_when=asyncio.FIRST_COMPLETED)
        if not self._end_wanted.is_set():
            self._hurry.set()  # a process that ended has no open requests
            self._mark(StopCode.CONTAINER_EXITED, "Essential container in task exited")
        for future in (wanted, *ends):
            future.cancel()

    async def _ended(self, container: TaskContainer) -> None:
        container.exit = await container.process.ended()
        container.status = TaskStatus.STOPPED
        self.changed()

    async def _end(self) -> None:
        self._become(TaskStatus.DEACTIVATING)
        if self.started_at:
            try:
                await self._deregister()
            except LocalApiError as error:  # the containers end whatever the load balancer says
                _logger.warning("Task %s ends without draining: %s", self.id, error)
        self._become(TaskStatus.STOPPING)
        await asyncio.gather(*(self._stopped(each) for each in self.containers if each.status is TaskStatus.RUNNING))
        self._become(TaskStatus.DEPROVISIONING)
        if self.address:
            addresses.give_back(self.address)
        await asyncio.to_thread(volumes.remove, self.id)
        self.stopped_at = datetime.now(UTC)
        self._become(TaskStatus.STOPPED)

    async def _deregister(self) -> None:
        groups = self.order.target_groups
        for group in groups:
            await group.deregister(self.address)
            self.tell(events.deregistered(group.arn))
        hurry = asyncio.create_task(self._hurry.wait())
        drained = asyncio.create_task(_drained(groups, self.address))
        await asyncio.wait([hurry, drained], return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        drained.cancel()

    async def _stopped(self, container: TaskContainer) -> None:
        await container.process.stop()
        container.exit = await container.process.ended()
        container.status = TaskStatus.STOPPED

    def _mark(self, code: StopCode, reason: str) -> None:
        if self.stop_code is None:
            self.stop_code, self.reason, self.stopping_at = code, reason, datetime.now(UTC)
        self._end_wanted.set()
        self.changed()

    def _become(self, status: TaskStatus) -> None:
        self.status = status
        self.changed()


async def _drained(groups: tuple[TargetGroup, ...], address: str) -> None:
    for group in groups:
        await group.drained(address)
