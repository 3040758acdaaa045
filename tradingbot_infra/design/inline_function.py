"""Lambda functions whose whole source is in the template: what they have in common, and the last line of a source, which gives it its
arguments."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SOURCES = Path(__file__).parents[1] / "functions"

RUNTIME = "python3.14"
HANDLER = "index.handler"
"""CloudFormation puts source text into a module named index."""

MEMORY_MIB = 128


@dataclass(frozen=True)
class InlineFunction:
    """One of them. `file` is its source in functions/."""

    file: str
    description: str
    timeout_seconds: int

    def source(self) -> str:
        """The text of the file."""
        return (_SOURCES / self.file).read_text(encoding="utf-8")

    def source_with(self, handler: str, arguments: Mapping[str, object]) -> str:
        """The text of the file, and a line that makes its handler: an object of this class with these arguments."""
        given = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
        return f"{self.source()}\n\nhandler = {handler}({given})\n"
