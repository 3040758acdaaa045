"""Which images ran before: by the revisions of the task definition, which ECS keeps after they are deregistered.

CloudFormation registers a new revision, moves the service to it, and then deregisters the one before. If the update fails, it
deregisters the new one. So the revision that ran before another is the one that was still registered when the other was, and a release
that failed is none of them. ECR's own dates do not say this: an image may be pushed long before it runs, and run again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Literal

from tradingbot_infra.operations.session import Session

MOST_REVISIONS = 50
"""How many of the newest revisions are read: each is a call of its own."""


@dataclass(frozen=True)
class Revision:
    """One revision of a task definition. `deregistered` is None while it is registered."""

    arn: str
    image: str
    registered: datetime
    deregistered: datetime | None

    @property
    def number(self) -> int:
        """Its number in the family."""
        return number_of(self.arn)


@dataclass(frozen=True)
class Run:
    """A time in which one image ran, whatever else changed meanwhile. `until` is None while it runs."""

    image: str
    since: datetime
    until: datetime | None


def read_runs(session: Session, current: str, container: str) -> tuple[Run, ...]:
    """What ran, the newest first, as far back as the newest MOST_REVISIONS say. `current` is the revision that the service names."""
    return runs(in_force(read_revisions(session, current, container), current))


def read_revisions(session: Session, current: str, container: str) -> tuple[Revision, ...]:
    """The newest revisions of the family of `current`, the newest first. `container` is the one whose image counts."""
    family = family_of(current)
    listed = [*_listed(session, family, "ACTIVE"), *_listed(session, family, "INACTIVE")]
    newest = sorted((arn for arn in listed if family_of(arn) == family), key=number_of, reverse=True)
    return tuple(_revision(session, arn, container) for arn in newest[:MOST_REVISIONS])


def in_force(revisions: Sequence[Revision], current: str) -> tuple[Revision, ...]:
    """The revisions that the service ran, the newest first."""
    return tuple(_back_from(revisions, next((one for one in revisions if one.arn == current), None)))


def runs(in_force: Sequence[Revision]) -> tuple[Run, ...]:
    """Revisions with the same image one after the other are one run of it."""
    groups = [[*group] for _, group in groupby(in_force, key=lambda one: one.image)]
    later = [None, *(group[-1].registered for group in groups)]
    return tuple(Run(group[0].image, group[-1].registered, until) for group, until in zip(groups, later, strict=False))


def number_of(arn: str) -> int:
    """The number of a revision, by its ARN."""
    return int(arn.rpartition(":")[2])


def family_of(arn: str) -> str:
    """The family of a revision, by its ARN."""
    return arn.rpartition("/")[2].rpartition(":")[0]


def _back_from(revisions: Sequence[Revision], revision: Revision | None) -> Iterator[Revision]:
    while revision:
        yield revision
        revision = _before(revisions, revision)


def _before(revisions: Sequence[Revision], after: Revision) -> Revision | None:
    """Of those that were registered then, the one that went first: CloudFormation cleans up at once, people who register others do not."""
    never = datetime.max.replace(tzinfo=UTC)
    ends = {one: one.deregistered or never for one in revisions if one.number < after.number}
    return min((one for one, end in ends.items() if end >= after.registered), key=lambda one: (ends[one], -one.number), default=None)


def _listed(session: Session, family: str, status: Literal["ACTIVE", "INACTIVE"]) -> list[str]:
    found = session.ecs.list_task_definitions(familyPrefix=family, status=status, sort="DESC", maxResults=MOST_REVISIONS)
    return found["taskDefinitionArns"]


def _revision(session: Session, arn: str, container: str) -> Revision:
    found: Any = session.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    images = {each["name"]: each["image"] for each in found["containerDefinitions"]}
    return Revision(arn, images.get(container, ""), found["registeredAt"], found.get("deregisteredAt"))
