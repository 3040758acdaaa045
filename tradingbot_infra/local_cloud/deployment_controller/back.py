"""The way back of a service deployment: all traffic to the version before, then the end of the new tasks.

Source: "Lambda hooks for Amazon ECS service deployments", Lifecycle hooks during rollback (ECS Developer Guide).
"""

import asyncio
from collections.abc import Sequence

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.deployment_controller import event_bus, hooks
from tradingbot_infra.local_cloud.deployment_controller.hooks import Weights
from tradingbot_infra.local_cloud.deployment_controller.records import (
    NO_WAY_BACK,
    Rollback,
    ServiceDeployment,
    Stage,
    Status,
    revision_arn,
)
from tradingbot_infra.local_cloud.deployment_controller.routing import Route
from tradingbot_infra.local_cloud.deployment_controller.watch import Watch
from tradingbot_infra.local_cloud.service_scheduler import events
from tradingbot_infra.local_cloud.service_scheduler.api import STARTS_A_DEPLOYMENT
from tradingbot_infra.local_cloud.service_scheduler.records import Deployment, Rollout, now
from tradingbot_infra.local_cloud.service_scheduler.task import COUNTED

_LOOK_SECONDS = 5.0
_ALL, _NONE = 100.0, 0.0


class Back:
    """Brings the version before the target of a service deployment back."""

    def __init__(self, found: ServiceDeployment, places: Sequence[tuple[Route, str]], watch: Watch, ask: Ask) -> None:
        self._found = found
        self._service = found.service
        self._target = found.target
        self._places = places
        self._watch = watch
        self._ask = ask

    async def go(self, reason: str) -> None:
        """The whole way; without a version to go back to, the new tasks end and the weights stay.

        Raises:
            NetworkError, HookFailedError: the rules cannot be changed, or a hook refuses; everything stays as it is then.
            StoppedError: a newer deployment takes over.
        """
        found, service, back = self._found, self._service, self._candidate
        found.rollback = Rollback(reason, now(), back)
        found.become(Status.ROLLBACK_IN_PROGRESS, reason)
        if back is None:
            self._target.scaled = False
            service.wake()
            found.become(Status.ROLLBACK_FAILED, NO_WAY_BACK)
            return
        service.tell(events.rolling_back(back.id))
        await self._scale(back)
        back.become(Rollout.IN_PROGRESS, f"ECS deployment failed: rolling back to deploymentId {back.id}.")
        event_bus.deployment(service, back)
        await self._shift(back)
        self._target.scaled = False
        service.bring_back(back, STARTS_A_DEPLOYMENT)
        await self._until_gone()
        if back.rollout is Rollout.IN_PROGRESS:  # the scheduler completes one that replaces tasks itself
            back.become(Rollout.COMPLETED, "ECS deployment completed.")
            service.completed, service.deployments = back, [back]
            service.tell(events.completed(back.id))
            event_bus.deployment(service, back)
        found.become(Status.ROLLBACK_SUCCESSFUL)

    @property
    def _candidate(self) -> Deployment | None:
        """The version that the target should have replaced."""
        return self._found.sources[0] if self._found.sources else None

    async def _scale(self, back: Deployment) -> None:
        """Starts the tasks of the version before again, where they were ended already."""
        if back.scaled:
            return
        back.scaled = True
        self._service.wake()
        while sum(task.healthy for task in self._service.tasks_of(back)) < self._service.desired:
            self._watch.look_for_a_stop()
            await clock.sleep(_LOOK_SECONDS)

    async def _shift(self, back: Deployment) -> None:
        """Moves back what had moved: production first, because people wait there."""
        found = self._found
        target, before = (revision_arn(self._service, each) for each in (self._target, back))
        if await self._move([(route, group, route.production_rule) for route, group in self._places]):
            found.production = _NONE
            await self._hooks(Stage.PRODUCTION_TRAFFIC_SHIFT, Weights(production={target: _NONE, before: _ALL}))
        if await self._move([(route, group, route.test_rule) for route, group in self._places]):
            found.test = _NONE
            await self._hooks(Stage.TEST_TRAFFIC_SHIFT, Weights(test={target: _NONE, before: _ALL}))

    async def _move(self, rules: Sequence[tuple[Route, str, str]]) -> bool:
        moved = [(route, group, rule) for route, group, rule in rules if rule in self._found.moved]
        for route, group, rule in moved:
            await route.shift(rule, route.other(group), _ALL)
        return bool(moved)

    async def _hooks(self, stage: Stage, weights: Weights) -> None:
        self._found.enter(stage)
        await asyncio.gather(*hooks.at(self._found, stage, weights, self._ask))

    async def _until_gone(self) -> None:
        while any(task.order.started_by == self._target.id and task.status in COUNTED for task in self._service.tasks):
            self._watch.look_for_a_stop()
            await clock.sleep(_LOOK_SECONDS)
