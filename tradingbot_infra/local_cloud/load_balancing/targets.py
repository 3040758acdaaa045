"""The targets of target groups: which are registered, in what state, and which gets the next request.

A target that is deregistered is draining until `deregistration_delay.timeout_seconds` have passed.
Source: "Target groups for your Application Load Balancers", "Edit target group attributes" (User Guide for Application Load Balancers).
"""

import asyncio
import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tradingbot_infra.local_cloud import background, clock
from tradingbot_infra.local_cloud.ministack import load_balancers as records

_LEAST_DRAINING_SECONDS = 1.0
"""Requests in flight are real ones: they get this long, whatever the scale."""


@dataclass(frozen=True)
class Health:
    """What DescribeTargetHealth says of a target; codes and words of TargetHealth (API Reference)."""

    state: str
    reason: str = ""
    description: str = ""


REGISTERING = Health("initial", "Elb.RegistrationInProgress", "Target registration is in progress")
FIRST_CHECKS = Health("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
HEALTHY = Health("healthy")
DRAINING = Health("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress")
NOT_REGISTERED = Health("unused", "Target.NotRegistered", "Target is not registered to the target group")
NOT_IN_USE = Health("unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")
NOT_CHECKED = Health("unavailable", "Target.HealthCheckDisabled", "Health checks are disabled for this target group")


@dataclass(frozen=True)
class Name:
    """What names a target in the whole local cloud."""

    group_arn: str
    address: str
    port: int


@dataclass
class Target:
    """One target of one target group."""

    name: Name
    health: Health = REGISTERING
    passed: int = 0
    """How many health checks in a row it passed."""
    failed: int = 0
    """How many in a row it failed."""
    checked_from: str = ""
    """The address of the load balancer that checks it; empty for one without."""
    checks: "Future[None] | None" = None
    """The work that checks it."""
    in_flight: "set[asyncio.Task[Any]]" = field(default_factory=set)
    """The requests that it is answering."""


_known: dict[Name, Target] = {}
_lock = threading.RLock()
_turns: dict[str, Iterator[int]] = {}


def names(group_arn: str, named: Sequence[Mapping[str, Any]]) -> list[Name]:
    """The names of targets; one that is named without a port has the target group's."""
    group = records.target_group(group_arn) or {}
    return [Name(group_arn, one["Id"], int(one.get("Port") or group.get("Port", 0))) for one in named]


def register(group_arn: str, named: Sequence[Mapping[str, Any]]) -> None:
    """Adds targets; one that is draining starts anew."""
    with _lock:
        for name in names(group_arn, named):
            if name not in registered(group_arn):
                records.targets(group_arn).append({"Id": name.address, "Port": name.port})
            if name not in _known or _known[name].health == DRAINING:
                _known[name] = Target(name)


def deregister(group_arn: str, named: Sequence[Mapping[str, Any]], *, in_use: bool) -> None:
    """Takes targets out: they get no further request, and are draining if a load balancer used them."""
    with _lock:
        leaving = set(names(group_arn, named)) & set(registered(group_arn))
        kept = [name for name in registered(group_arn) if name not in leaving]
        records.targets(group_arn)[:] = [{"Id": name.address, "Port": name.port} for name in kept]
        for name in leaving:
            _leave(name, in_use=in_use)


def registered(group_arn: str) -> list[Name]:
    """The registered targets of a target group, in the order of their registration."""
    return names(group_arn, records.targets(group_arn))


def draining(group_arn: str) -> list[Name]:
    """The targets of a target group that are leaving."""
    with _lock:
        return [name for name, target in _known.items() if name.group_arn == group_arn and target.health == DRAINING]


def known(name: Name) -> Target:
    """What is known of a registered target."""
    with _lock:
        return _known.setdefault(name, Target(name))


def found(target: Target, health: Health) -> None:
    """Writes what a health check found, unless the target has left meanwhile."""
    with _lock:
        if target.health != DRAINING:
            target.health = health


def forget_all_but(names: set[Name], group_arns: set[str]) -> None:
    """Ends what concerns these target groups' other targets, which is for those that ministack took out by itself."""
    with _lock:
        gone = [name for name, target in _known.items() if name.group_arn in group_arns and name not in names and target.health != DRAINING]
        for name in gone:
            _end(_known.pop(name))


def forget_group(group_arn: str) -> None:
    """Ends everything that concerns a target group."""
    forget_all_but(set(), {group_arn})
    with _lock:
        for name in draining(group_arn):
            _end(_known.pop(name))
        _turns.pop(group_arn, None)


def known_groups() -> set[str]:
    """The ARNs of the target groups whose targets are known."""
    with _lock:
        return {name.group_arn for name in _known}


def next_target(group_arn: str) -> Target | None:
    """The target that gets the next request: each healthy one in turn, or each of all when none is healthy.

    None when none is registered. Source: "Health checks for Application Load Balancer target groups": the load balancer fails open.
    """
    every = [known(name) for name in registered(group_arn)]
    able = [target for target in every if target.health in (HEALTHY, NOT_CHECKED)] or every
    if not able:
        return None
    return able[next(_turns.setdefault(group_arn, itertools.count())) % len(able)]


@contextmanager
def serving(target: Target) -> Iterator[None]:
    """Counts the current task among the requests of the target, so that the end of draining ends it."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - requests are answered in tasks
    target.in_flight.add(task)
    try:
        yield
    finally:
        target.in_flight.discard(task)


def _leave(name: Name, *, in_use: bool) -> None:
    target = known(name)
    if target.checks is not None:
        target.checks.cancel()
    if not in_use:
        _known.pop(name)
        return
    target.health = DRAINING
    delay = float(records.target_group_attributes(name.group_arn).get("deregistration_delay.timeout_seconds", 300))
    background.spawn(_drained(target, clock.scaled(delay, least=_LEAST_DRAINING_SECONDS)))


async def _drained(target: Target, seconds: float) -> None:
    await asyncio.sleep(seconds)
    with _lock:
        if _known.get(target.name) is target:
            _end(_known.pop(target.name))


def _end(target: Target) -> None:
    if target.checks is not None:
        target.checks.cancel()
    for task in list(target.in_flight):
        task.get_loop().call_soon_threadsafe(task.cancel)
