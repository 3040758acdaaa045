"""How the container sends traces and trading metrics to AWS: environment variables, permissions, and the services that receive them.

Variables are those of the OpenTelemetry specification ("Environment Variable Specification", "OTLP Exporter Configuration"), and of this
project where they begin with TRADING_. The container signs its requests itself (Signature Version 4, with the task role).
"""

import re
from collections.abc import Iterator, Mapping

TRACE_SERVICE, METRIC_SERVICE = "xray", "monitoring"
"""The services that receive them, as in their names of hosts and of VPC endpoints."""

TRACE_ACTIONS = ("xray:PutSpans", "xray:PutSpansForIndexing", "xray:PutTraceSegments")
"""What the OTLP endpoint of X-Ray takes. AWS's page ("Exporting collector-less telemetry using AWS Distro for OpenTelemetry") attaches a
policy with the last one, others were refused without the first ones: so all three."""

METRIC_ACTIONS = ("cloudwatch:PutMetricData",)
"""What the OTLP endpoint of CloudWatch takes (Amazon CloudWatch User Guide, "Getting started with OpenTelemetry")."""

_PROTOCOL = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
"""Neither endpoint takes gRPC (Amazon CloudWatch User Guide, "OTLP Endpoints")."""

SPANS_LOG_GROUP = "aws/spans"
"""Where X-Ray keeps spans. Nobody but X-Ray can make a group of this name (CloudWatch Logs API, "CreateLogGroup")."""

APPLICATION_SIGNALS_LOG_GROUP = "/aws/application-signals/data"
"""Where X-Ray keeps what Application Signals sends; AWS asks for the permission together with that for spans, and it stays empty."""


def endpoint_services(*, traces: bool, metrics: bool) -> tuple[str, ...]:
    """Services that the container calls only to send telemetry."""
    return tuple(name for name, sent in ((TRACE_SERVICE, traces), (METRIC_SERVICE, metrics)) if sent)


def telemetry_variables(
    *,
    tracing: str,
    sample_percent: int,
    metrics: str,
    interval_seconds: int,
    service: str,
    environment: str,
    namespace: str,
    region: str,
    untraced_path: str,
) -> Mapping[str, str]:
    """The container's variables; none where nothing is sent.

    `tracing` and `metrics` are values of the settings of these names. `untraced_path` is the path of the health check, whose traces
    nobody reads. `namespace` is where trading metrics of the log go.
    """
    found = dict(_traces(sample_percent, region, untraced_path)) if tracing == "xray" else {}
    found |= dict(_metrics(metrics, namespace, region))
    if not found:
        return {}
    if metrics != "off":
        found["OTEL_METRIC_EXPORT_INTERVAL"] = str(interval_seconds * 1000)
    return {
        "OTEL_SERVICE_NAME": service,
        "OTEL_RESOURCE_ATTRIBUTES": f"deployment.environment.name={environment}",
        # Without a value each of these is `otlp`, to a host that is not there.
        "OTEL_TRACES_EXPORTER": "otlp" if tracing == "xray" else "none",
        "OTEL_METRICS_EXPORTER": "otlp" if metrics == "otlp" else "none",
        "OTEL_LOGS_EXPORTER": "none",
        # A caller from outside must neither force a trace nor learn its id, and exchanges must not see it.
        "OTEL_PROPAGATORS": "none",
        # It would send a second set of metrics, which is billed.
        "OTEL_AWS_APPLICATION_SIGNALS_ENABLED": "false",
        "TRADING_METRICS": metrics,
        **found,
    }


def _traces(sample_percent: int, region: str, untraced_path: str) -> Iterator[tuple[str, str]]:
    yield _PROTOCOL
    yield "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"https://{TRACE_SERVICE}.{region}.amazonaws.com/v1/traces"
    yield "OTEL_TRACES_SAMPLER", "parentbased_traceidratio"
    yield "OTEL_TRACES_SAMPLER_ARG", f"{sample_percent / 100:g}"
    # Searched as a regular expression in the whole URL, without its query. The path alone may be a part of others, and "/" of all.
    yield "OTEL_PYTHON_FASTAPI_EXCLUDED_URLS", f"{re.escape(untraced_path)}$"


def _metrics(metrics: str, namespace: str, region: str) -> Iterator[tuple[str, str]]:
    if metrics == "otlp":
        yield _PROTOCOL
        yield "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"https://{METRIC_SERVICE}.{region}.amazonaws.com/v1/metrics"
        yield "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "base2_exponential_bucket_histogram"
    if metrics == "emf":
        yield "TRADING_METRICS_NAMESPACE", namespace
