"""What a look at a network path ends in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

Kind = Literal["security_group_egress", "security_group_ingress", "network_acl", "route", "nat", "vpc_endpoint"]


@dataclass(frozen=True)
class Obstacle:
    """Something that stops the traffic for certain. `text` and `fix` are one line each."""

    kind: Kind
    resources: tuple[str, ...]
    text: str
    fix: str


@dataclass(frozen=True)
class Unknown:
    """Something that may stop the traffic and may not: AWS did not tell enough, or this program does not follow it."""

    kind: Kind
    resources: tuple[str, ...]
    text: str


Finding = Obstacle | Unknown


@dataclass(frozen=True)
class Verdict:
    """Everything found on the way of some traffic."""

    obstacles: tuple[Obstacle, ...]
    unknown: tuple[Unknown, ...]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Self:
        """A verdict of findings, each once."""
        found = tuple(dict.fromkeys(findings))
        return cls(
            tuple(each for each in found if isinstance(each, Obstacle)),
            tuple(each for each in found if isinstance(each, Unknown)),
        )

    @property
    def is_open(self) -> bool | None:
        """True when nothing is in the way, False when something is, None when that cannot be told."""
        if self.obstacles:
            return False
        return None if self.unknown else True

    def __add__(self, other: "Verdict") -> "Verdict":
        """Both: open only where both are."""
        return Verdict.of((*self.obstacles, *other.obstacles, *self.unknown, *other.unknown))
