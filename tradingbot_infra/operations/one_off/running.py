"""Starts a one-off task, follows what it logs until it has stopped, and stops it."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.design.one_off import STARTED_BY
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.live.logs import LogLine
from tradingbot_infra.operations.live.service import Task, task_of
from tradingbot_infra.operations.one_off.definitions import tags
from tradingbot_infra.operations.one_off.place import Place
from tradingbot_infra.operations.session import Session

_QUIET_READS = 2
"""How often the log must show nothing new after the end: CloudWatch Logs shows lines some seconds after it got them."""


class TimedOutError(Exception):
    """The task runs longer than was allowed."""


def _new_starter() -> str:
    return f"{STARTED_BY}-{secrets.token_hex(4)}"


@dataclass(frozen=True, kw_only=True)
class Order:
    """One task to run. `definition` is its task definition as ECS describes it; `containers` are those that do the work, in order."""

    definition: Mapping[str, Any]
    containers: tuple[str, ...]
    overrides: Mapping[str, Any] = field(default_factory=dict)
    execute_command: bool = False
    starter: str = field(default_factory=_new_starter)
    """`startedBy` of the task: another one for each order, so that it can be found again."""


@dataclass(frozen=True)
class Stream:
    """A log stream."""

    group: str
    name: str


@dataclass(frozen=True)
class OneOff:
    """A task that was started, with the log streams of the containers that do the work."""

    arn: str
    streams: tuple[Stream, ...]

    @property
    def id(self) -> str:
        """The last part of the ARN."""
        return self.arn.rpartition("/")[2]


def start(session: Session, names: Names, place: Place, order: Order) -> OneOff:
    """Starts the task in the service's network, outside of any service: no load balancer and no scaling knows it.

    Raises UserError when ECS has no room for it.
    """
    answer = session.ecs.run_task(
        cluster=names.cluster,
        taskDefinition=order.definition["taskDefinitionArn"],
        launchType="FARGATE",
        count=1,
        networkConfiguration=place.network,  # type: ignore[arg-type]  # as DescribeServices returned it
        overrides=order.overrides,  # type: ignore[arg-type]  # a literal dictionary where it is made
        startedBy=order.starter,
        enableECSManagedTags=True,
        enableExecuteCommand=order.execute_command,
        tags=tags(names),
    )
    if not answer["tasks"]:
        reasons = [" ".join((each.get("reason", ""), each.get("detail", ""))).strip() for each in answer["failures"]]
        raise UserError(f"ECS started no task: {'; '.join(reasons) or 'no reason was given'}")
    arn = answer["tasks"][0].get("taskArn", "")
    return OneOff(arn, tuple(_streams(order, arn.rpartition("/")[2])))


def follow(
    session: Session, names: Names, task: OneOff, *, until: datetime, told: Callable[[str], None], wait: Callable[[], None]
) -> Iterator[LogLine]:
    """Each line that the task logs, until it has stopped and nothing more comes. `told` gets each new state, `wait` pauses in between.

    Raises TimedOutError when it still runs at `until`.
    """
    tokens: dict[Stream, str] = {}
    state, quiet = "", 0
    while quiet < _QUIET_READS:
        now = str(described(session, names, task).get("lastStatus", "PROVISIONING"))
        if now != state:
            told(now)
        state = now
        new = [line for stream in task.streams for line in _new_lines(session, stream, tokens)]
        yield from new
        quiet = quiet + 1 if state == "STOPPED" and not new else 0
        if state != "STOPPED" and datetime.now(UTC) > until:
            raise TimedOutError
        wait()


def reached(found: Mapping[str, Any], container: str) -> Task | None:
    """The task, once it runs and the agent of ECS Exec runs in the container (ECS API Reference, ManagedAgent); None before."""
    mine: Mapping[str, Any] = next((each for each in found.get("containers", []) if each.get("name") == container), {})
    agents = [each.get("lastStatus") for each in mine.get("managedAgents", []) if each.get("name") == "ExecuteCommandAgent"]
    ready = found.get("lastStatus") == "RUNNING" and all(status == "RUNNING" for status in agents)
    return task_of(found, container) if ready else None  # type: ignore[arg-type]  # as DescribeTasks returned it


def described(session: Session, names: Names, task: OneOff) -> Mapping[str, Any]:
    """The task as DescribeTasks returns it; empty as long as ECS does not know it everywhere."""
    found = session.ecs.describe_tasks(cluster=names.cluster, tasks=[task.arn])["tasks"]
    return found[0] if found else {}


def stop(session: Session, names: Names, order: Order, reason: str) -> list[str]:
    """Stops what was started for an order, also where nobody saw the answer to it. The ids of those tasks."""
    arns = session.ecs.list_tasks(cluster=names.cluster, startedBy=order.starter, desiredStatus="RUNNING")["taskArns"]
    for arn in arns:
        session.ecs.stop_task(cluster=names.cluster, task=arn, reason=reason)
    return [arn.rpartition("/")[2] for arn in arns]


def deadline(allowed: timedelta) -> datetime:
    """The moment at which a task that starts now has run as long as it may."""
    return datetime.now(UTC) + allowed


def _streams(order: Order, task: str) -> Iterator[Stream]:
    """As the awslogs driver names them on Fargate: prefix, container, task (ECS Developer Guide, "awslogs-stream-prefix")."""
    containers = {each["name"]: each for each in order.definition["containerDefinitions"]}
    for name in order.containers:
        options = containers[name].get("logConfiguration", {}).get("options", {})
        if "awslogs-group" in options:
            yield Stream(options["awslogs-group"], f"{options['awslogs-stream-prefix']}/{name}/{task}")


def _new_lines(session: Session, stream: Stream, tokens: dict[Stream, str]) -> Iterator[LogLine]:
    """Lines behind the token, which moves on. The end is where the token stays the same (CloudWatch Logs API, GetLogEvents)."""
    while True:
        before = tokens.get(stream)
        behind: dict[str, Any] = {"nextToken": before} if before else {}
        try:
            page = session.logs.get_log_events(logGroupName=stream.group, logStreamName=stream.name, startFromHead=True, **behind)
        except session.logs.exceptions.ResourceNotFoundException:
            return  # the container has not started
        tokens[stream] = page["nextForwardToken"]
        for event in page["events"]:
            yield LogLine(datetime.fromtimestamp(event.get("timestamp", 0) / 1000, UTC), stream.name, event.get("message", ""))
        if page["nextForwardToken"] == before:
            return
