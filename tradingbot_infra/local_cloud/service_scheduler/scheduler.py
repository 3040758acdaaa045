"""One loop for each service: starts and stops tasks until the service is as it should be."""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from contextlib import suppress

from tradingbot_infra.local_cloud import background, clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.service_scheduler import events, rollout
from tradingbot_infra.local_cloud.service_scheduler.circuit_breaker import break_circuit, count_failure, count_failures
from tradingbot_infra.local_cloud.service_scheduler.health import read_health, why_unhealthy
from tradingbot_infra.local_cloud.service_scheduler.records import Deployment, Rollout, Service, ServiceStatus, tasks
from tradingbot_infra.local_cloud.service_scheduler.targets import target_groups
from tradingbot_infra.local_cloud.service_scheduler.task import StopCode, Task, TaskOrder, TaskStatus

_logger = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
"""How often the scheduler looks at the health of tasks; AWS does not document it."""
_LEAST_PAUSE_SECONDS = 0.02
"""Between two looks, however often tasks change: the background has other work."""


class Scheduler:
    """Keeps one service as it should be, until it is deleted and its last task has stopped."""

    def __init__(self, service: Service, ask: Ask) -> None:
        self._service = service
        self._ask = ask
        self._started = 0

    async def run(self) -> None:
        """The loop."""
        service = self._service
        while service.status is not ServiceStatus.INACTIVE:
            service.changed.clear()
            try:
                await read_health(service)
                self._step()
            except LocalApiError as error:  # one answer that fails must not end the loop
                _logger.warning("Service %s: %s", service.name, error)
            await asyncio.sleep(_LEAST_PAUSE_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(clock.scaled(_LOOK_SECONDS)):
                    await service.changed.wait()

    def _step(self) -> None:
        service = self._service
        count_failures(service)
        service.tasks = [task for task in service.tasks if task.status is not TaskStatus.STOPPED]
        if service.status is ServiceStatus.DRAINING:
            self._drain()
            return
        if service.shifts_traffic:
            for deployment in service.deployments:
                self._keep(deployment, service.tasks_of(deployment))
        else:
            break_circuit(service)
            self._keep(service.primary, self._counted)
            self._stop_older()
            self._complete()
        self._settle()

    def _keep(self, deployment: Deployment, limited: Sequence[Task]) -> None:
        """Gives a deployment the tasks that it should have; `limited` are those that maximumPercent limits."""
        self._stop_unhealthy(deployment, limited)
        self._start_missing(deployment, len([task for task in limited if task.counted]))
        self._stop_surplus(deployment)

    def _wanted(self, deployment: Deployment) -> int:
        """The tasks that a deployment should have; none after it failed without a way back."""
        is_over = not deployment.scaled if self._service.shifts_traffic else deployment.rollout is Rollout.FAILED
        return 0 if is_over else self._service.desired

    @property
    def _bounds(self) -> tuple[int, int]:
        return rollout.bounds(self._service.settings, self._service.desired)

    @property
    def _counted(self) -> list[Task]:
        return [task for task in self._service.tasks if task.counted]

    @property
    def _mine(self) -> list[Task]:
        """The tasks of the primary deployment."""
        return self._service.tasks_of(self._service.primary)

    @property
    def _older(self) -> list[Task]:
        return [task for task in self._counted if task.order.started_by != self._service.primary.id]

    def _start_missing(self, deployment: Deployment, counted: int) -> None:
        if deployment.resume_at > asyncio.get_running_loop().time():
            return
        good = [task for task in self._service.tasks_of(deployment) if not task.unhealthy]
        count = rollout.to_start(desired=self._wanted(deployment), good=len(good), counted=counted, most=self._bounds[1])
        if rollout.wait_seconds(deployment.unstarted):
            count = min(count, 1)
        if count:
            deployment.resume_at = 0.0
        if count and not deployment.places:
            self._tell_once(events.nowhere())
            return
        started = [self._start(deployment) for _ in range(count)]
        if started:
            self._service.steady = False
            self._service.tell(events.started([task.id for task in started]))

    def _tell_once(self, message: str) -> None:
        if not any(message in event.message for event in self._service.events):
            self._service.tell(message)

    def _start(self, deployment: Deployment) -> Task:
        service, place = self._service, deployment.places[self._started % len(deployment.places)]
        self._started += 1
        order = TaskOrder(
            arn=f"{service.cluster_arn.replace(':cluster/', ':task/')}/{uuid.uuid4().hex}",
            cluster_arn=service.cluster_arn,
            definition=deployment.definition,
            subnet=place.subnet,
            zone=place.zone,
            group=f"service:{service.name}",
            started_by=deployment.id,
            settings=service.settings,
            target_groups=target_groups(deployment.load_balancers or service.settings.get("loadBalancers", ()), self._ask),
        )
        task = Task(order, self._ask, changed=service.wake, tell=service.tell)
        tasks[order.arn] = task
        service.tasks.append(task)
        background.keep(task.live())
        return task

    def _stop_unhealthy(self, deployment: Deployment, counted: Sequence[Task]) -> None:
        """At once in a deployment or where there is no room beside them, else once others have taken their place."""
        service = self._service
        replaced = sum(task.healthy for task in counted) >= service.desired
        if replaced or len(counted) >= self._bounds[1] or deployment.rollout is not Rollout.COMPLETED:
            for task in [task for task in counted if task.unhealthy]:
                if task.order.started_by == service.primary.id:
                    count_failure(service)
                self._stop([task], why_unhealthy(task))

    def _stop_surplus(self, deployment: Deployment) -> None:
        good = [task for task in self._service.tasks_of(deployment) if not task.unhealthy]
        surplus = sorted(good, key=_usefulness)[: max(0, len(good) - self._wanted(deployment))]
        self._stop(surplus, self._scaling)

    def _stop_older(self) -> None:
        """Stops what the primary deployment replaces: first what does not serve, then as many as the lower bound allows."""
        if self._service.primary.rollout is Rollout.FAILED:
            return
        spare = rollout.may_stop(healthy=sum(task.healthy for task in self._counted), fewest=self._bounds[0])
        serving = [task for task in self._older if task.healthy]
        self._stop([*(task for task in self._older if not task.healthy), *serving[:spare]], self._scaling)

    @property
    def _scaling(self) -> str:
        return f"Scaling activity initiated by (deployment {self._service.primary.id})"

    def _stop(self, chosen: Sequence[Task], reason: str) -> None:
        running = [task for task in chosen if task.status is TaskStatus.RUNNING]
        for task in chosen:
            self._service.steady = False
            task.stop(StopCode.SCHEDULER, reason, drain=True)
        if running and chosen[0].order.target_groups:
            self._service.tell(events.draining(len(running)))
        if running:
            self._service.tell(events.stopped([task.id for task in running]))

    def _drain(self) -> None:
        """Of a deleted service: stops every task, and ends with the last one."""
        self._stop(self._counted, self._scaling)
        if not self._service.tasks:
            self._service.status = ServiceStatus.INACTIVE

    @property
    def _is_settled(self) -> bool:
        """Whether all tasks of the primary deployment are healthy and no other task is left."""
        mine = self._mine
        return len(mine) == self._wanted(self._service.primary) and all(task.healthy for task in mine) and not self._older

    def _complete(self) -> None:
        service, deployment = self._service, self._service.primary
        if self._is_settled and deployment.rollout is Rollout.IN_PROGRESS:
            deployment.become(Rollout.COMPLETED, "ECS deployment completed.")
            service.tell(events.completed(deployment.id))
            service.completed, service.deployments = deployment, [deployment]
            service.announce(service, deployment)

    def _settle(self) -> None:
        service = self._service
        if self._is_settled and service.primary.rollout is Rollout.COMPLETED and not service.steady:
            service.steady = True
            service.tell(events.steady())


def _usefulness(task: Task) -> tuple[bool, bool]:
    return task.healthy, task.status is TaskStatus.RUNNING
