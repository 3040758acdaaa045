"""One run for each service deployment that shifts traffic: its lifecycle stages, one after the other."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.deployment_controller import event_bus, hooks, strategies
from tradingbot_infra.local_cloud.deployment_controller.back import Back
from tradingbot_infra.local_cloud.deployment_controller.hooks import HookFailedError, Weights
from tradingbot_infra.local_cloud.deployment_controller.records import ServiceDeployment, Stage, Status, revision_arn
from tradingbot_infra.local_cloud.deployment_controller.routing import NetworkError, Route, routes
from tradingbot_infra.local_cloud.deployment_controller.watch import FailedError, StoppedError, Watch
from tradingbot_infra.local_cloud.service_scheduler import events
from tradingbot_infra.local_cloud.service_scheduler.records import Deployment, Rollout
from tradingbot_infra.local_cloud.service_scheduler.task import COUNTED

_log = logging.getLogger(__name__)
_ALL = 100.0
T = TypeVar("T")


class Controller:
    """Takes a service from the version that it has to the target of one service deployment, or back."""

    def __init__(self, found: ServiceDeployment, earlier: list[ServiceDeployment], ask: Ask) -> None:
        self._found = found
        self._service = found.service
        self._target = found.target
        self._earlier = earlier
        self._ask = ask
        self._watch = Watch(found, ask)
        self._places: list[tuple[Route, str]] = []
        """Each load balancer, with the target group that the target gets."""

    async def run(self) -> None:
        """The whole deployment. Begins when those before it have ended."""
        for each in self._earlier:
            await each.ended.wait()
        try:
            await self._go()
        except StoppedError:
            self._stop()
        except FailedError as error:
            await self._fail(error)
        except Exception as error:
            _log.exception("Service %s: its deployment failed because of a mistake of the local cloud", self._service.name)
            await self._fail(FailedError(f"the local cloud made a mistake, which is in its log: {error!r}"))
        if self._service.current == self._found.arn:
            self._service.current = ""
        self._service.wake()

    async def _go(self) -> None:
        found, target = self._found, self._target
        await self._watch.look()
        found.become(Status.IN_PROGRESS)
        await self._watch.begin()
        await self._reconcile()
        await self._place()
        await self._stage(Stage.PRE_SCALE_UP)
        found.enter(Stage.SCALE_UP)
        target.scaled = True
        self._service.wake()
        await self._watch.until(lambda: self._is_healthy(target))
        await self._stage(Stage.POST_SCALE_UP)
        await self._shift_test()
        for step in strategies.steps(found.configuration):
            await self._shift_production(step.percent)
            if step.bake_minutes:
                await self._watch.pass_time(step.bake_minutes)
        await self._stage(Stage.POST_PRODUCTION_TRAFFIC_SHIFT)
        found.enter(Stage.BAKE_TIME)
        await self._watch.pass_time(strategies.bake_minutes(found.configuration))
        await self._clean_up()

    async def _reconcile(self) -> None:
        """Where an earlier deployment was stopped, leaves one version: the last that completed, else the one that serves.

        AWS names this stage ("only happens when you start a new service deployment with more than 1 service revision in an ACTIVE
        state") and does not say what it does.
        """
        sources = self._found.sources
        if len(sources) < 2:
            return
        self._found.enter(Stage.RECONCILE_SERVICE)
        kept = await self._kept(sources)
        for route in routes(self._target.settings, self._ask):
            group = _group_of(kept, route)
            await self._network(route.shift(route.production_rule, group, _ALL))
            if route.test_rule:
                await self._network(route.shift(route.test_rule, group, _ALL))
        others = [each for each in sources if each is not kept]
        await self._end(others)
        self._service.deployments = [self._target, kept]
        self._found.sources = [kept]
        await self._stage(Stage.RECONCILE_SERVICE, Weights(self._shares(0.0), self._shares(0.0)))

    async def _kept(self, sources: list[Deployment]) -> Deployment:
        completed = self._service.completed
        if completed in sources and completed is not None and completed.scaled:
            return completed
        serving = {await self._network(route.serving()) for route in routes(self._target.settings, self._ask)}
        live = [each for each in sources if serving & {one.get("targetGroupArn") for one in each.load_balancers}]
        return (live or sources)[0]

    async def _place(self) -> None:
        """Gives the target the target groups that do not serve."""
        found = [(route, route.other(await self._network(route.serving()))) for route in routes(self._target.settings, self._ask)]
        self._places = found
        self._target.load_balancers = [{**route.load_balancer, "targetGroupArn": group} for route, group in found]

    async def _shift_test(self) -> None:
        self._found.enter(Stage.TEST_TRAFFIC_SHIFT)
        tested = [(route, group) for route, group in self._places if route.test_rule]
        for route, group in tested:
            await self._shift(Stage.TEST_TRAFFIC_SHIFT, route, route.test_rule, group, _ALL)
        self._found.test = _ALL if tested else 0.0
        await self._stage(Stage.TEST_TRAFFIC_SHIFT, Weights(test=self._shares(_ALL)))
        await self._stage(Stage.POST_TEST_TRAFFIC_SHIFT)

    async def _shift_production(self, percent: float) -> None:
        before, stage = self._found.production, Stage.PRODUCTION_TRAFFIC_SHIFT
        await self._stage(Stage.PRE_PRODUCTION_TRAFFIC_SHIFT, Weights(production=self._shares(before)))
        self._found.enter(stage)
        for route, group in self._places:
            await self._shift(stage, route, route.production_rule, group, percent)
        self._found.production = percent
        await self._stage(stage, Weights(production=self._shares(percent)))

    async def _clean_up(self) -> None:
        service, target = self._service, self._target
        self._found.enter(Stage.CLEAN_UP)
        service.completed = target
        await self._end(self._found.sources)
        target.become(Rollout.COMPLETED, "ECS deployment completed.")
        service.deployments = [target]
        service.tell(events.completed(target.id))
        event_bus.deployment(service, target)
        self._found.become(Status.SUCCESSFUL)

    async def _end(self, versions: list[Deployment]) -> None:
        """Ends the tasks of other versions; those that still answer open requests are not waited for."""
        for each in versions:
            each.scaled = False
        self._service.wake()
        ids = {each.id for each in versions}
        await self._watch.until(lambda: not any(task.order.started_by in ids and task.status in COUNTED for task in self._service.tasks))

    async def _stage(self, stage: Stage, weights: Weights | None = None) -> None:
        """Reaches a stage, and waits for its hooks."""
        self._found.enter(Stage.PRODUCTION_TRAFFIC_SHIFT if stage is Stage.PRE_PRODUCTION_TRAFFIC_SHIFT else stage)
        running = hooks.at(self._found, stage, weights or Weights(), self._ask)
        try:
            await self._watch.until(lambda: all(each.done() for each in running) or any(_has_failed(each) for each in running))
            for each in running:
                if each.done():
                    each.result()
        except HookFailedError as error:
            raise FailedError(str(error)) from error
        finally:
            for each in running:
                each.cancel()

    def _is_healthy(self, deployment: Deployment) -> bool:
        return sum(task.healthy for task in self._service.tasks_of(deployment)) >= self._service.desired

    def _shares(self, percent: float) -> dict[str, float]:
        """Traffic by service revision, when the target gets this percentage."""
        others = {revision_arn(self._service, each): _ALL - percent for each in self._found.sources}
        return {revision_arn(self._service, self._target): percent, **others}

    async def _network(self, work: Awaitable[T]) -> T:
        try:
            return await work
        except NetworkError as error:
            raise FailedError(f"of invalid networking configuration{error}") from error

    async def _shift(self, stage: Stage, route: Route, rule: str, group: str, percent: float) -> None:
        try:
            await route.shift(rule, group, percent)
        except NetworkError as error:
            raise FailedError(f"{stage.value} lifecycle hook(s) failed. {error}") from error
        self._found.moved.add(rule)

    def _stop(self) -> None:
        """The versions stay as they are; the next deployment reconciles them."""
        self._target.become(Rollout.FAILED, "Service deployment stopped.")
        self._found.become(Status.STOPPED, "Service deployment stopped.")

    async def _fail(self, error: FailedError) -> None:
        service, target = self._service, self._target
        target.become(Rollout.FAILED, error.reason)
        service.tell(events.failed_because(target.id, error.reason))
        event_bus.deployment(service, target)
        if not error.rolls_back:
            self._found.become(Status.STOP_REQUESTED, error.reason)
            self._found.become(Status.STOPPED)
            return
        try:
            await Back(self._found, self._places, self._watch, self._ask).go(error.reason)
        except StoppedError:
            self._stop()
        except Exception as wrong:
            if not isinstance(wrong, NetworkError | HookFailedError | LocalApiError):
                _log.exception("Service %s: its rollback failed because of a mistake of the local cloud", service.name)
            self._found.become(Status.ROLLBACK_FAILED, f"Service deployment rollback failed because {wrong}")


def _has_failed(hook: "asyncio.Task[None]") -> bool:
    return hook.done() and not hook.cancelled() and hook.exception() is not None


def _group_of(deployment: Deployment, route: Route) -> str:
    """The target group that a version has at a load balancer; one that came by replacing tasks has the first."""
    groups = [one["targetGroupArn"] for one in deployment.load_balancers if one.get("targetGroupArn") in route.groups]
    return groups[0] if groups else route.groups[0]
