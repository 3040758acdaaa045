"""One loop for each service: starts and stops tasks until the service is as it should be."""

import asyncio
import uuid
from collections.abc import Sequence
from contextlib import suppress

from tradingbot_infra.local_cloud import background, clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.service_scheduler import events, rollout
from tradingbot_infra.local_cloud.service_scheduler.records import Deployment, Rollout, Service, ServiceStatus, now, tasks
from tradingbot_infra.local_cloud.service_scheduler.targets import Health, TargetGroup, target_groups
from tradingbot_infra.local_cloud.service_scheduler.task import StopCode, Task, TaskOrder, TaskStatus

_LOOK_SECONDS = 5.0
"""How often the scheduler looks at the health of tasks; AWS does not document it."""


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
            await self._read_health()
            self._step()
            with suppress(TimeoutError):
                async with asyncio.timeout(clock.scaled(_LOOK_SECONDS)):
                    await service.changed.wait()

    def _step(self) -> None:
        service = self._service
        self._count_failures()
        service.tasks = [task for task in service.tasks if task.status is not TaskStatus.STOPPED]
        if service.status is ServiceStatus.DRAINING:
            self._drain()
            return
        self._break_circuit()
        self._stop_failed()
        self._start_missing()
        self._stop_surplus()
        self._settle()

    # What is there

    def _of(self, deployment: Deployment) -> list[Task]:
        return [task for task in self._service.tasks if task.counted and task.order.started_by == deployment.id]

    @property
    def _older(self) -> list[Task]:
        return [task for task in self._service.tasks if task.counted and task.order.started_by != self._service.primary.id]

    @property
    def _wanted(self) -> int:
        """The tasks that the primary deployment should have; none after it failed without a way back."""
        return 0 if self._service.primary.rollout is Rollout.FAILED else self._service.desired

    # Health

    async def _read_health(self) -> None:
        groups = target_groups(self._service.settings, self._ask)
        health = {group.arn: await group.health() for group in groups} if self._service.tasks else {}
        for task in self._service.tasks:
            if task.status is TaskStatus.RUNNING and task.stop_code is None:
                self._judge(task, [(group, health[group.arn].get(task.address)) for group in groups])

    def _judge(self, task: Task, targets: Sequence[tuple[TargetGroup, Health | None]]) -> None:
        was, serving = task.healthy, all(health is not None and health.state == "healthy" for _, health in targets)
        task.healthy = serving and task.container_health != "UNHEALTHY" and (task.container_health == "HEALTHY" or not _is_checked(task))
        if task.healthy and not was:
            self._count_as_healthy(task)
        if task.unhealthy or self._is_in_grace(task):
            return
        if task.container_health == "UNHEALTHY":
            self._find_unhealthy(task, events.unhealthy_container(task.id))
        for group, health in targets:
            if health is not None and health.state == "unhealthy" and not task.unhealthy:
                self._find_unhealthy(task, events.unhealthy(group.port, group.arn, health.description))

    def _is_in_grace(self, task: Task) -> bool:
        age = now() - (task.started_at or now())
        return age.total_seconds() < clock.scaled(self._service.grace_seconds)

    def _find_unhealthy(self, task: Task, message: str) -> None:
        task.unhealthy = True
        self._service.steady = False
        self._service.tell(message)

    def _count_as_healthy(self, task: Task) -> None:
        deployment = self._service.primary
        if task.order.started_by == deployment.id and self._service.breaker.get("resetOnHealthyTask", True):
            deployment.failures = 0

    # Failures

    def _count_failures(self) -> None:
        """Counts each task of the primary deployment that ended by itself, once it has stopped."""
        deployment = self._service.primary
        for task in self._service.tasks:
            if task.status is not TaskStatus.STOPPED or task.order.started_by != deployment.id:
                continue
            deployment.unstarted = deployment.unstarted + 1 if task.started_at is None else 0
            if task.stop_code in (StopCode.FAILED_TO_START, StopCode.CONTAINER_EXITED):
                self._count_failure(deployment)
        wait = rollout.wait_seconds(deployment.unstarted)
        if wait and not deployment.resume_at:
            self._service.tell(events.throttled())
            deployment.resume_at = _loop_time() + clock.scaled(wait)

    def _count_failure(self, deployment: Deployment) -> None:
        deployment.failed_tasks += 1
        deployment.failures += 1
        self._service.steady = False

    def _break_circuit(self) -> None:
        service, deployment = self._service, self._service.primary
        threshold = rollout.failure_threshold(service.breaker, service.desired)
        if deployment.rollout is not Rollout.IN_PROGRESS or threshold is None or deployment.failures < threshold:
            return
        deployment.become(Rollout.FAILED, "ECS deployment circuit breaker: tasks failed to start.")
        service.tell(events.failed(deployment.id))
        back = service.completed
        if service.rolls_back and back is not None and back is not deployment:
            self._roll_back(back)

    def _roll_back(self, back: Deployment) -> None:
        service = self._service
        back.failures = back.unstarted = 0
        back.become(Rollout.IN_PROGRESS, f"ECS deployment circuit breaker: rolling back to deploymentId {back.id}.")
        service.deployments = [back, *(each for each in service.deployments if each is not back)]
        service.settings["taskDefinition"] = back.definition_arn
        service.tell(events.rolling_back(back.id))

    # Starting and stopping

    def _start_missing(self) -> None:
        service = self._service
        deployment = service.primary
        if deployment.resume_at > _loop_time():
            return
        counted = [task for task in service.tasks if task.counted]
        good = [task for task in self._of(deployment) if not task.unhealthy]
        _, most = rollout.bounds(service.settings, service.desired)
        count = rollout.to_start(desired=self._wanted, good=len(good), counted=len(counted), most=most)
        if rollout.wait_seconds(deployment.unstarted):
            count = min(count, 1)
        deployment.resume_at = 0.0
        started = [self._start(deployment) for _ in range(count)]
        if started:
            service.steady = False
            service.tell(events.started([task.id for task in started]))

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
            target_groups=target_groups(service.settings, self._ask),
        )
        task = Task(order, self._ask, changed=service.wake, tell=service.tell)
        tasks[order.arn] = task
        service.tasks.append(task)
        background.keep(task.live())
        return task

    def _stop_failed(self) -> None:
        """Stops unhealthy tasks: at once in a deployment or where there is no room beside them, else once they are replaced."""
        service = self._service
        unhealthy = [task for task in service.tasks if task.counted and task.unhealthy]
        healthy = [task for task in service.tasks if task.counted and task.healthy]
        _, most = rollout.bounds(service.settings, service.desired)
        counted = [task for task in service.tasks if task.counted]
        is_tight = len(counted) >= most or len(healthy) >= service.desired or service.primary.rollout is not Rollout.COMPLETED
        if unhealthy and is_tight:
            for task in unhealthy:
                if task.order.started_by == service.primary.id:
                    self._count_failure(service.primary)
                self._stop([task], _why_unhealthy(task))

    def _stop_surplus(self) -> None:
        service = self._service
        mine, older = self._of(service.primary), self._older
        surplus = sorted(mine, key=_least_useful)[: max(0, len(mine) - self._wanted)]
        self._stop(surplus, f"Scaling activity initiated by (deployment {service.primary.id})")
        fewest, _ = rollout.bounds(service.settings, service.desired)
        healthy = [task for task in service.tasks if task.counted and task.healthy]
        useless = [task for task in older if not task.healthy]
        spare = rollout.may_stop(healthy=len(healthy), fewest=min(fewest, service.desired))
        useful = [task for task in older if task.healthy][:spare]
        if service.primary.rollout is not Rollout.FAILED:
            self._stop([*useless, *useful], f"Scaling activity initiated by (deployment {service.primary.id})")

    def _stop(self, chosen: Sequence[Task], reason: str) -> None:
        if not chosen:
            return
        self._service.steady = False
        running = [task for task in chosen if task.status is TaskStatus.RUNNING]
        for task in chosen:
            task.stop(StopCode.SCHEDULER, reason, drain=True)
        if running and chosen[0].order.target_groups:
            self._service.tell(events.draining(len(running)))
        if running:
            self._service.tell(events.stopped([task.id for task in running]))

    def _drain(self) -> None:
        """Of a deleted service: stops every task, and ends with the last one."""
        service = self._service
        self._stop([task for task in service.tasks if task.counted], f"Scaling activity initiated by (deployment {service.primary.id})")
        if not service.tasks:
            service.status = ServiceStatus.INACTIVE

    def _settle(self) -> None:
        """Completes the deployment once all its tasks are healthy and no other task is left."""
        service, deployment = self._service, self._service.primary
        mine = self._of(deployment)
        if len(mine) != self._wanted or not all(task.healthy for task in mine) or self._older:
            return
        if deployment.rollout is Rollout.IN_PROGRESS:
            deployment.become(Rollout.COMPLETED, "ECS deployment completed.")
            service.tell(events.completed(deployment.id))
            service.completed = deployment
            service.deployments = [deployment]
        if not service.steady and deployment.rollout is Rollout.COMPLETED:
            service.steady = True
            service.tell(events.steady())


def _is_checked(task: Task) -> bool:
    return any(each.definition.get("healthCheck") for each in task.containers)


def _why_unhealthy(task: Task) -> str:
    if task.container_health == "UNHEALTHY":
        return "Task failed container health checks"
    return f"Task failed ELB health checks in (target-group {task.order.target_groups[0].arn})"


def _least_useful(task: Task) -> tuple[bool, bool]:
    """Sorts tasks that do not serve yet first."""
    return task.healthy, task.status is TaskStatus.RUNNING


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
