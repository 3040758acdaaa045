"""Telemetry: traces and metrics that the application itself sends."""

from typing import Literal

from tradingbot_infra.config.sections.base import Section, setting


class TelemetryConfig(Section, title="Telemetry"):
    """Traces and metrics that the application sends to AWS (docs/metrics.md)."""

    tracing: Literal["off", "xray"] = setting("Where the application sends traces: nowhere, or to X-Ray's OTLP endpoint")
    trace_sample_percent: int = setting(
        "Share of requests that are traced, percent; chance decides for each, and no caller from outside can", ge=1, le=100
    )
    metrics: Literal["off", "otlp", "emf"] = setting(
        "How the application sends trading metrics: not at all, to CloudWatch's OTLP endpoint, or as lines of the log (embedded metric "
        "format). CloudWatch charges otlp by volume and emf by the metric"
    )
    metrics_interval_seconds: int = setting("Time between two values of a trading metric, seconds", ge=10, le=300)

    @property
    def sends_traces(self) -> bool:
        """Whether the application sends traces to X-Ray."""
        return self.tracing == "xray"

    @property
    def sends_metrics(self) -> bool:
        """Whether it sends metrics to CloudWatch; lines of the log need nothing besides the log."""
        return self.metrics == "otlp"
