"""Alarms over days: their queries on a Prometheus, once a minute, and what becomes of the alarms."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.trading_days.case import Case, Rings
from tests.trading_days.exports import Series
from tests.trading_days.truth import HOUR, MINUTE
from tradingbot_infra.design.trading_alarms import TradingAlarm
from tradingbot_infra.local_cloud.prometheus.samples import NAME, Sample
from tradingbot_infra.local_cloud.prometheus.server import PrometheusServer
from tradingbot_infra.local_cloud.services.promql_alarms.contributors import Attributes, Contributors, Periods, State, attributes_of
from tradingbot_infra.local_cloud.services.suppression import Suppression

INTERVAL, RECOVERY = 60, 300
"""Seconds: between two evaluations of an alarm, and how long a contributor must be well until it is OK."""

SEEN = 2
"""Minutes from an event until an alarm's query returns it: one until a process exports, one until the alarm is evaluated."""

AFTER = 4
"""Minutes more than that after which an alarm may be OK again: an export may be lost, and a value counts for some minutes."""

PAGE = 10_000
"""Steps of one query. Prometheus answers at most 11,000."""


BATCH = 5000
"""Samples of one write."""


@dataclass(frozen=True)
class Ringing:
    """A time in which an alarm rang, and every contributor that did. `end` is None for one that rang to the last minute."""

    begin: float
    end: float | None
    contributors: frozenset[Attributes]


def load(server: PrometheusServer, every: Iterable[Series]) -> None:
    """Stores series: all of one hour before any of the next, which Prometheus takes far faster."""
    hours: dict[int, list[Sample]] = defaultdict(list)
    for series in every:
        labels = {NAME: series.name, **series.labels}
        for moment, value in series.samples:
            hours[int(moment // HOUR)].append(Sample(labels, moment, value))
    for hour in sorted(hours):
        samples = hours.pop(hour)
        for first in range(0, len(samples), BATCH):
            server.write(samples[first : first + BATCH])


def returned(server: PrometheusServer, query: str, begin: float, end: float) -> dict[float, list[Mapping[str, str]]]:
    """The labels of the series that a query returns at each minute at which there are some."""
    found: dict[float, list[Mapping[str, str]]] = defaultdict(list)
    first = math.ceil(begin / MINUTE) * MINUTE
    for start in range(first, int(end), PAGE * INTERVAL):
        for series in server.query_range(query, start, min(end, start + (PAGE - 1) * INTERVAL), INTERVAL):
            for moment, _ in series.points:
                found[moment].append(series.labels)
    return found


def ringings(server: PrometheusServer, alarm: TradingAlarm, begin: float, end: float) -> list[Ringing]:
    """The times in which an alarm rings."""
    breaches = returned(server, alarm.query, begin, end)
    contributors = Contributors(Periods(INTERVAL, alarm.minutes * MINUTE, RECOVERY))
    found: list[Ringing] = []
    since: float | None = None
    rang: set[Attributes] = set()
    # Nothing changes in minutes without a series, but that contributors recover.
    for moment in _moments(breaches, end):
        for change in contributors.step(moment, breaches.get(moment, ())):
            if change.contributor is not None and change.state is State.ALARM:
                rang.add(change.contributor)
            if change.contributor is None and change.state is State.ALARM:
                since = change.at
            elif change.contributor is None and since is not None:
                found.append(Ringing(since, change.at, frozenset(rang)))
                since, rang = None, set()
    return found if since is None else [*found, Ringing(since, None, frozenset(rang))]


def _moments(breaches: Mapping[float, object], end: float) -> list[float]:
    """Minutes with a series, and those after each in which contributors may recover."""
    near = {moment + after for moment in breaches for after in range(0, RECOVERY + 2 * INTERVAL, INTERVAL)}
    return sorted(moment for moment in near if moment <= end)


def wrong(case: Case, alarm: TradingAlarm, found: list[Ringing]) -> str:
    """What is not as the day says it must be, in words; empty if all is."""
    expected = next((rings for rings in case.rings if rings.alarm == alarm.name), None)
    if expected is None:
        return f"rings without a reason, at {clock(found[0].begin)}" if found else ""
    if len(found) != 1:
        return f"rings {len(found)} times"
    (ringing,) = found
    if ringing.contributors != frozenset(attributes_of(labels) for labels in expected.contributors):
        return f"rings of {sorted(ringing.contributors)}"
    soonest, latest = expected.since + (expected.limit + expected.pending - 1) * MINUTE, expected.since + stated_minutes(expected) * MINUTE
    if not soonest <= ringing.begin <= latest:
        return f"rings at {clock(ringing.begin)}, not from {clock(soonest)} to {clock(latest)}"
    first, last = expected.until + RECOVERY - MINUTE, expected.until + RECOVERY + (expected.window + AFTER) * MINUTE
    if ringing.end is None or not first <= ringing.end <= last:
        return f"ends at {clock(ringing.end or math.inf)}, not from {clock(first)} to {clock(last)}"
    return ""


def stated_minutes(rings: Rings) -> float:
    """Within how many minutes an alarm rings: until it is wrong, until it has been for long enough, and two until it is seen."""
    return rings.limit + rings.reached + rings.pending + SEEN


def told(ringings: Iterable[Ringing], down: tuple[float, float] | None, wait: float, extension: float) -> list[float]:
    """When a composite alarm of these alarms tells that it rings; `down` is when its suppressor rings. Periods are seconds."""
    every = list(ringings)
    suppression = Suppression(wait, extension)
    first = min((each.begin for each in every), default=0.0)
    last = max((each.end or each.begin for each in every), default=0.0)
    return [
        moment
        for moment in (first + minute * MINUTE for minute in range(int((last - first) / MINUTE) + 2))
        if suppression.step(
            moment,
            rings=any(each.begin <= moment and (each.end is None or moment < each.end) for each in every),
            suppressor_rings=down is not None and down[0] <= moment < down[1],
        )
        == State.ALARM
    ]


def clock(moment: float) -> str:
    """A moment for people."""
    return datetime.fromtimestamp(moment, UTC).strftime("%a %H:%M:%S") if math.isfinite(moment) else "never"
