"""What a look at permissions ends in."""

from dataclasses import dataclass
from typing import Literal

Cause = Literal[
    "identity_policy", "no_role", "secret_missing", "secret_deleted", "secret_empty", "secret_policy", "key_state", "key_policy"
]
Decision = Literal["implicit_deny", "explicit_deny", ""]


@dataclass(frozen=True)
class Denial:
    """An action that would fail, and why. `text` and `fix` are one line each.

    `decision` is that of a policy: `implicit_deny` where none allows it, `explicit_deny` where one forbids it. It is empty where
    no policy is to blame: the secret is gone, or the key is disabled.
    """

    cause: Cause
    action: str
    resources: tuple[str, ...]
    decision: Decision
    text: str
    fix: str


@dataclass(frozen=True)
class Permissions:
    """Everything that would fail, and in `unknown` a line for all that could not be assessed."""

    denials: tuple[Denial, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool | None:
        """True when nothing would fail, False when something would, None when that cannot be told."""
        if self.denials:
            return False
        return None if self.unknown else True

    def __add__(self, other: "Permissions") -> "Permissions":
        """Both, each finding once."""
        return Permissions(
            tuple(dict.fromkeys((*self.denials, *other.denials))),
            tuple(dict.fromkeys((*self.unknown, *other.unknown))),
        )


def in_short(resources: tuple[str, ...]) -> str:
    """The first resource without what all ARNs share, and how many more there are."""
    first = resources[0]
    name = first.split(":", 5)[5] if first.startswith("arn:") else first
    return name if len(resources) == 1 else f"{name} and {len(resources) - 1} more"
