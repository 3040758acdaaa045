"""Criteria of ListFindings (GuardDuty API Reference, "Condition"), over findings as the API writes them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError

_EQUAL = ("Eq", "Equals")
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    **dict.fromkeys(("Gt", "GreaterThan"), lambda value, bound: value > bound),
    **dict.fromkeys(("Gte", "GreaterThanOrEqual"), lambda value, bound: value >= bound),
    **dict.fromkeys(("Lt", "LessThan"), lambda value, bound: value < bound),
    **dict.fromkeys(("Lte", "LessThanOrEqual"), lambda value, bound: value <= bound),
}


def meets(finding: Mapping[str, Any], criteria: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a finding meets every criterion. Raises LocalApiError for an attribute that findings of the local cloud do not have."""
    return all(_holds(_at(finding, path), operator, bound) for path, wanted in criteria.items() for operator, bound in wanted.items())


def _at(finding: Mapping[str, Any], path: str) -> Any:
    value: Any = finding
    for step in path.split("."):
        if not isinstance(value, Mapping) or step not in value:
            raise LocalApiError("BadRequestException", f"Findings of the local cloud have no {path}")
        value = value[step]
    return value


def _holds(value: Any, operator: str, bound: Any) -> bool:
    if operator in _COMPARISONS:
        return _COMPARISONS[operator](_number(value), float(bound))
    return (_text(value) in _texts(bound)) is (operator in _EQUAL)


def _texts(bound: Sequence[str]) -> list[str]:
    return [_text(one) for one in bound]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> float:
    """A number; a moment counts as milliseconds, as criteria write it."""
    return datetime.fromisoformat(value).timestamp() * 1000 if isinstance(value, str) else float(value)
