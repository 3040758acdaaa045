"""How a one-off task ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_LONGEST = 400


@dataclass(frozen=True)
class Outcome:
    """`code` is the exit code; None when what was asked for never ran. `reason` is ECS's, in one line."""

    code: int | None
    reason: str


def outcome(task: Mapping[str, Any], containers: Sequence[str]) -> Outcome:
    """The outcome of a task that stopped. `containers` are those whose exit codes count, the first that fails before others.

    By name: GuardDuty puts a container of its own into tasks, and ECS keeps no order.
    """
    found = {each.get("name"): each for each in task.get("containers", [])}
    named = [found[name] for name in containers if name in found]
    codes = [each.get("exitCode") for each in named]
    failed = next((code for code in codes if code), None)
    code = failed if failed is not None else 0 if codes and codes[-1] == 0 else None
    return Outcome(code, _in_one_line([task.get("stoppedReason", ""), *(each.get("reason", "") for each in named)]))


def _in_one_line(reasons: Sequence[str]) -> str:
    words = " ".join("; ".join(dict.fromkeys(reason for reason in reasons if reason)).split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."
