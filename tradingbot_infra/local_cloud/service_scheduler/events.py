"""The words of a service's events. Source: "Amazon ECS service event messages" (ECS Developer Guide)."""

from collections.abc import Sequence


def started(tasks: Sequence[str]) -> str:
    """Tasks were started; `tasks` are their ids."""
    return f"has started {len(tasks)} tasks: {_listed(tasks)}."


def stopped(tasks: Sequence[str]) -> str:
    """Running tasks were told to stop."""
    return f"has stopped {len(tasks)} running tasks: {_listed(tasks)}."


def registered(group_arn: str) -> str:
    """A task became a target."""
    return f"registered 1 targets in (target-group {group_arn})"


def deregistered(group_arn: str) -> str:
    """A task is a target no longer."""
    return f"deregistered 1 targets in (target-group {group_arn})"


def draining(count: int) -> str:
    """Tasks get no new requests and finish the open ones."""
    return f"has begun draining connections on {count} tasks."


def unhealthy(port: int, group_arn: str, reason: str) -> str:
    """A task failed the health check of the load balancer."""
    return f"(port {port}) is unhealthy in (target-group {group_arn}) due to (reason {reason})"


def unhealthy_container(task: str) -> str:
    """A task failed the health check of its container."""
    return f"(task {task}) failed container health checks."


def steady() -> str:
    """All wanted tasks run, and no other."""
    return "has reached a steady state."


def completed(deployment: str) -> str:
    """A deployment has replaced every other."""
    return f"(deployment {deployment}) deployment completed."


def failed(deployment: str) -> str:
    """The circuit breaker ended a deployment."""
    return f"(deployment {deployment}) deployment failed: tasks failed to start."


def failed_because(deployment: str, reason: str) -> str:
    """A deployment that shifts traffic failed."""
    return f"(deployment {deployment}) deployment failed: {reason}"


def rolling_back(deployment: str) -> str:
    """The last deployment that completed takes its place again."""
    return f"rolling back to deployment {deployment}."


def nowhere() -> str:
    """A service that is not on Fargate has no machine to run on."""
    return (
        "was unable to place a task because no container instance met all of its requirements."
        " Reason: No Container Instances were found in your cluster."
    )


def throttled() -> str:
    """Tasks fail to start again and again, so the scheduler waits longer and longer."""
    return "is unable to consistently start tasks successfully. For more information, see the Troubleshooting section."


def _listed(tasks: Sequence[str]) -> str:
    return " ".join(f"(task {task})" for task in tasks)
