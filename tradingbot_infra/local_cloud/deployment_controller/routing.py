"""The weights of the listener rules of a service: which target group serves, and how traffic moves to the other.

ECS reads the production rule to find the target group that serves, whatever the service calls the alternate one, and puts a new version
into the other; so the two change roles with each deployment. It does all of this with the rights of the infrastructure role.
Sources: "Application Load Balancer resources for blue/green, linear, and canary deployments", "Troubleshooting Amazon ECS blue/green
deployments" (ECS Developer Guide), whose words these are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.deployment_controller import strategies
from tradingbot_infra.local_cloud.fargate.execution_role import DeniedError, ExecutionRole

_SESSION = "ECSNetworkingWithELB"
_READS = ("DescribeRules", "DescribeTargetGroups", "DescribeTargetHealth")
_WRITES = ("RegisterTargets", "DeregisterTargets")


class NetworkError(Exception):
    """What is wrong with rules, target groups or the role, in ECS's words."""


@dataclass(frozen=True)
class Route:
    """One load balancer of a service: its two target groups and its rules."""

    load_balancer: Mapping[str, Any]
    ask: Ask

    @property
    def groups(self) -> tuple[str, str]:
        """The target groups, in the order in which the service names them."""
        return self.load_balancer["targetGroupArn"], self._advanced["alternateTargetGroupArn"]

    @property
    def test_rule(self) -> str:
        """The ARN of the test rule; empty without one."""
        return str(self._advanced.get("testListenerRule", ""))

    @property
    def production_rule(self) -> str:
        """The ARN of the production rule."""
        return str(self._advanced["productionListenerRule"])

    @property
    def _advanced(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.load_balancer["advancedConfiguration"]
        return found

    @property
    def _role(self) -> ExecutionRole:
        return ExecutionRole(self._advanced["roleArn"], _SESSION, self.ask)

    async def serving(self) -> str:
        """The target group that the production rule forwards to. Raises NetworkError."""
        await self._check_role()
        production = await self._weights(self.production_rule)
        test = await self._weights(self.test_rule) if self.test_rule else {}
        live = [group for group, weight in production.items() if weight]
        if len(live) != 1:
            raise NetworkError(
                f". productionListenerRule {self.production_rule} should have exactly one target group serving traffic but found"
                f" {len(live)} target groups which are serving traffic"
            )
        if live[0] not in self.groups:
            raise NetworkError(
                f". Production listener rule is forwarding traffic to unexpected target group {live[0]}. Expected traffic to be forwarded"
                f" to either targetGroupArn: {self.groups[0]} or alternateTargetGroupArn: {self.groups[1]}"
            )
        for group in self.groups:
            if group not in {**production, **test}:
                raise NetworkError(f": Target group {group} is not associated with either productionListenerRule or testListenerRule.")
        return live[0]

    def other(self, group: str) -> str:
        """The target group that is not this one."""
        return next(each for each in self.groups if each != group)

    async def shift(self, rule: str, group: str, percent: float) -> None:
        """Gives a target group this percentage of a rule's traffic, and the other the rest. Raises NetworkError."""
        mine, others = strategies.weights(percent)
        try:
            await self._role.check("elasticloadbalancing:ModifyRule", rule)
            groups = [{"TargetGroupArn": group, "Weight": mine}, {"TargetGroupArn": self.other(group), "Weight": others}]
            await self.ask("elbv2", "ModifyRule", RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}])
        except DeniedError as error:
            raise NetworkError(str(error).removeprefix("AccessDeniedException: ")) from error
        except LocalApiError as error:
            raise NetworkError(error.message) from error

    async def _check_role(self) -> None:
        actions = [(f"elasticloadbalancing:{name}", "*") for name in _READS]
        actions += [(f"elasticloadbalancing:{name}", group) for name in _WRITES for group in self.groups]
        try:
            for action, resource in actions:
                await self._role.check(action, resource)
        except DeniedError as error:
            role = self._advanced["roleArn"]
            raise NetworkError(
                f". ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure Role '{role}'."
            ) from error

    async def _weights(self, rule: str) -> dict[str, int]:
        try:
            found = (await self.ask("elbv2", "DescribeRules", RuleArns=[rule]))["Rules"]
        except LocalApiError as error:
            raise NetworkError(f". {error.message}") from error
        if not found:
            raise NetworkError(". One or more rules not found")
        forwards = [action for action in found[0]["Actions"] if action["Type"] == "forward"]
        return {one["TargetGroupArn"]: int(one.get("Weight", 1)) for action in forwards for one in action["ForwardConfig"]["TargetGroups"]}


def routes(settings: Mapping[str, Any], ask: Ask) -> Sequence[Route]:
    """The load balancers between which a service's traffic is shifted."""
    return [Route(each, ask) for each in settings.get("loadBalancers", ()) if "advancedConfiguration" in each]
