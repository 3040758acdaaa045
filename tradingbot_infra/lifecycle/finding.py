"""What a replay reports."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What happens, the worst first."""

    REFUSED = "refused"
    """AWS refuses the change: the stack rolls back."""
    STUCK = "cannot be rolled back"
    """The change may succeed. If anything fails after it, the rollback fails too (UPDATE_ROLLBACK_FAILED, ROLLBACK_FAILED)."""
    LOST = "lost"
    """What holds data or an address is deleted, replaced or overwritten."""
    CUT = "cut"
    """Something that runs loses what it uses."""
    LEFT = "left behind"
    """A resource remains in the account, in no stack, and keeps its name."""


STOPPING = frozenset({Kind.REFUSED, Kind.STUCK})
"""Kinds with which nothing is deployed."""
ASKING = frozenset({Kind.LOST, Kind.CUT})
"""Kinds with which a person decides."""


@dataclass(frozen=True)
class Finding:
    """One thing that a deployment would do: to which resource, why (with AWS's own error or page), and what to do instead.

    `of_order` is true if another order of the stacks may avoid it.
    """

    kind: Kind
    stack: str
    logical_id: str
    path: str
    why: str
    way: str
    of_order: bool = False

    @property
    def line(self) -> str:
        """The finding in one line."""
        return f"{self.kind}: {self.stack}.{self.logical_id} ({self.path}): {self.why}. {self.way}"
