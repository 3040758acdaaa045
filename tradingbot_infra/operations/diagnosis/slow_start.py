"""Tasks take long to start, or health checks end them before they are up."""

from collections.abc import Iterator
from datetime import datetime

from tradingbot_infra.operations.diagnosis.ecs_causes import rolled_back, still_deploying
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.ecs_messages import Trouble
from tradingbot_infra.operations.live.service import Task
from tradingbot_infra.operations.printed_commands import CdkDeploy, OwnCommand, revert, sentence

_LONG_PULL_SECONDS = 60
_CHECKS = 5
"""Failed checks within which ECS ends a task that never became healthy: three of the container or two of the load balancer, and some
seconds until ECS acts."""
_LONGEST_GRACE = 300
_SHOWN = 3


def steps(facts: Facts) -> Diagnosed:
    """How long the newest task took from its order to its start."""
    started = [task for task in facts.running if task.started_at]
    if not started:
        return None
    newest = max(started, key=lambda task: task.started_at or facts.now)
    parts = [
        ("start", _seconds(newest.moments.created, newest.started_at)),
        ("of that pull", _seconds(newest.moments.pull_started, newest.moments.pull_stopped)),
    ]
    return Normal(", ".join(f"{name} {seconds} s" for name, seconds in parts if seconds is not None) or f"{len(started)} run")


def short_grace(facts: Facts) -> Diagnosed:
    """A service that gives tasks less time than the settings choose."""
    chosen, found = facts.config.load_balancer.health_check_grace_seconds, facts.service.grace_seconds
    if found >= chosen:
        return None
    return Cause(
        id="grace-period",
        title=f"Tasks may fail health checks for {found} s only",
        certainty=Certainty.CERTAIN,
        evidence=(f"service: {found} s", f"settings: health_check_grace_seconds={chosen}"),
        fix=(revert("service"),),
    )


def ended_by_health_checks(facts: Facts) -> Diagnosed:
    """Tasks that health checks ended soon after the time in which they may fail them."""
    ended = tuple(_ended_young(facts))
    if not ended:
        return None
    grace = facts.service.grace_seconds
    longer = min(max(2 * grace, 60), _LONGEST_GRACE)
    return Cause(
        id="ended-before-up",
        title="Health checks end tasks before these are up",
        certainty=Certainty.LIKELY,
        evidence=(
            *(f"task {task.id[:8]} ran {_seconds(task.started_at, _end(task))} s: {task.reason}" for task in ended[:_SHOWN]),
            f"tasks may fail health checks for {grace} s",
        ),
        fix=(
            sentence(OwnCommand(f"logs --task {ended[0].id} --since 1h"), " shows how far it came"),
            sentence("If it was still starting: ", CdkDeploy("service", settings=(f"health_check_grace_seconds={longer}",))),
            "Or let it start faster: more task_cpu; migrations and downloads before the deployment, not at every start",
            sentence("If it was up: ", OwnCommand("doctor alb-503"), " says why the check fails"),
        ),
    )


def long_pull(facts: Facts) -> Diagnosed:
    """An image that takes long to pull, before the time for health checks begins."""
    slow = [(seconds, task) for task in (*facts.running, *facts.stopped) if (seconds := _pull(task)) and seconds > _LONG_PULL_SECONDS]
    if not slow:
        return None
    seconds, task = max(slow, key=lambda each: each[0])
    return Cause(
        id="long-pull",
        title="Tasks take long to pull their image",
        certainty=Certainty.LIKELY,
        evidence=(f"task {task.id[:8]}: {seconds} s", f"image: {task.image}"),
        fix=(
            "A smaller image: a slim base, several build stages, and a .dockerignore. Fargate keeps no image between tasks",
            "More task_cpu, which also gives the task more network bandwidth; enable_vpc_endpoints leaves out NAT",
        ),
    )


def _ended_young(facts: Facts) -> Iterator[Task]:
    told = {message.task for message in facts.messages_on(Trouble.UNHEALTHY) if message.task}
    latest = facts.service.grace_seconds + _CHECKS * facts.config.load_balancer.health_check_interval_seconds
    # After a rollback the version that runs is not the one that failed.
    current, any_version = facts.service.task_definition.arn, bool(facts.messages_on(Trouble.ROLLED_BACK))
    for task in facts.stopped:
        age = _seconds(task.started_at, _end(task))
        if task.arn in told and (any_version or task.definition_arn == current) and age is not None and age <= latest:
            yield task


def _end(task: Task) -> datetime | None:
    return task.moments.stopping or task.stopped_at


def _pull(task: Task) -> int | None:
    return _seconds(task.moments.pull_started, task.moments.pull_stopped)


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else round((end - start).total_seconds())


SLOW_START = Symptom(
    SymptomName.SLOW_START,
    (
        Check("the service stack", deployed("service")),
        Check("the newest task", steps),
        Check("time in which tasks may fail health checks", short_grace),
        Check("tasks that health checks ended", ended_by_health_checks),
        Check("pulls of the image", long_pull),
        Check("deployments that were rolled back", rolled_back),
        Check("the newest deployment", still_deploying),
    ),
)
