"""Spans of traces, which X-Ray keeps in a log group, and in which part of the work their time was spent.

A span is a JSON line (CloudWatch User Guide, "Transaction Search", "Spans"). Each holds the time of those below it too: a part's own
time is what is left without them.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from tradingbot_infra.design.telemetry import SPANS_LOG_GROUP
from tradingbot_infra.operations.live.logs import Wanted, lines
from tradingbot_infra.operations.session import Session

OVER = timedelta(hours=1)
"""How far back spans are read."""

MOST = 20_000
"""How many lines are read at most: at 10 % of requests that is an hour of some 15 requests a second."""

_SECOND = 1e9
"""In nanoseconds."""


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
class Traces:
    """The traces of one service: how many, the duration of each (seconds, rising), and where slow ones spent their time, most first."""

    durations: tuple[float, ...]
    slow: int
    parts: tuple[SlowPart, ...]
    cut: bool = False
    """Whether there were more lines than MOST."""

    @property
    def p95(self) -> float:
        """The time within which 95 of 100 traces end."""
        return self.durations[min(int(len(self.durations) * 0.95), len(self.durations) - 1)]


def read_traces(session: Session, service: str, *, now: datetime, slow_seconds: float) -> Traces:
    """The traces of a service in the last hour. A trace whose first span is missing yet is left out.

    Raises NotAnswered where the log group does not exist.
    """
    found = [line.message for line in islice(lines(session, Wanted(SPANS_LOG_GROUP), since=now - OVER), MOST + 1)]
    traces = defaultdict[str, list[Span]](list)
    for span in _spans(found[:MOST], service):
        traces[span.trace].append(span)
    whole = {trace: (root, spans) for trace, spans in traces.items() if (root := next((each for each in spans if not each.parent), None))}
    slow = {trace: spans for trace, (root, spans) in whole.items() if root.seconds > slow_seconds}
    durations = tuple(sorted(root.seconds for root, _ in whole.values()))
    return Traces(durations, len(slow), tuple(_parts(slow)), cut=len(found) > MOST)


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


def _spans(messages: Iterable[str], service: str) -> Iterator[Span]:
    for message in messages:
        try:
            found = json.loads(message)
            if found["resource"]["attributes"].get("service.name") == service:
                yield _span(found)
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
