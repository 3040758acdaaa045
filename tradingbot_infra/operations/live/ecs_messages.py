"""Messages of ECS about a service and its tasks, and which trouble they mean."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tradingbot_infra.operations.live.service import Service, ServiceEvent, Task

RECENT = timedelta(hours=1)
"""How far back messages of ECS count: as long as it keeps tasks that stopped (ECS API, DescribeTasks)."""


class Trouble(StrEnum):
    """What prevents tasks from starting, or ends them."""

    SECRET_DELETED = "secret deleted"  # noqa: S105 - a trouble, not a secret
    SECRET_MISSING = "secret missing"  # noqa: S105 - a trouble, not a secret
    LOG_GROUP = "log group missing"
    NO_CONNECTION = "no connection"
    ARCHITECTURE = "architecture"
    IMAGE_DENIED = "image denied"
    SECRET_DENIED = "secret denied"  # noqa: S105 - a trouble, not a secret
    IMAGE_MISSING = "image missing"
    PULL_RATE = "pull rate"
    OUT_OF_MEMORY = "out of memory"
    NO_ADDRESS = "no address"
    NO_CAPACITY = "no capacity"
    UNHEALTHY = "unhealthy"
    ROLLED_BACK = "rolled back"
    CANNOT_START = "cannot start"
    EXITED = "exited"


_PHRASES: tuple[tuple[Trouble, str], ...] = (
    (Trouble.SECRET_DELETED, r"marked for deletion"),
    (Trouble.SECRET_MISSING, r"can.?t find the specified secret"),
    (Trouble.LOG_GROUP, r"log group does not exist"),
    (
        Trouble.NO_CONNECTION,
        (
            r"i/o timeout|deadline exceeded|RequestCanceled|request canceled|Client\.Timeout|connection issue|handshake timeout"
            r"|no such host|network is unreachable"
        ),
    ),
    (Trouble.ARCHITECTURE, r"exec format error|descriptor matching platform"),
    (Trouble.IMAGE_DENIED, r"(?:CannotPull|registry auth:).*(?:403 Forbidden|pull access denied|no basic auth)|to perform: ecr:"),
    (Trouble.SECRET_DENIED, r"to perform: (?:secretsmanager|kms):|access to KMS is not allowed|retrieve secret.*AccessDenied"),
    (Trouble.IMAGE_MISSING, r"CannotPull.*(?:not found|manifest unknown|does not exist)"),
    (Trouble.PULL_RATE, r"toomanyrequests|pull rate limit"),
    (Trouble.OUT_OF_MEMORY, r"OutOfMemory"),
    (Trouble.NO_ADDRESS, r"InsufficientFreeAddresses|enough free addresses|network interface|RESOURCE:ENI"),
    (Trouble.NO_CAPACITY, r"capacity is unavailable|reached the limit on the number of"),
    (Trouble.UNHEALTHY, r"failed (?:ELB|container) health checks|is unhealthy in"),
    (Trouble.ROLLED_BACK, r"rolling back to|deployment failed"),
    (Trouble.CANNOT_START, r"Cannot(?:Start|Create)Container|OCI runtime"),
    (Trouble.EXITED, r"essential container in task exited"),
)
"""The first that matches decides: a pull that times out is a network problem, whatever the message says of the image.

Sources: ECS Developer Guide, "Stopped tasks error messages" and the pages it leads to on CannotPullContainer and
ResourceInitializationError; the same guide, "Service event messages".
"""

_PATTERNS = tuple((trouble, re.compile(words, re.IGNORECASE | re.DOTALL)) for trouble, words in _PHRASES)
_LONGEST = 300


@dataclass(frozen=True)
class EcsMessage:
    """One message. `who` is the service, or one of its tasks that stopped. `task` is that task's ARN, else empty."""

    at: datetime | None
    who: str
    words: str
    task: str

    @property
    def trouble(self) -> Trouble | None:
        """What it means; None when it is no trouble, or an unknown one."""
        return next((trouble for trouble, pattern in _PATTERNS if pattern.search(self.words)), None)

    @property
    def complains(self) -> bool:
        """Whether something went wrong: a task that ECS did not end on purpose, or something that the service could not do."""
        return "unable to" in self.words or bool(self.task and "Scaling activity initiated" not in self.words)

    def __str__(self) -> str:
        words = " ".join(self.words.split())
        short = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."
        return f"{self.at:%H:%M} {self.who}: {short}" if self.at else f"{self.who}: {short}"


def ecs_messages(events: Iterable[ServiceEvent], stopped: Iterable[Task], *, since: datetime) -> tuple[EcsMessage, ...]:
    """The messages since a moment, newest first; tasks that stopped report why."""
    messages = [EcsMessage(event.at, "service", event.message, "") for event in events if event.at >= since]
    messages += [EcsMessage(task.stopped_at, f"task {task.id[:8]}", task.reason, task.arn) for task in stopped if task.reason]
    return tuple(sorted(messages, key=lambda message: message.at or since, reverse=True))


def count_from(service: Service, *, now: datetime) -> datetime:
    """Since when messages count: for an hour, and not from before a deployment that completed."""
    recent = now - RECENT
    if service.deployed_at is None or service.rollout != "COMPLETED" or service.running < service.desired:
        return recent
    # A rollback makes the deployment before the failed one the service's again: it is older than the messages on the failure.
    return max(recent, service.deployed_at)
