"""Alarms with one mistake each: what a slip of the hand, or a change without thought, could make of a query."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tests.trading_days.exports import INSTANCE
from tradingbot_infra.design.trading_alarms import TradingAlarm

OTHER = {
    "max by": ("min by", "sum by"),
    "sum by": ("max by", "count by"),
    "sum(": ("max(", "count("),
    "max_over_time": ("min_over_time", "last_over_time"),
    "last_over_time": ("max_over_time", "min_over_time"),
    "increase(": ("rate(", "delta("),
    " > ": (" >= ", " < "),
    " == ": (" != ", " >= "),
    " * 100": ("",),
    'status="placed"': ('status="filled"', 'status!="rejected"'),
}
"""Words of a query, and what stands there instead."""

FACTORS = (0.5, 2)
UNITS = {"s": 1, "m": 60, "h": 3600}


def mutants(alarm: TradingAlarm) -> Iterator[tuple[str, TradingAlarm]]:
    """Every mutant of an alarm, with what was changed."""
    for words, changed in _texts(alarm.query):
        yield words, replace(alarm, query=changed)
    for minutes in sorted({0, 2 * alarm.minutes or 10} - {alarm.minutes}):
        yield f"{alarm.minutes} minutes -> {minutes}", replace(alarm, minutes=minutes)


def _texts(query: str) -> Iterator[tuple[str, str]]:
    for words, others in OTHER.items():
        for match in re.finditer(re.escape(words), query):
            yield from (_changed(query, match, other) for other in others)
    for match in re.finditer(r'environment="[^"]*",?', query):
        yield _changed(query, match, "")
    for match in re.finditer(r"(\d+)([smh])\b", query):
        yield from (_changed(query, match, f"{int(match[1]) * UNITS[match[2]] * factor:.0f}s") for factor in FACTORS)
    # The last number is the limit, if the query compares with one.
    for match in list(re.finditer(r"(?<![\w\[])\d+(?:\.\d+)?(?![\w\]])", query))[-1:]:
        yield from (_changed(query, match, f"{float(match[0]) * factor:g}") for factor in FACTORS)
    yield from _groups(query)


def _groups(query: str) -> Iterator[tuple[str, str]]:
    """Contributors of fewer labels, or of more."""
    for match in re.finditer(r" by \(([^)]*)\)", query):
        names = match[1].split(", ")
        yield _changed(query, match, "")
        yield _changed(query, match, f" by ({', '.join([*names, INSTANCE])})")
        for name in names[1:] and names:
            yield _changed(query, match, f" by ({', '.join(each for each in names if each != name)})")


def _changed(query: str, match: re.Match[str], other: str) -> tuple[str, str]:
    begin, end = match.span()
    return f"{match[0].strip()} -> {other.strip() or 'nothing'} after {query[max(0, begin - 24) : begin]}", query[:begin] + other + query[
        end:
    ]
