"""Deployment: how a new version takes the place of the old one."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from tradingbot_infra.config.errors import Problem
from tradingbot_infra.config.sections.base import Section, setting

_ALARMS_NEED = 15
"""Minutes: an alarm of the service takes two periods of five, and its metrics arrive within the next. A shorter bake hears none of them."""

_DAY = 1440
"""Minutes: the longest bake (ECS API Reference, "CanaryConfiguration" and "LinearConfiguration")."""

_MOST_MINUTES = 33 * 60
"""CloudFormation rejects canary and linear deployments that take longer by their configuration, because it ends an operation after 36 hours
(CloudFormation Template Reference, "AWS::ECS::Service CanaryConfiguration"). Here the gate counts too, and every strategy."""

_LEAST_LINEAR = 3
"""Percent (ECS API Reference, "LinearConfiguration")."""


class DeploymentConfig(Section, title="Deployment"):
    """How a new version takes the place of the old one: one by one, or beside it behind listener rules that move the traffic."""

    deployment_strategy: Literal["rolling", "blue-green", "canary", "linear"] = setting(
        "How traffic moves to a new version: rolling replaces tasks, blue-green moves all traffic at once, canary a share first, "
        "linear step by step"
    )
    deployment_bake_minutes: int = setting(
        "Time for which the old version stays ready after all traffic has moved, and an alarm brings it back, minutes",
        ge=_ALARMS_NEED,
        le=_DAY,
    )
    deployment_step_percent: int = setting(
        "Share of the traffic that moves first (canary) or in each step (linear), percent. From 3 for linear", ge=1, le=99
    )
    deployment_step_minutes: int = setting("Time between that share and the next traffic, minutes", ge=1, le=_DAY)
    deployment_gate_minutes: int | None = setting(
        "Time for which a tested version waits for somebody to let production traffic move, minutes. Then it is rolled back. With none it "
        "does not wait",
        allowed=f"a whole number from 1 to {_DAY}, or none",
        ge=1,
        le=_DAY,
    )
    deployment_check_paths: tuple[Annotated[str, Field(pattern=r"^/[A-Za-z0-9/_.-]{0,255}$")], ...] = setting(
        "Paths that must answer 200 beside health_check_path before production traffic moves",
        allowed="at most 10 paths that start with /, separated by commas, or nothing",
        max_length=10,
    )

    @property
    def shifts_traffic(self) -> bool:
        """Whether both versions run at once and listener rules move the traffic."""
        return self.deployment_strategy != "rolling"


def only_shifted_traffic_is_tested(deployment: DeploymentConfig) -> Iterator[Problem]:
    if deployment.shifts_traffic:
        return
    wrong = "with deployment_strategy=rolling traffic moves with each task, and nothing is tested before"
    if deployment.deployment_gate_minutes is not None:
        yield Problem("deployment_gate_minutes", deployment.deployment_gate_minutes, wrong, "none, or another deployment_strategy")
    if deployment.deployment_check_paths:
        yield Problem(
            "deployment_check_paths", ",".join(deployment.deployment_check_paths), wrong, "nothing, or another deployment_strategy"
        )


def linear_steps_are_large_enough(deployment: DeploymentConfig) -> Iterator[Problem]:
    share = deployment.deployment_step_percent
    if deployment.deployment_strategy == "linear" and share < _LEAST_LINEAR:
        yield Problem("deployment_step_percent", share, f"ECS takes steps from {_LEAST_LINEAR} percent", f"{_LEAST_LINEAR} to 99")


def a_deployment_ends_in_time(deployment: DeploymentConfig) -> Iterator[Problem]:
    minutes = longest_minutes(deployment)
    if deployment.shifts_traffic and minutes > _MOST_MINUTES:
        wrong = f"with steps and gate a deployment takes up to {minutes} minutes, and CloudFormation ends it after 36 hours"
        yield Problem("deployment_bake_minutes", deployment.deployment_bake_minutes, wrong, f"at most {_MOST_MINUTES} minutes in all")


def longest_minutes(deployment: DeploymentConfig) -> int:
    """How long a deployment waits at most: bake, steps and gate, minutes. Starting tasks takes minutes more.

    The last step of a linear deployment has no bake of its own (CloudFormation Template Reference, "LinearConfiguration").
    """
    steps = {"canary": 1, "linear": -(-100 // deployment.deployment_step_percent) - 1}.get(deployment.deployment_strategy, 0)
    return deployment.deployment_bake_minutes + steps * deployment.deployment_step_minutes + (deployment.deployment_gate_minutes or 0)
