"""The functions of `stats`. Source: CloudWatch Logs User Guide, "Aggregation functions in the stats command"."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tradingbot_infra.local_cloud.services.insights.errors import malformed
from tradingbot_infra.local_cloud.services.insights.expressions import Record, Value, expression, number
from tradingbot_infra.local_cloud.services.insights.tokens import Tokens

Aggregate = Callable[[Sequence[Record]], Any]
"""Gives one value for the lines of a group."""


def _percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below, above = math.floor(place), math.ceil(place)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


_OF_NUMBERS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "avg": lambda values: math.fsum(values) / len(values),
    "max": max,
    "min": min,
    "stddev": lambda values: math.sqrt(math.fsum((value - math.fsum(values) / len(values)) ** 2 for value in values) / len(values)),
    "sum": math.fsum,
}
_OF_LINES = ("count", "count_distinct", "earliest", "latest")


def aggregate(name: str, tokens: Tokens) -> Aggregate:
    """A function of `stats` whose name and opening parenthesis were read. Raises LocalApiError for one that is not read here."""
    if name == "count" and tokens.take("*"):
        tokens.expect(")")
        return len
    of = expression(tokens)
    percent = _percent(tokens) if name == "pct" else 0.0
    tokens.expect(")")
    if name == "pct":
        return _of_numbers(of, lambda values: _percentile(values, percent))
    if name in _OF_NUMBERS:
        return _of_numbers(of, _OF_NUMBERS[name])
    if name not in _OF_LINES:
        raise malformed(f"the local cloud does not read the statistic {name}")
    return lambda records: _of_lines(name, of, records)


def _percent(tokens: Tokens) -> float:
    tokens.expect(",")
    return number(expression(tokens)({})) or 0.0


def _of_numbers(of: Value, function: Callable[[Sequence[float]], float]) -> Aggregate:
    def value(records: Sequence[Record]) -> float | None:
        found = [each for each in (number(of(record)) for record in records) if each is not None]
        return function(found) if found else None

    return value


def _of_lines(name: str, of: Value, records: Sequence[Record]) -> Any:
    present = [record for record in records if of(record) is not None]
    if name == "count":
        return len(present)
    if name == "count_distinct":
        return len({of(record) for record in present})
    newest = sorted(present, key=lambda record: int(record["@timestamp"]))
    return (of(newest[-1]) if name == "latest" else of(newest[0])) if newest else None
