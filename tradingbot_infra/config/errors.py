"""Errors in settings, worded for the person who set them."""

from collections.abc import Iterable
from dataclasses import dataclass

from tradingbot_infra.errors import quoted


@dataclass(frozen=True)
class Problem:
    """One error in one setting.

    `value` is None where it is not shown, because it may be a secret. `allowed` completes "allowed: ..." with values or a format.
    """

    key: str
    value: object
    wrong: str
    allowed: str

    def __str__(self) -> str:
        given = "" if self.value is None else f"={_shown(self.value)}"
        return f"{self.key}{given}: {self.wrong}; allowed: {self.allowed}"


class ConfigError(Exception):
    """All errors in the settings of one environment, one line each. The environment is empty where none is known yet."""

    def __init__(self, environment: str, problems: Iterable[Problem]) -> None:
        self.environment = environment
        self.problems = tuple(problems)
        where = f"{environment}: " if environment else ""
        super().__init__("\n".join(f"{where}{problem}" for problem in self.problems))


def listed(values: Iterable[object]) -> str:
    """The values, separated by commas."""
    return ", ".join(str(value) for value in values)


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(str(value))
