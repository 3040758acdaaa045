"""What is loaded while nothing is sent, and the end of metrics as lines of the log."""

import subprocess
import sys
import threading
import time
from unittest.mock import MagicMock

import pytest

from tests.examples.running import DIRECTORY
from trading_api.metrics.store import Store
from trading_api.telemetry import sending
from trading_api.telemetry.spans import Tracing

LOADED = """
import sys
from trading_api import main
from trading_api.metrics.store import Store
main.sending.start({"OTEL_TRACES_EXPORTER": sys.argv[1], "TRADING_METRICS": "off", "AWS_REGION": "eu-west-1"}, Store(strict=True))
print(*sys.modules)
"""
HEAVY = {"opentelemetry.sdk.trace", "opentelemetry.exporter.otlp", "google.protobuf"}


def loaded(traces: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", LOADED, traces], cwd=DIRECTORY, capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


def test_for_what_is_off_nothing_is_loaded() -> None:
    assert loaded("none") & HEAVY == set()
    assert loaded("otlp") >= HEAVY, "otherwise this looks for the wrong names"


@pytest.mark.parametrize(
    ("variables", "share"),
    [
        ({}, 1.0),
        ({"OTEL_TRACES_SAMPLER": "Always_On"}, 1.0),
        ({"OTEL_TRACES_SAMPLER": ""}, 1.0),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": ""}, 1.0),
        ({"OTEL_TRACES_SAMPLER": "parentbased_always_off"}, 0.0),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.5"}, 0.5),
        ({"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.05"}, 0.05),
        ({"OTEL_TRACES_SAMPLER": "parentbased_traceidratio"}, 1.0),
    ],
)
def test_the_share_of_traces_is_what_the_sampler_of_the_variables_keeps(variables: dict[str, str], share: float) -> None:
    assert sending.kept_share(variables) == share


@pytest.mark.parametrize(
    ("sampler", "share"), [("jaeger_remote", "0.5"), *(("traceidratio", share) for share in ("much", "1.5", "-1", "nan"))]
)
def test_a_share_that_is_none_is_refused(sampler: str, share: str) -> None:
    with pytest.raises(ValueError, match=r"OTEL_TRACES_SAMPLER|could not convert"):
        sending.kept_share({"OTEL_TRACES_SAMPLER": sampler, "OTEL_TRACES_SAMPLER_ARG": share})


def test_tracing_keeps_the_share_of_its_variables_and_opentelemetry_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tracing, "share", 1.0)
    monkeypatch.setattr(Tracing, "tracer", None)
    sampler = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25"}
    # OpenTelemetry would read the same variables from the environment, and decide once more.
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    senders = sending.start({"OTEL_TRACES_EXPORTER": "otlp", "AWS_REGION": "eu-west-1", **sampler}, Store(strict=True))
    try:
        assert Tracing.share == 0.25
        assert Tracing.tracer is not None
        assert Tracing.tracer.start_span("kept").is_recording()
    finally:
        senders.end()


def test_the_last_lines_are_not_written_while_others_are() -> None:
    store, together, most = Store(strict=True), 0, 0
    began = threading.Event()

    def slowly() -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        began.set()
        time.sleep(0.1)
        together -= 1

    store.before_reading = slowly
    variables = {"TRADING_METRICS": "emf", "TRADING_METRICS_NAMESPACE": "n", "ENVIRONMENT": "e", "OTEL_METRIC_EXPORT_INTERVAL": "1"}
    senders = sending.start(variables, store)
    assert began.wait(30)
    senders.end()
    assert most == 1


@pytest.mark.parametrize("change", ["add", "set", "peak"])
def test_a_change_holds_the_lock_that_a_reading_holds(monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    lock = MagicMock()
    monkeypatch.setattr(threading, "Lock", lambda: lock)
    store = Store(strict=True)
    name = "trading_websocket_reconnects_total" if change == "add" else "trading_exchange_latency_seconds"
    getattr(store, change)(name, 1.0, "paper")
    lock.__enter__.assert_called_once()
