"""Metric filters: what PutLogEvents writes to a log group is matched, and published to CloudWatch.

Each event that matches publishes the metric's value at the event's time. Events of which none matches publish the default value, if
there is one. Sources: CloudWatch Logs User Guide, "Creating metrics from log events using filters"; API Reference,
MetricTransformation.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import metric_filters
from tradingbot_infra.local_cloud.services import embedded_metrics, silent_alarms
from tradingbot_infra.local_cloud.services.filter_patterns import matcher
from tradingbot_infra.local_cloud.services.json_patterns import decoded, value_at
from tradingbot_infra.local_cloud.services.operation import Call

_MOST_DATA = 1000
"""How many PutMetricData takes."""
_logger = logging.getLogger("metric_filters")
_unread: set[str] = set()

_Event = Mapping[str, Any]
_Datum = dict[str, Any]


async def put_log_events(call: Call) -> dict[str, Any]:
    """PutLogEvents, which publishes the metrics of the log group's filters, and those that lines have embedded."""
    answer = await call.as_asked()
    published: dict[str, list[_Datum]] = {}
    for metric_filter in metric_filters.of_group(call.parameters["logGroupName"]):
        for namespace, data in _data_of(metric_filter, call.parameters["logEvents"]):
            published.setdefault(namespace, []).extend(data)
    for event in call.parameters["logEvents"]:
        for namespace, data in embedded_metrics.data(event["message"], event["timestamp"]):
            published.setdefault(namespace, []).extend(data)
    for namespace, data in published.items():
        for first in range(0, len(data), _MOST_DATA):
            await call.ask("cloudwatch", "PutMetricData", Namespace=namespace, MetricData=data[first : first + _MOST_DATA])
        silent_alarms.watch(call.ask, namespace, {datum["MetricName"] for datum in data})
    return answer


def _data_of(metric_filter: Mapping[str, Any], events: Sequence[_Event]) -> Iterator[tuple[str, list[_Datum]]]:
    """Namespace and data of each metric that a filter makes of these events."""
    matching = _matching(metric_filter, events)
    for transformation in metric_filter["metricTransformations"]:
        data = [datum for event in matching for datum in _datum(transformation, event)]
        default = transformation.get("defaultValue")
        if not data and default is not None and not transformation.get("dimensions"):
            data = [{"MetricName": transformation["metricName"], "Value": float(default), "Timestamp": datetime.now(UTC)}]
        if data:
            yield transformation["metricNamespace"], data


def _matching(metric_filter: Mapping[str, Any], events: Sequence[_Event]) -> list[_Event]:
    pattern = metric_filter["filterPattern"]
    try:
        matches = matcher(pattern)
    except LocalApiError as error:
        if pattern not in _unread:
            _unread.add(pattern)
            _logger.warning("Metric filter %s publishes nothing: %s", metric_filter["filterName"], error.message)
        return []
    return [event for event in events if matches(event["message"])]


def _datum(transformation: Mapping[str, Any], event: _Event) -> Iterator[_Datum]:
    """What one matching event publishes; nothing if the metric's value or a dimension is no field of it."""
    value = _value(transformation["metricValue"], event)
    dimensions = {name: _field(path, event) for name, path in (transformation.get("dimensions") or {}).items()}
    if isinstance(value, int | float) and not isinstance(value, bool) and None not in dimensions.values():
        yield {
            "MetricName": transformation["metricName"],
            "Value": float(value),
            "Timestamp": datetime.fromtimestamp(event.get("timestamp", time.time() * 1000) / 1000, UTC),
            **({"Unit": transformation["unit"]} if transformation.get("unit") else {}),
            **({"Dimensions": [{"Name": name, "Value": str(value)} for name, value in dimensions.items()]} if dimensions else {}),
        }


def _value(text: str, event: _Event) -> Any:
    if text.startswith("$"):
        return _field(text, event)
    try:
        return float(text)
    except ValueError:
        return None


def _field(path: str, event: _Event) -> Any:
    return value_at(decoded(event["message"]), path)
