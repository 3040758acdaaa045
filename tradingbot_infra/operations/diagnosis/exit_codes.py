"""With which code containers ended."""

from collections.abc import Mapping, Sequence

from tradingbot_infra.naming import Names
from tradingbot_infra.operations.session import Session

_TASKS_A_CALL = 100
"""Tasks that one DescribeTasks takes (ECS API)."""

_MEANINGS = {
    0: "it ended by itself, without an error",
    1: "the application ended with an error",
    126: "the command may not be run",
    127: "there is no such command in the image",
    134: "the application aborted (SIGABRT)",
    137: "it was killed (SIGKILL): out of memory, or it did not end within stop_timeout_seconds",
    139: "it broke by itself (SIGSEGV)",
    143: "it was asked to end (SIGTERM)",
}
"""Exit codes of shells and of signals, 128 and the signal's number (POSIX; ECS Developer Guide, "Stopped tasks error messages")."""


def read_exit_codes(session: Session, names: Names, tasks: Sequence[str]) -> Mapping[str, int]:
    """The exit code of each task's container, by task ARN; a task whose container never started is missing."""
    codes: dict[str, int] = {}
    for start in range(0, len(tasks), _TASKS_A_CALL):
        found = session.ecs.describe_tasks(cluster=names.cluster, tasks=list(tasks[start : start + _TASKS_A_CALL]))["tasks"]
        codes |= {
            task.get("taskArn", ""): container["exitCode"]
            for task in found
            for container in task.get("containers", [])
            if "exitCode" in container
        }
    return codes


def meaning(code: int) -> str:
    """A code in words."""
    return f"exit code {code}: {_MEANINGS[code]}" if code in _MEANINGS else f"exit code {code}"
