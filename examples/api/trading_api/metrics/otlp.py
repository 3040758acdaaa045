"""Metrics by OTLP over HTTP, every OTEL_METRIC_EXPORT_INTERVAL milliseconds. Its variables are OpenTelemetry's own.

Counters and histograms are cumulative. Histograms are exponential where
OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION says so: CloudWatch keeps them as native histograms.
"""

from collections.abc import Callable, Iterable

import requests
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

from trading_api.metrics.contract import METRICS, Metric
from trading_api.metrics.store import Labels, Store

POINTS_A_REQUEST = 1000
"""More data points in a request are refused (CloudWatch User Guide, "Quickstart: Send metrics, logs, and traces")."""


def start(store: Store, environment: str, resource: Resource, session: requests.Session) -> MeterProvider:
    """Sends the store's values until the provider is shut down."""
    exporter = OTLPMetricExporter(session=session, max_export_batch_size=POINTS_A_REQUEST)
    provider = MeterProvider([PeriodicExportingMetricReader(exporter)], resource=resource, shutdown_on_exit=False)
    meter = provider.get_meter("trading_api")
    histograms: dict[str, Histogram] = {}
    for number, metric in enumerate(METRICS):
        if metric.kind == "histogram":
            histograms[metric.name] = meter.create_histogram(metric.name, metric.unit)  # type: ignore[assignment]
            continue
        create = meter.create_observable_counter if metric.kind == "counter" else meter.create_observable_gauge
        create(metric.name, [_reading(store, metric, environment, first=number == 0)], metric.unit)
    rows = {metric.name: metric for metric in METRICS}

    def observed(name: str, value: float, labels: Labels) -> None:
        histograms[name].record(value, _attributes(rows[name], environment, labels))

    store.observed = observed
    return provider


def _reading(store: Store, metric: Metric, environment: str, *, first: bool) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def read(_: CallbackOptions) -> Iterable[Observation]:
        if first:
            store.before_reading()
        return [Observation(value, _attributes(metric, environment, labels)) for labels, value in store.read(metric.name).items()]

    return read


def _attributes(metric: Metric, environment: str, labels: Labels) -> dict[str, str]:
    return {"environment": environment, **dict(zip(metric.labels, labels, strict=True))}
