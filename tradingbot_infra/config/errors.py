"""What is wrong with settings, in words for the person who set them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one setting.

    `allowed` completes the sentence "allowed: ...", so it names values or a form, never only what is wrong.
    """

    key: str
    value: object
    wrong: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.key}={_shown(self.value)}: {self.wrong}; allowed: {self.allowed}"


class ConfigError(Exception):
    """Everything wrong with the settings of one environment, one line each."""

    def __init__(self, environment: str, problems: Iterable[Problem]) -> None:
        self.environment = environment
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{environment}: {problem}" for problem in self.problems))


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
