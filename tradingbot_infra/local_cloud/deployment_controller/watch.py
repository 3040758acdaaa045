"""What ends a service deployment early: a person, a newer deployment, alarms, failed tasks, a stage that never ends.

Sources: "How CloudWatch alarms detect Amazon ECS deployment failures", "How the Amazon ECS deployment circuit breaker detects failures",
"Stopping Amazon ECS service deployments" (ECS Developer Guide). AWS's pages disagree about which strategies alarms and circuit breaker
are for; both end deployments that shift traffic here, as the acceptance tests of Terraform's provider have seen of the circuit breaker
(hashicorp/terraform-provider-aws, TestAccECSService_BlueGreenDeployment_circuitBreakerRollback).
"""

import asyncio
from collections.abc import Callable

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.deployment_controller.records import Alarms, Monitor, ServiceDeployment, Stage, Status
from tradingbot_infra.local_cloud.service_scheduler import circuit_breaker
from tradingbot_infra.local_cloud.service_scheduler.records import ServiceStatus

_LOOK_SECONDS = 5.0
"""How often tasks, alarms and requests are looked at; AWS does not document it."""
_LONGEST_STAGE_SECONDS = 24 * 60 * 60.0
_ROLLED_BACK = "Service deployment rolled back because"


class StoppedError(Exception):
    """The deployment ends where it is, because a person, a newer one or the end of the service asks for it."""


class FailedError(Exception):
    """The deployment failed; `reason` is the service deployment's statusReason. Without `rolls_back` it ends where it is."""

    def __init__(self, because: str, *, rolls_back: bool = True) -> None:
        self.reason = f"{_ROLLED_BACK} {because}" if rolls_back else f"Service deployment stopped because {because}"
        self.rolls_back = rolls_back
        super().__init__(self.reason)


class Watch:
    """Waits on behalf of one service deployment, and says by an exception that it ends early."""

    def __init__(self, found: ServiceDeployment, ask: Ask) -> None:
        self._found = found
        self._ask = ask

    async def begin(self) -> None:
        """Reads the alarms; one that rings already makes ECS ignore all of them for this deployment."""
        alarms = self._found.alarms
        wanted = self._found.configuration.get("alarms", {}).get("enable", False)
        alarms.status = Monitor.MONITORING if wanted and alarms.names and not await self._ringing(alarms) else Monitor.DISABLED

    async def until(self, holds: Callable[[], bool], seconds: float = _LONGEST_STAGE_SECONDS) -> None:
        """Waits until something holds, for as long as a stage may last at most.

        Raises:
            StoppedError, FailedError: as `look`, and when the stage lasts too long.
        """
        end = asyncio.get_running_loop().time() + clock.scaled(seconds)
        await self.look()
        while not holds():
            if asyncio.get_running_loop().time() > end:
                raise FailedError(f"the {self._found.stage or Stage.PRE_SCALE_UP} lifecycle stage timed out.")
            await clock.sleep(_LOOK_SECONDS)
            await self.look()

    async def pass_time(self, minutes: int) -> None:
        """Lets a bake time pass. Raises StoppedError and FailedError as `look`."""
        end = asyncio.get_running_loop().time() + clock.scaled(60.0 * minutes)
        await self.until(lambda: asyncio.get_running_loop().time() >= end, seconds=60.0 * minutes + _LONGEST_STAGE_SECONDS)

    async def look(self) -> None:
        """Whether the deployment should go on.

        Raises:
            StoppedError: it should end where it is.
            FailedError: it should be rolled back, or has failed.
        """
        found, service = self._found, self._found.service
        self.look_for_a_stop()
        if found.wanted is Status.ROLLBACK_REQUESTED:
            raise FailedError("a rollback was requested.")
        if circuit_breaker.is_open(service) and service.primary is found.target:
            raise FailedError("the circuit breaker threshold was exceeded.", rolls_back=service.rolls_back)
        await self._look_at_alarms()

    def look_for_a_stop(self) -> None:
        """Whether a deployment that is rolled back should go on. Raises StoppedError."""
        if self._found.wanted is Status.STOP_REQUESTED or self._found.service.status is not ServiceStatus.ACTIVE:
            raise StoppedError

    async def _look_at_alarms(self) -> None:
        alarms = self._found.alarms
        if alarms.status is not Monitor.MONITORING:
            return
        alarms.triggered = await self._ringing(alarms)
        if alarms.triggered:
            alarms.status = Monitor.TRIGGERED
            rolls_back = bool(self._found.configuration["alarms"].get("rollback"))
            raise FailedError(f"alarms were detected: {', '.join(alarms.triggered)}.", rolls_back=rolls_back)

    async def _ringing(self, alarms: Alarms) -> tuple[str, ...]:
        found = await self._ask("cloudwatch", "DescribeAlarms", AlarmNames=list(alarms.names), AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        every = [*found.get("MetricAlarms", []), *found.get("CompositeAlarms", [])]
        return tuple(each["AlarmName"] for each in every if each.get("StateValue") == "ALARM")
