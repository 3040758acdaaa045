"""Metrics as lines of the log, in CloudWatch's embedded metric format: CloudWatch reads them from the log group.

Each metric of this format costs by the month for each combination of its dimensions, so labels are added up or the highest is taken.
Source: CloudWatch User Guide, "Embedded metric format specification".
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from trading_api.metrics.contract import METRICS, Metric
from trading_api.metrics.store import Store

_UNITS = {"s": "Seconds", "1": "None", "{USD}": "None"}
_TIMESTAMP = "_timestamp_seconds"
_OF_EACH_STRATEGY = "trading_heartbeat_timestamp_seconds"
MOST_VALUES = 100
"""An array of values has no more."""


class EmbeddedMetrics:
    """Makes the lines. Counters are told as what was added since the last line."""

    def __init__(self, store: Store, environment: str, namespace: str, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._environment = environment
        self._namespace = namespace
        self._clock = clock
        self._counted: dict[str, float] = {}

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """A line for the environment, and one for the heartbeat of each strategy. Empty where there is nothing to tell."""
        self._store.before_reading()
        now = self._clock()
        found = {metric: value for metric in METRICS if (value := self._value(metric, now)) is not None}
        if found:
            yield self._line(
                now, {"environment": self._environment}, {_name(metric): (_unit(metric), value) for metric, value in found.items()}
            )
        for (strategy,), at in self._store.read(_OF_EACH_STRATEGY).items():
            dimensions = {"environment": self._environment, "strategy": strategy}
            yield self._line(now, dimensions, {_aged(_OF_EACH_STRATEGY): ("Seconds", now - at)})

    def _value(self, metric: Metric, now: float) -> float | list[float] | None:
        if metric.kind == "histogram":
            return [value for _, value in self._store.take_observations(metric.name)][-MOST_VALUES:] or None
        values = self._store.read(metric.name).values()
        if not values:
            return None
        if metric.name.endswith(_TIMESTAMP):
            return now - min(values)  # the oldest: of several strategies the silent one
        value = sum(values) if metric.across == "sum" else max(values)
        if metric.kind == "counter":
            before, self._counted[metric.name] = self._counted.get(metric.name, 0.0), value
            return value - before
        return value

    def _line(self, now: float, dimensions: Mapping[str, str], values: Mapping[str, tuple[str, Any]]) -> Mapping[str, Any]:
        metrics = [{"Name": name, "Unit": unit} for name, (unit, _) in values.items()]
        directive = {"Namespace": self._namespace, "Dimensions": [list(dimensions)], "Metrics": metrics}
        head = {"Timestamp": int(now * 1000), "CloudWatchMetrics": [directive]}
        return {"_aws": head, **dimensions, **{name: value for name, (_, value) in values.items()}}


def _name(metric: Metric) -> str:
    return _aged(metric.name)


def _aged(name: str) -> str:
    return f"{name.removesuffix(_TIMESTAMP)}_age_seconds" if name.endswith(_TIMESTAMP) else name


def _unit(metric: Metric) -> str:
    return _UNITS.get(metric.unit, "Count")
