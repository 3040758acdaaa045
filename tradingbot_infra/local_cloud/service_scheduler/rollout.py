"""How many tasks of a service may start or stop now, and when a deployment has failed. Pure functions of numbers.

Sources: "Deploy Amazon ECS services by replacing tasks", "How the Amazon ECS deployment circuit breaker detects failures",
"Amazon ECS service throttle logic" (ECS Developer Guide); DeploymentConfiguration (ECS API Reference).
"""

import math
from collections.abc import Mapping
from typing import Any

_DEFAULT_PERCENT = (100, 200)
_FEWEST_FAILURES, _MOST_FAILURES = 3, 200
_FIRST_WAIT_SECONDS = 10.0
_LONGEST_WAIT_SECONDS = 27 * 60.0
UNTHROTTLED = 3
"""Tasks in a row that fail to start before the scheduler waits; AWS does not document the number, nor the steps of the wait."""


def bounds(settings: Mapping[str, Any], desired: int) -> tuple[int, int]:
    """The fewest healthy tasks and the most running or pending ones during a deployment.

    The lower bound is rounded up, the upper one down.
    """
    configuration = settings.get("deploymentConfiguration", {})
    fewest = configuration.get("minimumHealthyPercent", _DEFAULT_PERCENT[0])
    most = configuration.get("maximumPercent", _DEFAULT_PERCENT[1])
    return math.ceil(desired * fewest / 100), math.floor(desired * most / 100)


def to_start(*, desired: int, good: int, counted: int, most: int) -> int:
    """How many tasks to start: `good` are the primary deployment's, `counted` all that are pending or running."""
    return max(0, min(desired - good, most - counted))


def may_stop(*, healthy: int, fewest: int) -> int:
    """How many healthy tasks may stop."""
    return max(0, healthy - fewest)


def failure_threshold(breaker: Mapping[str, Any], desired: int) -> int | None:
    """The number of failed tasks that ends a deployment; None without a circuit breaker."""
    if not breaker.get("enable"):
        return None
    configuration = breaker.get("thresholdConfiguration", {})
    kind, value = configuration.get("type", "BOUNDED_PERCENT"), int(configuration.get("value", 50))
    if kind == "COUNT":
        return max(1, value)
    share = math.ceil(desired * value / 100)
    return max(1, share) if kind == "UNBOUNDED_PERCENT" else min(max(share, _FEWEST_FAILURES), _MOST_FAILURES)


def wait_seconds(unstarted: int) -> float:
    """How long to wait before the next task, after so many in a row that never ran: longer each time, up to 27 minutes."""
    if unstarted < UNTHROTTLED:
        return 0.0
    return min(_FIRST_WAIT_SECONDS * 2.0 ** (unstarted - UNTHROTTLED), _LONGEST_WAIT_SECONDS)
