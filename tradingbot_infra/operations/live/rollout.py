"""A new deployment of the service that replaces its tasks: how it is started, and how far it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.live.ecs_messages import EcsMessage
from tradingbot_infra.operations.session import Session
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import DeploymentTypeDef, ServiceTypeDef


class Outcome(StrEnum):
    """Where a deployment stands. Only the first two go on."""

    UNDER_WAY = "under way"
    ROLLING_BACK = "rolling back"
    DONE = "done"
    ROLLED_BACK = "rolled back"
    FAILED = "failed"
    REPLACED = "replaced"

    @property
    def ended(self) -> bool:
        """Whether nothing more is to be waited for."""
        return self not in (Outcome.UNDER_WAY, Outcome.ROLLING_BACK)


@dataclass(frozen=True)
class Started:
    """A deployment that was started: its id, when, and how many tasks are wanted."""

    id: str
    at: datetime
    wanted: int


@dataclass(frozen=True)
class Progress:
    """How far a deployment is. `new` are its tasks that run, `old` those of all others, `failed` those that did not stay up.

    `complaints` are what ECS said since it began that is no step of an ordinary deployment, oldest first.
    """

    outcome: Outcome
    new: int
    starting: int
    old: int
    wanted: int
    failed: int
    complaints: tuple[str, ...]

    def __str__(self) -> str:
        parts = [f"{self.new} of {plural(self.wanted, 'new task runs', 'new tasks run')}"]
        parts += [f"{self.starting} starting"] if self.starting else []
        parts += [plural(self.old, "old task is left", "old tasks are left")] if self.old else []
        parts += [f"{self.failed} failed"] if self.failed else []
        return ", ".join(parts)


def start(session: Session, names: Names) -> Started:
    """Makes ECS replace every task by a new one, without an outage; new tasks read the current secrets, and the image anew.

    Raises botocore's ServiceNotFoundException when the service does not exist.
    """
    service = session.ecs.update_service(cluster=names.cluster, service=names.service, forceNewDeployment=True)["service"]
    primary = _primary(service)
    return Started(primary.get("id", ""), primary["createdAt"], service["desiredCount"])


def watch(session: Session, names: Names, started: Started, *, wait: Callable[[], None]) -> Iterator[Progress]:
    """Each state of the deployment, the last one its end. `wait` pauses between two requests."""
    while True:
        found = session.ecs.describe_services(cluster=names.cluster, services=[names.service])["services"][0]
        progress = progress_of(found, started)
        yield progress
        if progress.outcome.ended:
            return
        wait()


def progress_of(service: "ServiceTypeDef", started: Started) -> Progress:
    """How far the deployment is, as DescribeServices shows it."""
    mine = next((each for each in service["deployments"] if each.get("id") == started.id), None)
    others = [each for each in service["deployments"] if each is not mine]
    return Progress(
        outcome=_outcome(service, mine, started),
        new=mine.get("runningCount", 0) if mine else 0,
        starting=mine.get("pendingCount", 0) if mine else 0,
        old=sum(each.get("runningCount", 0) for each in others),
        wanted=service["desiredCount"],
        failed=mine.get("failedTasks", 0) if mine else 0,
        complaints=tuple(reversed([*_complaints(service, started)])),
    )


def _outcome(service: "ServiceTypeDef", mine: "DeploymentTypeDef | None", started: Started) -> Outcome:
    """By the deployment that holds: the circuit breaker puts the last one that completed in the place of one that failed."""
    primary = _primary(service)
    state = primary.get("rolloutState", "")
    if primary is mine:
        return {"COMPLETED": Outcome.DONE, "FAILED": Outcome.FAILED}.get(state, Outcome.UNDER_WAY)
    if not _has_failed(service, mine, started):
        return Outcome.REPLACED
    return {"COMPLETED": Outcome.ROLLED_BACK, "FAILED": Outcome.FAILED}.get(state, Outcome.ROLLING_BACK)


def _has_failed(service: "ServiceTypeDef", mine: "DeploymentTypeDef | None", started: Started) -> bool:
    """A failed deployment is listed while its tasks drain; afterwards only the event tells (ECS, "Service event messages")."""
    if mine is not None:
        return mine.get("rolloutState") == "FAILED"
    return any(f"(deployment {started.id}) deployment failed" in event["message"] for event in service.get("events", []))


def _complaints(service: "ServiceTypeDef", started: Started) -> Iterator[str]:
    for event in service.get("events", []):
        if event["createdAt"] >= started.at:
            message = EcsMessage(event["createdAt"], "service", event["message"], "")
            if message.trouble or message.complains:
                yield " ".join(event["message"].split())


def _primary(service: "ServiceTypeDef") -> "DeploymentTypeDef":
    return next((each for each in service["deployments"] if each.get("status") == "PRIMARY"), service["deployments"][0])
