"""What `verify --slo` prints: a row for each service level, and what cannot be assessed."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tradingbot_infra.commands.trading_output import Row, aligned

if TYPE_CHECKING:
    from tradingbot_infra.config.model import EnvironmentConfig
    from tradingbot_infra.operations.service_levels.budget import Budget, Events
    from tradingbot_infra.operations.service_levels.levels import Level

_HEAD = ("level", "objective", "measured", "budget used", "left", "burn rate 1 h", "24 h", "outcome")


def outcome(level: "Level") -> str:
    """In the words of `verify`."""
    if level.budget is None:
        return "not assessed"
    return "fail" if level.exhausted else "pass"


def slo_lines(config: "EnvironmentConfig", levels: "Sequence[Level]") -> Iterator[str]:
    """The table, then why a level was not assessed, and what figures leave out."""
    yield f"Service levels of {config.environment}, last {config.service_levels.slo_window_days} days"
    yield from aligned([_HEAD, *map(_row, levels)])
    yield from (f"  {level.name}: not assessed: {level.why}" for level in levels if level.budget is None)
    yield from (f"  {level.name}: {level.note}" for level in levels if level.note)


def slo_document(config: "EnvironmentConfig", levels: "Sequence[Level]") -> dict[str, Any]:
    """The results as JSON shows them. Its keys are stable; a number that does not exist is null."""
    return {
        "environment": config.environment,
        "window_days": config.service_levels.slo_window_days,
        "levels": [
            {
                "name": level.name,
                "objective": level.objective,
                "outcome": outcome(level).replace(" ", "_"),
                "why": level.why or None,
                "note": level.note or None,
                "unit": level.unit,
                **(_figures(level.budget) if level.budget else {}),
            }
            for level in levels
        ],
    }


def _figures(budget: "Budget") -> dict[str, Any]:
    return {
        "total": budget.window.total,
        "bad": budget.window.bad,
        "measured": _number(budget.measured),
        "allowed": _number(budget.allowed),
        "left": _number(budget.left),
        "used": _number(budget.used),
        "burn_rate_hour": _number(budget.burn_rate(budget.hour)),
        "burn_rate_day": _number(budget.burn_rate(budget.day)),
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _row(level: "Level") -> Row:
    budget = level.budget
    if budget is None:
        return level.name, level.objective, "-", "-", "-", "-", "-", outcome(level)
    used = f" ({float(budget.used) * 100:.0f} %)" if budget.used is not None else ""
    return (
        level.name,
        level.objective,
        _percent(budget.measured),
        f"{budget.window.bad:,} of {_amount(budget.allowed)}{used}",
        f"{_amount(budget.left)} {level.unit}s",
        _burn(budget, budget.hour),
        _burn(budget, budget.day),
        outcome(level),
    )


def _percent(value: Fraction | None) -> str:
    """Cut, not rounded: 99.899 % is not 99.9 %."""
    return "-" if value is None else f"{int(value * 100_000) / 1000:.3f} %"


def _amount(value: Fraction) -> str:
    return f"{float(value):,.1f}".removesuffix(".0")


def _burn(budget: "Budget", events: "Events") -> str:
    rate = budget.burn_rate(events)
    return "-" if rate is None else f"{float(rate):.1f}"
