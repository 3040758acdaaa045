"""What a reader of one type is given, and what it returns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tradingbot_infra.operations.compliance.physical import PhysicalIds
from tradingbot_infra.operations.session import Session
from tradingbot_infra.templates import Assembly, Resource


@dataclass(frozen=True, kw_only=True)
class One:
    """One resource that stands: as its template declares it, and its physical id. `session` is that of its region."""

    session: Session
    resource: Resource
    physical_id: str
    assembly: Assembly
    ids: PhysicalIds


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A resource that stands beside the one that was read and belongs to it, such as a subscription of a topic."""

    type: str
    name: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Live:
    """What a service returned of a resource, in CloudFormation's names; what is not in `properties` could not be read.

    `beside` exist and are in no template. `deleted` are ids of other resources of its stack that do not stand any more.
    """

    properties: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[Beside, ...] = ()
    deleted: tuple[str, ...] = ()


Reader = Callable[[One], Live]
"""Reads one resource.

Raises botocore's ClientError; one that says that it does not exist means that somebody deleted it.
"""


def renamed(found: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The members of a service's answer under CloudFormation's names; those that the service left out are None."""
    return {ours: found.get(theirs) for theirs, ours in names.items()}


def same_names(found: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Members that the service and CloudFormation call the same."""
    return {name: found.get(name) for name in names}
