"""The files below .github as data, and every step of every job in them."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from tests.conftest import PROJECT_ROOT

FOLDER = PROJECT_ROOT / ".github"
Files = Mapping[str, str]
"""Text by path, such as `workflows/test.yml`."""

_COMMAND = re.compile(r"(?:^|[{;&|(])\s*(?P<words>(?:tradingbot|make|cdk)\s[^\n|;&}]*)", re.MULTILINE)
_ARRAY = re.compile(r"words\+?=\((?P<words>[^)]*)\)")


@dataclass(frozen=True)
class Step:
    """One step, with the file and the job that it is in. A composite action is one job."""

    file: str
    job: str
    content: Mapping[str, Any]

    @property
    def where(self) -> str:
        """For messages."""
        return f"{self.file}, {self.job}, {self.content.get('name') or self.content.get('uses') or self.content.get('run', '')[:40]!r}"

    @property
    def commands(self) -> Iterator[list[str]]:
        """The words of each call of make, tradingbot and cdk; of an array `words`, those that it may have."""
        script = self.content.get("run", "")
        array = " ".join(found["words"] for found in _ARRAY.finditer(script))
        for found in _COMMAND.finditer(script.replace('"${words[@]}"', array)):
            yield shlex.split(found["words"])


def read() -> dict[str, str]:
    """Every file."""
    return {str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*.yml"))}


@cache
def parsed(text: str) -> Any:
    """YAML 1.2, in which `on` is a word. Nobody changes what is returned."""
    return YAML(typ="safe", pure=True).load(StringIO(text))


def workflows(files: Files) -> dict[str, Any]:
    """Every workflow as data."""
    return {name: parsed(text) for name, text in files.items() if name.startswith("workflows/")}


def jobs(files: Files) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """File, name and content of every job."""
    for file, workflow in workflows(files).items():
        for name, job in workflow["jobs"].items():
            yield file, name, job


def steps(files: Files) -> Iterator[Step]:
    """Every step, those of composite actions included."""
    for file, name, job in jobs(files):
        yield from (Step(file, name, step) for step in job.get("steps", ()))
    for file, text in files.items():
        if file.startswith("actions/"):
            yield from (Step(file, "composite", step) for step in parsed(text)["runs"]["steps"])
