"""The values of the metrics, and what keeps their labels in bounds.

Values are counted here and not in OpenTelemetry's instruments: a number in a dictionary is much cheaper than an aggregation per
request, and both transports read the same numbers.
"""

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping

from trading_api.metrics.contract import LIMITS, METRICS, PLAIN, SERIES, VALUES, Metric

_LOG = logging.getLogger(__name__)
KEPT_OBSERVATIONS = 10_000
"""Observations of a histogram that wait to be read, so that memory stays in bounds. Beyond it the oldest is lost."""

Labels = tuple[str, ...]
"""The values of a metric's labels, in the order of its row."""


class WrongLabelError(ValueError):
    """A label that the contract does not have, or one value too many."""


class Store:
    """Every value. `strict` raises WrongLabelError, as tests want; otherwise a wrong value is dropped, counted and logged once a metric."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._rows: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}
        self._values: dict[str, dict[Labels, float]] = {metric.name: {} for metric in METRICS if metric.kind != "histogram"}
        self._peaks: set[str] = set()
        self._observations: dict[str, deque[tuple[Labels, float]]] = {
            metric.name: deque(maxlen=KEPT_OBSERVATIONS) for metric in METRICS if metric.kind == "histogram"
        }
        self._observed: set[tuple[str, Labels]] = set()
        self._seen: dict[str, set[str]] = {label: set() for label in LIMITS}
        self._lock = threading.Lock()
        self.dropped: Counter[str] = Counter()
        self.before_reading: Callable[[], None] = lambda: None
        """Runs before values are read, for those that change with time alone, such as the age of a price."""
        self.send_now: Callable[[], None] = lambda: None
        """Sends the values as they are, without waiting for the next interval or for an answer."""

    def add(self, name: str, amount: float, *labels: str) -> None:
        """Adds to a counter."""
        values = self._values[name]
        if labels in values or self._takes(name, labels):
            with self._lock:
                values[labels] = values.get(labels, 0) + amount

    def set(self, name: str, value: float, *labels: str) -> None:
        """Sets a gauge."""
        values = self._values[name]
        if labels in values or self._takes(name, labels):
            with self._lock:
                values[labels] = value

    def peak(self, name: str, value: float, *labels: str) -> None:
        """Sets a gauge to the highest value since it was read."""
        values = self._values[name]
        if labels in values or self._takes(name, labels):
            with self._lock:  # or one that comes while a reading clears the values is lost
                self._peaks.add(name)
                values[labels] = max(value, values.get(labels, value))

    def observe(self, name: str, value: float, *labels: str) -> None:
        """Adds an observation to a histogram."""
        if (name, labels) in self._observed or self._takes(name, labels):
            self._observed.add((name, labels))
            self._observations[name].append((labels, value))

    def forget(self, *names: str) -> None:
        """Stops sending gauges, until they are set again."""
        with self._lock:
            for name in names:
                self._values[name].clear()

    def read(self, name: str) -> dict[Labels, float]:
        """The values of a gauge or a counter. One that keeps the highest value begins again."""
        with self._lock:
            found = dict(self._values[name])
            if name in self._peaks:
                self._values[name].clear()
        return found

    def take_observations(self, name: str) -> Iterator[tuple[Labels, float]]:
        """The observations of a histogram since they were last taken, the oldest first."""
        waiting = self._observations[name]
        while waiting:
            yield waiting.popleft()

    def _takes(self, name: str, labels: Labels) -> bool:
        fault = self._fault(self._rows[name], labels)
        if fault is None:
            return True
        if self._strict:
            raise WrongLabelError(f"{name}: {fault}")
        self.dropped[name] += 1
        if self.dropped[name] == 1:
            _LOG.warning("A value of a metric is dropped, and others of it may be: %s", fault, extra={"metric": name})
        return False

    def _fault(self, row: Metric, labels: Labels) -> str | None:
        if len(labels) != len(row.labels):
            return f"it has the labels {row.labels}"
        for label, value in zip(row.labels, labels, strict=True):
            allowed = VALUES.get(row.name, {}).get(label)
            if allowed is not None and value not in allowed:
                return f"{label} is one of {sorted(allowed)}"
            if not PLAIN.fullmatch(value):
                return f"{label} has up to 64 letters, digits and _.:/{{}}-"
            if allowed is None and self._is_one_too_many(label, value):
                return f"{label} has more than {LIMITS[label]} values"
        known = self._values.get(row.name, {})
        return f"it has more than {SERIES} series" if labels not in known and len(known) >= SERIES else None

    def _is_one_too_many(self, label: str, value: str) -> bool:
        seen = self._seen[label]
        if value not in seen and len(seen) >= LIMITS[label]:
            return True
        seen.add(value)
        return False
