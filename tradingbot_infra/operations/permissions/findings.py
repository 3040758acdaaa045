"""What checks of permissions find."""

from dataclasses import dataclass
from typing import Literal

from tradingbot_infra.operations.printed_commands import Step
from tradingbot_infra.operations.verdict import Verdict

DenialCause = Literal[
    "identity_policy", "no_role", "secret_missing", "secret_deleted", "secret_empty", "secret_policy", "key_state", "key_policy"
]
PolicyDecision = Literal["implicit_deny", "explicit_deny", ""]


@dataclass(frozen=True)
class Denial:
    """An action that would fail, and why. `text` is one line.

    `decision` is that of a policy: `implicit_deny` where no policy allows it, `explicit_deny` where one denies it. It is empty where
    no policy is the cause: the secret is missing, or the key is disabled.
    """

    cause: DenialCause
    action: str
    resources: tuple[str, ...]
    decision: PolicyDecision
    text: str
    fix: Step


Permissions = Verdict[Denial]
"""What a role may not do, and what cannot be assessed."""


def in_short(resources: tuple[str, ...]) -> str:
    """The first resource without what all ARNs share, and how many more there are."""
    first = resources[0]
    name = first.split(":", 5)[5] if first.startswith("arn:") else first
    return name if len(resources) == 1 else f"{name} and {len(resources) - 1} more"
