"""What may block traffic on its path."""

from dataclasses import dataclass
from typing import Literal

from tradingbot_infra.operations.printed_commands import Step
from tradingbot_infra.operations.verdict import NotAssessed

Kind = Literal["security_group_egress", "security_group_ingress", "network_acl", "route", "nat", "vpc_endpoint"]


@dataclass(frozen=True)
class Obstacle:
    """Something that certainly blocks the traffic. `text` is one line."""

    kind: Kind
    resources: tuple[str, ...]
    text: str
    fix: Step


PathFinding = Obstacle | NotAssessed
"""NotAssessed where AWS does not return enough, or this program does not follow the path."""


def unclear(kind: Kind, resources: tuple[str, ...], why: str) -> NotAssessed:
    """Something that may block the traffic or not."""
    return NotAssessed(why, kind, resources)
