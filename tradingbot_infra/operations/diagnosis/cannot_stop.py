"""Tasks run on after they should have stopped: they drain, they ignore SIGTERM, or something starts them again."""

from collections.abc import Iterator

from tradingbot_infra.operations.diagnosis.ecs_causes import still_deploying
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.office_hours import out_of_hours
from tradingbot_infra.operations.live.service import Task
from tradingbot_infra.operations.printed_commands import OwnCommand, revert, sentence

_KILLED = 137
_LONGEST_STOP = 120
"""Seconds that Fargate gives a container at most between SIGTERM and SIGKILL (ECS API, ContainerDefinition, stopTimeout)."""
_BY_ECS = ("ServiceSchedulerInitiated", "UserInitiated")
"""Stop codes of tasks that were told to end (ECS API, Task)."""
_SHOWN = 3


def ending(facts: Facts) -> Diagnosed:
    """Which tasks are on their way out, and how long that takes."""
    times, states = facts.stop_times, [task.status for task in facts.stopped if task.stopped_at is None]
    return Normal(f"{states.count('DEACTIVATING')} drain, for {times.drain} s; {states.count('STOPPING')} end, within {times.stop} s")


def long_draining(facts: Facts) -> Diagnosed:
    """A target group whose targets drain for longer than the settings choose."""
    chosen, found = facts.config.load_balancer.deregistration_delay_seconds, facts.stop_times.drain
    if found <= chosen:
        return None
    return Cause(
        id="long-draining",
        title=f"Tasks wait {found} s for open requests before they get SIGTERM",
        certainty=Certainty.CERTAIN,
        evidence=(f"target group: {found} s", f"settings: deregistration_delay_seconds={chosen}"),
        fix=(sentence("At once: ", OwnCommand("scale --tasks 0 --now")), revert("service")),
    )


def ignores_sigterm(facts: Facts) -> Diagnosed:
    """Containers of the version that runs now, which ECS told to end and had to kill."""
    killed = tuple(_killed(facts))
    if not killed:
        return None
    stop, chosen = facts.stop_times.stop, facts.config.task.stop_timeout_seconds
    longer = (f"Or it needs more than {stop} s: a larger stop_timeout_seconds, {_LONGEST_STOP} at most",) if stop < _LONGEST_STOP else ()
    return Cause(
        id="sigterm-ignored",
        title=f"Containers do not end at SIGTERM, and are killed {stop} s later",
        certainty=Certainty.CERTAIN,
        evidence=(*(f"task {task.id[:8]}: exit code {_KILLED}, {task.stop_code}" for task in killed[:_SHOWN]), f"settings: {chosen} s"),
        fix=(
            "Let the program get the signal: `exec` it in a start script, and the JSON form of CMD and ENTRYPOINT in the Dockerfile",
            "Let it end at SIGTERM, and close its connections itself; process 1 of a container ignores the signal without a handler",
            *longer,
            sentence("Then push it under a new tag, and ", OwnCommand("deploy --tag NEW_TAG")),
        ),
    )


def started_again(facts: Facts) -> Diagnosed:
    """No task is wanted, and Application Auto Scaling wants some."""
    bounds = facts.scaling.now
    if facts.service.desired > 0 or bounds.fewest == 0:
        return None
    return Cause(
        id="scaling-floor",
        title="Application Auto Scaling starts the tasks again",
        certainty=Certainty.CERTAIN,
        evidence=("0 tasks are wanted", f"scaling keeps {bounds.fewest} to {bounds.most} tasks: somebody changed the service alone"),
        fix=(sentence(OwnCommand("scale --tasks 0"), " sets both"),),
    )


def schedule_starts_them(facts: Facts) -> Diagnosed:
    """Stopped by hand, in an environment whose schedule starts tasks again."""
    if facts.scaling.now.most > 0 or out_of_hours(facts.config.scaling, facts.now):
        return None
    starting = [each for each in facts.scaling.schedules if each.bounds.most > 0]
    if not starting:
        return None
    return Cause(
        id="schedule-starts-tasks",
        title="Tasks are stopped, and a schedule starts them again",
        certainty=Certainty.POSSIBLE,
        evidence=tuple(
            f"{each.name}: {each.bounds.fewest} to {each.bounds.most} tasks at {each.when}, {each.time_zone}" for each in starting
        ),
        fix=("Where no task may start: the setting scale_down_out_of_hours=false and a deployment, which takes the schedule away",),
    )


def _killed(facts: Facts) -> Iterator[Task]:
    current = facts.service.task_definition.arn
    for task in facts.stopped:
        if task.exit_code == _KILLED and task.stop_code in _BY_ECS and task.definition_arn == current and "OutOfMemory" not in task.reason:
            yield task


CANNOT_STOP = Symptom(
    SymptomName.CANNOT_STOP,
    (
        Check("the service stack", deployed("service")),
        Check("tasks that drain or end", ending),
        Check("deregistration delay of the target group", long_draining),
        Check("exit codes of tasks that ECS stopped", ignores_sigterm),
        Check("bounds of Application Auto Scaling", started_again),
        Check("scheduled actions", schedule_starts_them),
        Check("the newest deployment", still_deploying),
    ),
)
