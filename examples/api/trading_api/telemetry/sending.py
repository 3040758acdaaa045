"""Starts what the variables ask for, and ends it in time.

Nothing is loaded for what is off. A sender that cannot start is a warning, and the application goes on without it.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trading_api.metrics.emf import EmbeddedMetrics
from trading_api.metrics.store import Store
from trading_api.telemetry.quiet import hush
from trading_api.telemetry.spans import Tracing

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource

_LOG = logging.getLogger(__name__)

FLUSH_SECONDS = 8.0
"""How long the end of the process waits for what is left to be sent. Requests and orders have had 107 of ECS's 120 seconds before."""

_QUEUE, _BATCH = 2048, 512
"""Spans that wait to be sent at most, and how many go at once. When the queue is full, spans are dropped: nobody waits."""


@dataclass
class Senders:
    """What runs, and how it ends."""

    _ends: list[Callable[[], object]] = field(default_factory=list)

    def add(self, end: Callable[[], object]) -> None:
        """Something more to end."""
        self._ends.append(end)

    def end(self) -> None:
        """Sends what is left, all at once, and waits FLUSH_SECONDS at most."""
        Tracing.tracer = None
        threads = [threading.Thread(target=end, daemon=True) for end in self._ends]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + FLUSH_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._ends.clear()


def start(variables: Mapping[str, str], store: Store) -> Senders:
    """Starts tracing and metrics as the variables say (docs/metrics.md, "Variables of the container")."""
    senders = Senders()
    hush("opentelemetry")
    if variables.get("OTEL_TRACES_EXPORTER") == "otlp":
        _attempt("Traces", lambda: _start_traces(variables, senders))
    match variables.get("TRADING_METRICS", "off"):
        case "otlp":
            _attempt("Metrics", lambda: _start_metrics(variables, store, senders))
        case "emf":
            _attempt("Metrics", lambda: _start_lines(variables, store, senders))
    return senders


def _attempt(what: str, begin: Callable[[], None]) -> None:
    try:
        begin()
    except Exception as error:
        _LOG.warning("%s are not sent: %s", what, type(error).__name__)


def _start_traces(variables: Mapping[str, str], senders: Senders) -> None:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.metrics import NoOpMeterProvider
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON

    from trading_api.telemetry.signing import signing_session

    exporter = OTLPSpanExporter(session=signing_session("xray", variables["AWS_REGION"]))
    Tracing.share = kept_share(variables)
    provider = TracerProvider(ALWAYS_ON, _resource(), shutdown_on_exit=False, meter_provider=NoOpMeterProvider())
    provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=_QUEUE, max_export_batch_size=_BATCH))
    Tracing.tracer = provider.get_tracer("trading_api")
    senders.add(provider.shutdown)


def kept_share(variables: Mapping[str, str]) -> float:
    """The share of traces that is kept, as OpenTelemetry's samplers of these names would. Every trace begins here, so `parentbased_`
    changes nothing.

    Raises:
        ValueError: another sampler, or a share that is no number from 0 to 1. No trace is sent then.
    """
    match (variables.get("OTEL_TRACES_SAMPLER") or "always_on").lower().removeprefix("parentbased_"):
        case "always_on":
            return 1.0
        case "always_off":
            return 0.0
        case "traceidratio" if 0 <= (share := float(variables.get("OTEL_TRACES_SAMPLER_ARG") or 1)) <= 1:
            return share
    raise ValueError("OTEL_TRACES_SAMPLER, or its argument")


def _start_metrics(variables: Mapping[str, str], store: Store, senders: Senders) -> None:
    from trading_api.metrics import otlp
    from trading_api.telemetry.signing import signing_session

    provider = otlp.start(store, variables["ENVIRONMENT"], _resource(), signing_session("monitoring", variables["AWS_REGION"]))
    senders.add(provider.shutdown)


def _start_lines(variables: Mapping[str, str], store: Store, senders: Senders) -> None:
    metrics = EmbeddedMetrics(store, variables["ENVIRONMENT"], variables["TRADING_METRICS_NAMESPACE"])
    seconds = int(variables.get("OTEL_METRIC_EXPORT_INTERVAL", "60000")) / 1000
    ended = threading.Event()

    def write() -> None:
        for line in metrics.lines():
            _LOG.info("metrics", extra=dict(line))

    def run() -> None:
        while not ended.wait(seconds):
            write()

    writer = threading.Thread(target=run, name="embedded-metrics", daemon=True)

    def end() -> None:
        ended.set()
        writer.join()  # two that write at once would share what was counted since the last line
        write()

    writer.start()
    senders.add(end)


def _resource() -> "Resource":
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource

    # Every process has its own cumulative series. The SDK's own attributes are left out: every byte of each value costs.
    return OTELResourceDetector().detect().merge(Resource({"service.instance.id": uuid.uuid4().hex}))
