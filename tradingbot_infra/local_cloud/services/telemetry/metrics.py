"""OTLP's metrics as samples of Prometheus, with CloudWatch's limits.

A metric keeps its name. Attributes of a data point are labels as they are, those of the resource have `@resource.` before them; the
instrumentation's name is `@instrumentation.@name`, and account, region, type and temporality are labels too. Histograms of both kinds
are native ones. Sources: CloudWatch User Guide, "PromQL querying" and "Quickstart: Send metrics, logs, and traces with OpenTelemetry".
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.prometheus.names import escaped
from tradingbot_infra.local_cloud.prometheus.samples import COARSEST_SCHEMA, FINEST_SCHEMA, NAME, Histogram, Sample, at_schema
from tradingbot_infra.local_cloud.services.telemetry.attributes import label, values_of

MOST_POINTS = 1000
MOST_LABELS = 150
LONGEST_LABEL = 1024
"""Characters of a label's value."""
OLDEST_SECONDS = 14 * 86400
NEWEST_SECONDS = 2 * 3600
"""How far ahead. What is older or newer is taken, and never seen."""

_CUMULATIVE, _DELTA = 2, 1
_NO_VALUE = 1
"""A data point's flag: there is no value."""
_NANOSECONDS = 1e9
_TYPES = {"gauge": "Gauge", "sum": "Sum", "histogram": "Histogram", "exponential_histogram": "Histogram"}
_DELTA_WORDS = (
    "{} is sent as deltas. CloudWatch takes them, and rate() and increase() of them are wrong without a warning, so the local cloud does"
    " not: send cumulative values (OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative)"
)


def samples(request: Any, now: float) -> list[Sample]:
    """What an ExportMetricsServiceRequest writes, at `now` in seconds since the epoch.

    Raises:
        LocalApiError: it is more than CloudWatch takes, or something that is not supported here.
    """
    given = [
        (metric, _shared(resource, scope), point)
        for resource in request.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for point in _points(metric)
    ]
    if len(given) > MOST_POINTS:
        raise _invalid(f"The request has {len(given)} data points; at most {MOST_POINTS} are taken")
    found = [_sample(metric, shared, point) for metric, shared, point in given if not point.flags & _NO_VALUE]
    return [sample for sample in found if now - OLDEST_SECONDS <= sample.at <= now + NEWEST_SECONDS]


def _points(metric: Any) -> Sequence[Any]:
    kind = metric.WhichOneof("data")
    if kind is None:
        return ()
    if kind not in _TYPES:
        raise _invalid(f"{metric.name} is a {kind}, which the local cloud does not take")
    if _temporality(metric) == _DELTA:
        raise _invalid(_DELTA_WORDS.format(metric.name))
    points: Sequence[Any] = getattr(metric, kind).data_points
    return points


def _temporality(metric: Any) -> int:
    kind = metric.WhichOneof("data")
    return int(getattr(getattr(metric, kind), "aggregation_temporality", 0))


def _shared(resource: Any, scope: Any) -> dict[str, str]:
    """The labels of every data point of one scope."""
    account, region = scopes.current()
    return {
        **{f"@resource.{name}": label(value) for name, value in values_of(resource.resource.attributes).items()},
        **({"@instrumentation.@name": scope.scope.name} if scope.scope.name else {}),
        "@aws.account": account,
        "@aws.region": region,
    }


def _sample(metric: Any, shared: Mapping[str, str], point: Any) -> Sample:
    own = {name: label(value) for name, value in values_of(point.attributes).items()}
    labels = {**shared, **own, "__type__": _TYPES[metric.WhichOneof("data")]}
    if _temporality(metric) == _CUMULATIVE:
        labels["__temporality__"] = "cumulative"
    _check(metric.name, labels)
    written = {NAME: escaped(metric.name, is_metric=True), **{escaped(name): value for name, value in labels.items() if value}}
    return Sample(written, point.time_unix_nano / _NANOSECONDS, _value(metric, point))


def _check(name: str, labels: Mapping[str, str]) -> None:
    if not name:
        raise _invalid("A metric has no name")
    if len(labels) > MOST_LABELS:
        raise _invalid(f"Maximum number of attributes exceeded: {MOST_LABELS} ({name} has {len(labels)})")
    longest = max(labels, key=lambda each: len(labels[each]))
    if len(labels[longest]) > LONGEST_LABEL:
        raise _invalid(f"The value of {longest} of {name} has {len(labels[longest])} characters; at most {LONGEST_LABEL} are taken")


def _value(metric: Any, point: Any) -> float | Histogram:
    match metric.WhichOneof("data"):
        case "histogram":
            return _from_bounds(point)
        case "exponential_histogram":
            return _exponential(metric.name, point)
        case _:
            return float(getattr(point, point.WhichOneof("value") or "as_double"))


def _exponential(name: str, point: Any) -> Histogram:
    """OTLP's bucket i is Prometheus's i + 1: one counts from its lower bound, the other from its upper."""
    if point.scale < COARSEST_SCHEMA:
        raise _invalid(f"{name} has the scale {point.scale}; the local cloud takes {COARSEST_SCHEMA} and more")
    finer_by = max(point.scale - FINEST_SCHEMA, 0)
    return Histogram(
        count=point.count,
        sum=point.sum,
        schema=point.scale - finer_by,
        zero_threshold=point.zero_threshold,
        zero_count=point.zero_count,
        positive=at_schema(_buckets(point.positive), finer_by=finer_by),
        negative=at_schema(_buckets(point.negative), finer_by=finer_by),
    )


def _buckets(given: Any) -> dict[int, int]:
    return {given.offset + place + 1: count for place, count in enumerate(given.bucket_counts) if count}


def _from_bounds(point: Any) -> Histogram:
    """A histogram with bounds of its own as a native one of the finest kind.

    Each observation counts as one at its bucket's upper bound, so a quantile is never below the true one; those above the last bound
    count as just above it.
    """
    positive: dict[int, int] = {}
    negative: dict[int, int] = {}
    zeros = 0
    for bound, count in _counts(point):
        if not bound:
            zeros += count
        elif count:
            buckets = positive if bound > 0 else negative
            index = math.ceil(math.log2(abs(bound)) * 2**FINEST_SCHEMA)
            buckets[index] = buckets.get(index, 0) + count
    return Histogram(count=point.count, sum=point.sum, schema=FINEST_SCHEMA, zero_count=zeros, positive=positive, negative=negative)


def _counts(point: Any) -> Iterator[tuple[float, int]]:
    """Upper bound and count of each bucket; the last bound stands for what is above it, too."""
    bounds: Iterable[float] = [
        *point.explicit_bounds,
        (point.explicit_bounds[-1] * (1 + 2**-FINEST_SCHEMA)) if point.explicit_bounds else 0.0,
    ]
    yield from zip(bounds, point.bucket_counts, strict=False)


def _invalid(message: str) -> LocalApiError:
    return LocalApiError("ValidationException", message)
