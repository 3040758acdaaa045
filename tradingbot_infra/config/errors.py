"""Errors in settings, worded for the person who set them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One error in one setting.

    `allowed` completes "allowed: ..." with values or a format.
    """

    key: str
    value: object
    wrong: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.key}={_shown(self.value)}: {self.wrong}; allowed: {self.allowed}"


class ConfigError(Exception):
    """All errors in the settings of one environment, one line each."""

    def __init__(self, environment: str, problems: Iterable[Problem]) -> None:
        self.environment = environment
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{environment}: {problem}" for problem in self.problems))


def listed(values: Iterable[object]) -> str:
    """The values, separated by commas."""
    return ", ".join(str(value) for value in values)


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
