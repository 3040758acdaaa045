"""Checks: as many tasks run as should, and the last rollout did not fail."""

from collections.abc import Iterator
from datetime import datetime

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.office_hours import in_words, out_of_hours
from tradingbot_infra.operations.live.scaling import Bounds
from tradingbot_infra.operations.live.service import Service
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look
from tradingbot_infra.wording import plural


def rollout(service: Service) -> Finding:
    """Whether the newest deployment of the service went well."""
    if service.rollout == "FAILED":
        return failed(f"the rollout FAILED: {service.rollout_reason or 'ECS gives no reason'}", OwnCommand("doctor tasks-pending"))
    if service.rollout == "IN_PROGRESS":
        return failed("the rollout is IN_PROGRESS: tasks are being replaced", sentence("wait until it ends, then ", OwnCommand("verify")))
    return passed(f"rollout {service.rollout}" if service.rollout else "no rollout is going on")


def counts(service: Service, config: EnvironmentConfig, bounds: Bounds | None, *, now: datetime) -> Finding:
    """Whether every task that is wanted runs, and no fewer are wanted than the settings choose.

    `bounds` are those of Application Auto Scaling, None where it does not know the service. Fewer tasks than the settings choose
    pass where its bounds say so too: then `scale` or the office hours set them, not an accident. No task at all passes only outside
    of office hours.
    """
    wanted, fewest = service.desired, config.scaling.min_tasks
    if service.running < wanted:
        pending = f", {service.pending} pending" if service.pending else ""
        return failed(f"{service.running} of {plural(wanted, 'task runs', 'tasks run')}{pending}", OwnCommand("doctor tasks-pending"))
    if wanted >= fewest:
        return passed(f"{service.running} of {plural(wanted, 'task runs', 'tasks run')}")
    if bounds is None or wanted < bounds.fewest:
        return failed(f"wanted tasks: {wanted}, min_tasks={fewest}: somebody changed the service", OwnCommand("scale --reset"))
    if wanted:
        return passed(f"{service.running} of {wanted} tasks run; min_tasks={fewest}, and `scale` lowered it")
    if out_of_hours(config.scaling, now):
        hours = in_words(config.scaling)
        nothing = f"no task is wanted outside of {hours}, on weekdays: nothing shows that this version starts"
        return not_assessed(
            nothing, sentence(OwnCommand(f"scale --tasks {fewest}"), ", then ", OwnCommand("verify"), "; or in those hours")
        )
    return failed(f"wanted tasks: 0, min_tasks={fewest}: `scale` stopped them all", OwnCommand("scale --reset"))


def lowered(service: Service, config: EnvironmentConfig) -> bool:
    """Whether fewer tasks are wanted than the settings choose."""
    return service.desired < config.scaling.min_tasks


def _counts(facts: Facts) -> Iterator[Finding]:
    bounds = _bounds(facts) if lowered(facts.service, facts.config) else None
    yield counts(facts.service, facts.config, bounds, now=facts.now)


def _bounds(facts: Facts) -> Bounds | None:
    try:
        return facts.scaling.now
    except UserError:
        return None


LOOKS = (Look("ECS, rollout of the service", lambda facts: (rollout(facts.service),)), Look("ECS, tasks of the service", _counts))
