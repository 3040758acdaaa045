"""Checks: as many tasks run as should, and the last rollout did not fail."""

from collections.abc import Iterator
from datetime import datetime

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.live.office_hours import in_words, out_of_hours
from tradingbot_infra.operations.live.scaling import Bounds, read_scaling
from tradingbot_infra.operations.live.service import Service
from tradingbot_infra.operations.verification.check import Finding, Look, failed, not_checkable, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps


def absent(facts: Facts) -> Finding:
    """There is no service."""
    return failed(f"{facts.names.service}: no such service", facts.steps.deploy())


def rollout(service: Service, steps: NextSteps) -> Finding:
    """Whether the newest deployment of the service went well."""
    if service.rollout == "FAILED":
        return failed(f"the rollout FAILED: {service.rollout_reason or 'ECS gives no reason'}", steps.verb("doctor tasks-pending"))
    if service.rollout == "IN_PROGRESS":
        return failed("the rollout is IN_PROGRESS: tasks are being replaced", f"wait until it ends, then {steps.verb('verify')}")
    return passed(f"rollout {service.rollout}" if service.rollout else "no rollout is going on")


def counts(service: Service, config: EnvironmentConfig, bounds: Bounds | None, *, now: datetime, steps: NextSteps) -> Finding:
    """Whether every task that is wanted runs, and no fewer are wanted than the settings choose.

    `bounds` are those of Application Auto Scaling, None where it does not know the service. Fewer tasks than the settings choose
    are well where its bounds say so too: then `scale` or the office hours set them, and not an accident. None at all are well at
    hours only at which the settings let none run.
    """
    wanted, fewest = service.desired, config.scaling.min_tasks
    if service.running < wanted:
        pending = f", {service.pending} pending" if service.pending else ""
        return failed(f"{service.running} of {wanted} tasks run{pending}", steps.verb("doctor tasks-pending"))
    if wanted >= fewest:
        return passed(f"{service.running} of {wanted} tasks run")
    if bounds is None or wanted < bounds.fewest:
        return failed(f"wanted tasks: {wanted}, min_tasks={fewest}: somebody changed the service", steps.verb("scale --reset"))
    if wanted:
        return passed(f"{service.running} of {wanted} tasks run; min_tasks={fewest}, and `scale` lowered it")
    if out_of_hours(config.scaling, now):
        hours = in_words(config.scaling)
        return not_checkable(f"no task is wanted outside of {hours}, on weekdays", f"{steps.verb('verify')} in those hours")
    return failed(f"wanted tasks: 0, min_tasks={fewest}: `scale` stopped them all", steps.verb("scale --reset"))


def lowered(service: Service, config: EnvironmentConfig) -> bool:
    """Whether fewer tasks are wanted than the settings choose."""
    return service.desired < config.scaling.min_tasks


def _rollout(facts: Facts) -> Iterator[Finding]:
    yield rollout(facts.service, facts.steps) if facts.service else absent(facts)


def _counts(facts: Facts) -> Iterator[Finding]:
    if facts.service:
        bounds = _bounds(facts) if lowered(facts.service, facts.config) else None
        yield counts(facts.service, facts.config, bounds, now=facts.now, steps=facts.steps)


def _bounds(facts: Facts) -> Bounds | None:
    try:
        return read_scaling(facts.session, facts.config).now
    except UserError:
        return None


LOOKS = (Look("ECS, rollout of the service", _rollout), Look("ECS, tasks of the service", _counts))
