"""What the container hears of telemetry."""

import re

import pytest

from tradingbot_infra.design.telemetry import telemetry_variables


def variables(**changed: object) -> dict[str, str]:
    """With both on, but for what is changed."""
    given: dict[str, object] = {
        "tracing": "xray",
        "sample_percent": 10,
        "metrics": "otlp",
        "interval_seconds": 60,
        "service": "bot-staging-service",
        "environment": "staging",
        "namespace": "TradingBot/staging/trading",
        "region": "ap-southeast-2",
        "untraced_path": "/api/v1/health",
    }
    return dict(telemetry_variables(**{**given, **changed}))  # type: ignore[arg-type]  # by name


def test_nothing_is_set_where_nothing_is_sent() -> None:
    assert variables(tracing="off", metrics="off") == {}


def test_without_traces_no_exporter_looks_for_a_host_that_is_not_there() -> None:
    found = variables(tracing="off")
    assert (found["OTEL_TRACES_EXPORTER"], found["OTEL_METRICS_EXPORTER"], found["OTEL_LOGS_EXPORTER"]) == ("none", "otlp", "none")
    assert not {name for name in found if "SAMPLER" in name or "TRACES_ENDPOINT" in name or "EXCLUDED" in name}


def test_lines_of_the_log_are_sent_to_nobody() -> None:
    found = variables(tracing="off", metrics="emf")
    assert found["TRADING_METRICS"] == "emf"
    assert found["TRADING_METRICS_NAMESPACE"] == "TradingBot/staging/trading"
    assert found["OTEL_METRICS_EXPORTER"] == "none"
    assert not {name for name in found if "OTLP" in name}


def test_traces_without_metrics_say_that_there_are_none() -> None:
    found = variables(metrics="off")
    assert (found["TRADING_METRICS"], found["OTEL_METRICS_EXPORTER"]) == ("off", "none")
    assert "OTEL_METRIC_EXPORT_INTERVAL" not in found


@pytest.mark.parametrize(("percent", "share"), [(1, "0.01"), (7, "0.07"), (10, "0.1"), (29, "0.29"), (100, "1")])
def test_the_share_of_traces_is_a_number_that_python_reads_back(percent: int, share: str) -> None:
    found = variables(sample_percent=percent)["OTEL_TRACES_SAMPLER_ARG"]
    assert found == share
    assert float(found) == percent / 100


def test_no_caller_from_outside_decides() -> None:
    assert variables()["OTEL_PROPAGATORS"] == "none"


@pytest.mark.parametrize(
    ("path", "url", "excluded"),
    [
        ("/api/v1/health", "http://10.0.0.1:8001/api/v1/health", True),
        ("/api/v1/health", "http://10.0.0.1:8001/api/v1/healthy-orders", False),
        ("/", "http://10.0.0.1:8001/", True),
        ("/", "http://10.0.0.1:8001/orders", False),
        ("/h.alth", "http://10.0.0.1:8001/health", False),
    ],
)
def test_the_health_check_alone_is_not_traced(path: str, url: str, excluded: bool) -> None:
    assert bool(re.search(variables(untraced_path=path)["OTEL_PYTHON_FASTAPI_EXCLUDED_URLS"], url)) is excluded
