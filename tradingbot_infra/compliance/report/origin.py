"""What a report is about: the commit and the templates that were judged."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Commit:
    """The git commit that was judged; `dirty` when files differed from it."""

    id: str
    date: date
    dirty: bool

    def __str__(self) -> str:
        return f"{self.id[:12]} of {self.date}{' with uncommitted changes' if self.dirty else ''}"


@dataclass(frozen=True, kw_only=True)
class ReportedTemplate:
    """One template that was judged."""

    stack: str
    file: str
    sha256: str
