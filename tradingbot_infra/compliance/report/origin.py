"""What a report is about: the commit, the settings and the templates that were judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_NAMED = 3


@dataclass(frozen=True)
class Commit:
    """The git commit that was judged; `dirty` when files differed from it."""

    id: str
    date: date
    dirty: bool

    def __str__(self) -> str:
        return f"{self.id[:12]} of {self.date}{' with uncommitted changes' if self.dirty else ''}"


@dataclass(frozen=True, kw_only=True)
class ReportedSetting:
    """A setting with the value that was judged and the one of environments.py, both as `-c` takes them."""

    name: str
    value: str
    declared: str

    @property
    def differs(self) -> bool:
        """Whether it was changed by `-c`."""
        return self.value != self.declared

    def __str__(self) -> str:
        return f"{self.name}={self.value} (environments.py: {self.declared or 'nothing'})"


@dataclass(frozen=True, kw_only=True)
class ReportedTemplate:
    """One template that was judged."""

    stack: str
    file: str
    sha256: str


def with_settings(environment: str, changed: Sequence[ReportedSetting]) -> str:
    """The environment with the settings that differ from environments.py: the first ones by value, of the others the number."""
    if not changed:
        return environment
    named = ", ".join(f"{setting.name}={setting.value}" for setting in changed[:_NAMED])
    more = len(changed) - _NAMED
    return f"{environment} with {named}{f' and {more} more' if more > 0 else ''}"
