"""Values of made-up days as Prometheus stores them: one a minute, of each process that sends them."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping

from tradingbot_infra.local_cloud.prometheus.samples import NAME, Histogram, Sample

MIDNIGHT = 1_772_409_600
"""2 March 2026, 00:00 UTC, seconds since the epoch: when the made-up days begin."""
MINUTE = 60
SCHEMA = 3
"""Eight buckets for each power of two: a quantile is off by at most 9 percent."""


def at(minute: float) -> float:
    """A minute of the made-up days, in seconds since the epoch."""
    return MIDNIGHT + minute * MINUTE


def gauge(name: str, value: Callable[[int], float | None], minutes: Iterable[int], **labels: str) -> Iterator[Sample]:
    """A level at each minute; None where nothing is sent."""
    for minute in minutes:
        current = value(minute)
        if current is not None:
            yield Sample(_labels(name, labels), at(minute), current)


def counter(
    name: str, a_minute: Callable[[int], float], minutes: Iterable[int], restart: int | None = None, /, **labels: str
) -> Iterator[Sample]:
    """What has happened since the first of these minutes, or the restart; `a_minute` is how much in the minute that ends then."""
    total = 0.0
    for minute in minutes:
        total = a_minute(minute) + (0 if minute == restart else total)
        yield Sample(_labels(name, labels), at(minute), total)


def histogram(name: str, observed: Callable[[int], Mapping[float, int]], minutes: Iterable[int], **labels: str) -> Iterator[Sample]:
    """How often each value was observed since the first of these minutes; `observed` is what the minute that ends then brings."""
    buckets: dict[int, int] = {}
    count, total = 0, 0.0
    for minute in minutes:
        for value, times in observed(minute).items():
            index = bucket(value)
            buckets[index] = buckets.get(index, 0) + times
            count, total = count + times, total + value * times
        yield Sample(_labels(name, labels), at(minute), Histogram(count=count, sum=total, schema=SCHEMA, positive=dict(buckets)))


def bucket(value: float) -> int:
    """The bucket of a positive value."""
    return math.ceil(math.log2(value) * (1 << SCHEMA))


def _labels(name: str, labels: Mapping[str, str]) -> Mapping[str, str]:
    return {NAME: name, **labels}
