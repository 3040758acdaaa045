"""The tasks of a service as targets of its load balancer, through the API of Elastic Load Balancing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError

_DRAINING_POLL_SECONDS = 5.0


@dataclass(frozen=True)
class Health:
    """The health of one target: its state, and why it is so."""

    state: str
    description: str


@dataclass(frozen=True)
class TargetGroup:
    """A target group in which tasks of a service are registered, on a port."""

    arn: str
    port: int
    ask: Ask

    async def register(self, address: str) -> None:
        """Makes a task a target."""
        await self.ask("elbv2", "RegisterTargets", TargetGroupArn=self.arn, Targets=[self._target(address)])

    async def deregister(self, address: str) -> None:
        """Ends a task as a target: it gets no new requests. Does nothing when the target group is gone."""
        try:
            await self.ask("elbv2", "DeregisterTargets", TargetGroupArn=self.arn, Targets=[self._target(address)])
        except LocalApiError as error:
            if error.code != "TargetGroupNotFound":
                raise

    async def drained(self, address: str) -> None:
        """Waits until a deregistered target is no longer draining."""
        while (await self.health()).get(address, Health("unused", "")).state == "draining":
            await clock.sleep(_DRAINING_POLL_SECONDS)

    async def health(self) -> dict[str, Health]:
        """The health of every target on our port, by address; nothing when the target group is gone."""
        try:
            answer = await self.ask("elbv2", "DescribeTargetHealth", TargetGroupArn=self.arn)
        except LocalApiError as error:
            if error.code != "TargetGroupNotFound":
                raise
            return {}
        found: list[Mapping[str, Any]] = answer["TargetHealthDescriptions"]
        return {
            each["Target"]["Id"]: Health(each["TargetHealth"]["State"], each["TargetHealth"].get("Description", ""))
            for each in found
            if each["Target"].get("Port") == self.port
        }

    def _target(self, address: str) -> dict[str, object]:
        return {"Id": address, "Port": self.port}


def target_groups(load_balancers: Iterable[Mapping[str, Any]], ask: Ask) -> tuple[TargetGroup, ...]:
    """The target groups of load balancers, as CreateService names them."""
    return tuple(
        TargetGroup(each["targetGroupArn"], int(each["containerPort"]), ask) for each in load_balancers if "targetGroupArn" in each
    )
