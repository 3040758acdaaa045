"""The embedded metric format: lines of JSON whose `_aws` says which of their fields are metrics.

Source: CloudWatch User Guide, "Specification: Embedded metric format". A line that does not follow it is a line like any other.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.services.json_patterns import decoded

MOST_METRICS, MOST_VALUES, MOST_DIMENSIONS = 100, 100, 30
"""In a directive, in an array, and in a set of dimensions."""

Datum = dict[str, Any]


def data(message: str, timestamp: int) -> Iterator[tuple[str, list[Datum]]]:
    """Namespace and data of each directive of a line; `timestamp` is the event's, in milliseconds, for a line that names none."""
    line = decoded(message)
    metadata = line.get("_aws") if isinstance(line, Mapping) else None
    directives = metadata.get("CloudWatchMetrics") if isinstance(metadata, Mapping) else None
    if not isinstance(directives, list):
        return
    given = metadata.get("Timestamp") if isinstance(metadata, Mapping) else None
    at = datetime.fromtimestamp((given if isinstance(given, int) else timestamp) / 1000, UTC)
    for directive in directives:
        if _follows(directive):
            yield str(directive["Namespace"]), list(_of(directive, line, at))


def _follows(directive: Any) -> bool:
    return (
        isinstance(directive, Mapping)
        and isinstance(directive.get("Namespace"), str)
        and isinstance(directive.get("Metrics"), list)
        and len(directive["Metrics"]) <= MOST_METRICS
        and isinstance(directive.get("Dimensions", []), list)
    )


def _of(directive: Mapping[str, Any], line: Mapping[str, Any], at: datetime) -> Iterator[Datum]:
    """A datum for each metric and set of dimensions; a set of which the line lacks a value is left out."""
    sets = [found for names in directive.get("Dimensions") or [[]] if (found := _dimensions(names, line)) is not None]
    for metric in directive["Metrics"]:
        name = metric.get("Name") if isinstance(metric, Mapping) else None
        values = _values(line.get(name)) if isinstance(name, str) else []
        for dimensions in sets if values else ():
            yield {
                "MetricName": name,
                "Values": values,
                "Counts": [1.0] * len(values),
                "Timestamp": at,
                "Unit": metric.get("Unit", "None"),
                **({"Dimensions": dimensions} if dimensions else {}),
            }


def _dimensions(names: Any, line: Mapping[str, Any]) -> list[dict[str, str]] | None:
    if not isinstance(names, list) or len(names) > MOST_DIMENSIONS:
        return None
    values = [line.get(name) for name in names]
    if not all(isinstance(value, str | int | float) and str(value) for value in values):
        return None
    return [{"Name": name, "Value": str(value)} for name, value in zip(names, values, strict=True)]


def _values(given: Any) -> list[float]:
    many: Sequence[Any] = given if isinstance(given, list) else [given]
    if len(many) > MOST_VALUES or not all(
        isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in many
    ):
        return []
    return [float(one) for one in many]
