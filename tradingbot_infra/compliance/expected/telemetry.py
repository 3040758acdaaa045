"""How a container sends telemetry: to AWS in its own region over TLS, and to nobody else."""

from collections.abc import Mapping

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.services import API

_QUIET = {
    # Neither logs, which have their own way, nor a second set of metrics; no header of a trace comes in or goes out.
    "OTEL_LOGS_EXPORTER": "none",
    "OTEL_PROPAGATORS": "none",
    "OTEL_AWS_APPLICATION_SIGNALS_ENABLED": "false",
}
_HTTP = {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}


def telemetry(config: EnvironmentConfig) -> Mapping[str, str]:
    """The variables that the settings ask for: none where nothing is sent."""
    sent = config.telemetry
    if sent.tracing == "off" and sent.metrics == "off":
        return {}
    found = {
        **_QUIET,
        "OTEL_SERVICE_NAME": config.names.service_name(API.part),
        "OTEL_RESOURCE_ATTRIBUTES": f"deployment.environment.name={config.environment}",
        "OTEL_TRACES_EXPORTER": "none",
        "OTEL_METRICS_EXPORTER": "none",
        "TRADING_METRICS": sent.metrics,
    }
    if sent.tracing == "xray":
        found |= _HTTP
        found["OTEL_TRACES_EXPORTER"] = "otlp"
        found["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = f"https://xray.{config.network.region}.amazonaws.com/v1/traces"
        found["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio"
        found["OTEL_TRACES_SAMPLER_ARG"] = str(sent.trace_sample_percent / 100).removesuffix(".0")
        # What a regular expression would take for more than itself.
        path = "".join(f"\\{letter}" if letter in ".-~&#" else letter for letter in config.load_balancer.health_check_path)
        found["OTEL_PYTHON_FASTAPI_EXCLUDED_URLS"] = f"{path}$"
    if sent.metrics == "otlp":
        found |= _HTTP
        found["OTEL_METRICS_EXPORTER"] = "otlp"
        found["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = f"https://monitoring.{config.network.region}.amazonaws.com/v1/metrics"
        found["OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"] = "base2_exponential_bucket_histogram"
    if sent.metrics == "emf":
        found["TRADING_METRICS_NAMESPACE"] = f"TradingBot/{config.environment}/trading"
    if sent.metrics != "off":
        found["OTEL_METRIC_EXPORT_INTERVAL"] = f"{sent.metrics_interval_seconds}000"
    return found
