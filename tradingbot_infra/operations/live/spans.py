"""Spans of traces, which X-Ray keeps in a log group, and in which part of the work their time was spent.

A span is a JSON line (CloudWatch User Guide, "Transaction Search", "Spans"). Each holds the time of those below it too: a part's own
time is what is left without them. CloudWatch Logs Insights counts all of them; only those of the newest slow traces are read whole.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from tradingbot_infra.design.telemetry import SPANS_LOG_GROUP
from tradingbot_infra.operations.live.insights import MOST, Row, run_query
from tradingbot_infra.operations.session import Session

OVER = timedelta(hours=1)
"""How far back spans are read."""

MOST_SLOW = 100
"""How many slow traces are read whole, the newest. Their ids are in a query, which has at most 10,000 characters (StartQuery)."""

_MOST_STEPS = 8
"""How many kinds of spans are told."""

_SECOND = 1e9
"""In nanoseconds."""

_FIRST = 'filter not ispresent(parentSpanId) or parentSpanId = ""'
"""Only the first span of each trace."""

_TRACE = re.compile(r"[0-9A-Za-z-]{1,40}")


class Part(StrEnum):
    """Who spent the time of a request."""

    DATABASE = "database"
    EXCHANGE = "exchange"
    AI = "AI provider"
    APPLICATION = "application"


@dataclass(frozen=True)
class Span:
    """One span; `seconds` is its whole duration."""

    trace: str
    id: str
    parent: str
    name: str
    part: Part
    seconds: float
    failed: bool


@dataclass(frozen=True)
class SlowPart:
    """What one part took of all time of slow traces. `example` is a trace in which it took most, `span` the span there."""

    part: Part
    share: float
    seconds: float
    example: str
    span: str


@dataclass(frozen=True)
class Step:
    """All spans of one name: how many, and how long they took, in seconds, with what is below them."""

    name: str
    number: int
    average: float
    p95: float


@dataclass(frozen=True)
class Traces:
    """The traces of one service, `p95` in seconds, its slowest steps, and where slow traces spent their time, most first."""

    number: int
    p95: float
    slow: int
    """MOST_SLOW where there are that many or more."""
    steps: tuple[Step, ...] = ()
    parts: tuple[SlowPart, ...] = ()


def read_traces(session: Session, service: str, *, now: datetime, slow_seconds: float) -> Traces:
    """The traces of a service in the last hour. A trace whose first span is missing yet is left out.

    Raises NotAnswered where the log group does not exist, or does not answer.
    """

    ask = partial(_asked, session, service, now)
    whole = _row(ask(_FIRST, "stats count(*) as traces, pct(durationNano, 95) as p95"))
    number = int(float(whole.get("traces", 0)))
    if not number:
        return Traces(0, 0.0, 0)
    too_long = f"filter durationNano > {slow_seconds * _SECOND:.0f}"
    slow = ask(_FIRST, too_long, "fields traceId", "sort @timestamp desc", f"limit {MOST_SLOW}")
    ids = [f'"{trace}"' for row in slow if _TRACE.fullmatch(trace := row.get("traceId", ""))]
    read = ask(f"filter traceId in [{', '.join(ids)}]", "fields @message", f"limit {MOST}") if ids else ()
    parts = tuple(_parts(_by_trace(row.get("@message", "") for row in read)))
    steps = ask(
        "stats count(*) as spans, avg(durationNano) as average, pct(durationNano, 95) as p95 by name",
        "sort p95 desc",
        f"limit {_MOST_STEPS}",
    )
    return Traces(number, _seconds(whole, "p95"), len(slow), tuple(_step(row) for row in steps), parts)


def _asked(session: Session, service: str, now: datetime, *commands: str) -> tuple[Row, ...]:
    """The rows of a query over the service's spans."""
    query = "\n| ".join((f'filter resource.attributes.service.name = "{service}"', *commands))
    return run_query(session, SPANS_LOG_GROUP, query, since=now - OVER, until=now)


def _step(row: Row) -> Step:
    return Step(row.get("name", ""), int(float(row.get("spans", 0))), _seconds(row, "average"), _seconds(row, "p95"))


def _row(rows: tuple[Row, ...]) -> Row:
    return rows[0] if rows else {}


def _seconds(row: Row, name: str) -> float:
    return float(row.get(name, 0)) / _SECOND


def _by_trace(messages: Iterable[str]) -> Mapping[str, list[Span]]:
    traces = defaultdict[str, list[Span]](list)
    for span in _spans(messages):
        traces[span.trace].append(span)
    return traces


def _parts(traces: Mapping[str, Iterable[Span]]) -> Iterator[SlowPart]:
    own = [(each, seconds) for spans in traces.values() for each, seconds in _own_times(list(spans))]
    total = sum(seconds for _, seconds in own)
    by_part = defaultdict[Part, list[tuple[Span, float]]](list)
    for each, seconds in own:
        by_part[each.part].append((each, seconds))
    found = []
    for part, times in by_part.items():
        worst, _ = max(times, key=lambda each: each[1])
        spent = sum(seconds for _, seconds in times)
        found.append(SlowPart(part, spent / total if total else 0.0, spent, worst.trace, worst.name))
    yield from sorted(found, key=lambda each: -each.share)


def _own_times(spans: list[Span]) -> Iterator[tuple[Span, float]]:
    """Children that run at the same time can take longer together than their parent: its own time is then nothing."""
    below = defaultdict[str, float](float)
    for each in spans:
        below[each.parent] += each.seconds
    yield from ((each, max(each.seconds - below[each.id], 0.0)) for each in spans)


def _spans(messages: Iterable[str]) -> Iterator[Span]:
    for message in messages:
        try:
            yield _span(json.loads(message))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # a line of another form, as of another program in this account


def _span(found: Mapping[str, Any]) -> Span:
    attributes = found.get("attributes") or {}
    return Span(
        trace=str(found["traceId"]),
        id=str(found["spanId"]),
        parent=str(found.get("parentSpanId") or ""),
        name=str(found["name"]),
        part=_part(attributes, kind=str(found.get("kind", ""))),
        seconds=float(found["durationNano"]) / _SECOND,
        failed=(found.get("status") or {}).get("code") == "ERROR",
    )


def _part(attributes: Mapping[str, Any], *, kind: str) -> Part:
    if "db.system.name" in attributes or "db.system" in attributes:
        return Part.DATABASE
    if kind != "CLIENT":
        return Part.APPLICATION
    if "model" in attributes or any(name.startswith("gen_ai.") for name in attributes):
        return Part.AI
    return Part.EXCHANGE if "exchange" in attributes else Part.APPLICATION
