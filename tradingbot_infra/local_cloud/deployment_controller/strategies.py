"""In which steps production traffic moves to a new version. Pure functions of numbers.

Source: ECS API Reference, CanaryConfiguration, LinearConfiguration, DeploymentConfiguration.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_ALL = 100.0
_CANARY_PERCENT, _CANARY_MINUTES = 5.0, 10
_STEP_PERCENT, _STEP_MINUTES = 10.0, 6
_FINE = 9.99
"""The weights of a listener rule are whole numbers up to 999, so that a tenth of a percent is the finest share."""


@dataclass(frozen=True)
class Step:
    """The percentage of production traffic that the new version gets, and the minutes until the next step."""

    percent: float
    bake_minutes: int


def steps(configuration: Mapping[str, Any]) -> Iterator[Step]:
    """The steps up to all traffic; the time after the last one is that of the whole deployment (`bake_minutes`)."""
    match configuration.get("strategy"):
        case "CANARY":
            canary = configuration.get("canaryConfiguration", {})
            percent = float(canary.get("canaryPercent", _CANARY_PERCENT))
            if percent < _ALL:
                yield Step(percent, int(canary.get("canaryBakeTimeInMinutes", _CANARY_MINUTES)))
        case "LINEAR":
            linear = configuration.get("linearConfiguration", {})
            each = float(linear.get("stepPercent", _STEP_PERCENT))
            minutes = int(linear.get("stepBakeTimeInMinutes", _STEP_MINUTES))
            number = 1
            while each * number < _ALL:
                yield Step(round(each * number, 1), minutes)
                number += 1
    yield Step(_ALL, 0)


def bake_minutes(configuration: Mapping[str, Any]) -> int:
    """How long both versions run after all traffic has moved."""
    return int(configuration.get("bakeTimeInMinutes") or 0)


def weights(percent: float) -> tuple[int, int]:
    """The weights of the new and the old target group that stand for a percentage; their sum is 100, or 999 for a part of a percent."""
    if percent == int(percent):
        return int(percent), int(_ALL - percent)
    fine = round(percent * _FINE)
    return fine, round(_ALL * _FINE) - fine
