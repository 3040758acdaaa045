"""Metrics by OTLP over HTTP, every OTEL_METRIC_EXPORT_INTERVAL milliseconds. Its variables are OpenTelemetry's own.

Counters and histograms are cumulative. Histograms are exponential where
OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION says so: CloudWatch keeps them as native histograms.
"""

import threading
from collections.abc import Callable, Iterable

import requests
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
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
    histograms = {metric: meter.create_histogram(metric.name, metric.unit) for metric in METRICS if metric.kind == "histogram"}

    def prepare() -> None:
        store.before_reading()
        # Once before each export: a hundred in a row cost a fraction of what they cost one by one between requests.
        for metric, histogram in histograms.items():
            for labels, value in store.take_observations(metric.name):
                histogram.record(value, _attributes(metric, environment, labels))

    others = [metric for metric in METRICS if metric.kind != "histogram"]
    for number, metric in enumerate(others):
        create = meter.create_observable_counter if metric.kind == "counter" else meter.create_observable_gauge
        create(metric.name, [_reading(store, metric, environment, prepare if number == 0 else None)], metric.unit)
    store.send_now = lambda: threading.Thread(target=provider.force_flush, name="send-metrics", daemon=True).start()
    return provider


def _reading(
    store: Store, metric: Metric, environment: str, prepare: Callable[[], None] | None
) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def read(_: CallbackOptions) -> Iterable[Observation]:
        if prepare is not None:
            prepare()
        return [Observation(value, _attributes(metric, environment, labels)) for labels, value in store.read(metric.name).items()]

    return read


def _attributes(metric: Metric, environment: str, labels: Labels) -> dict[str, str]:
    return {"environment": environment, **dict(zip(metric.labels, labels, strict=True))}
