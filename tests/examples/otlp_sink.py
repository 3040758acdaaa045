"""A stand-in of AWS's OTLP endpoints: it checks signatures as AWS does, and keeps what came. It can also refuse, or not answer."""

import gzip
import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest, ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span

PATIENCE_SECONDS = 30.0
KEY_ID, SECRET = "sink-key", "sink-secret"  # of a server that lives as long as a test


@dataclass
class Sink:
    """What came, and how it answers."""

    port: int = 0
    status: int = 200
    hang_seconds: float = 0
    spans: list[Span] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    resources: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def variables(self) -> dict[str, str]:
        """What sends everything here, at once."""
        return {
            "OTEL_SERVICE_NAME": "tradingbot",
            "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=production",
            "OTEL_TRACES_EXPORTER": "otlp",
            "OTEL_METRICS_EXPORTER": "otlp",
            "OTEL_LOGS_EXPORTER": "none",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"http://127.0.0.1:{self.port}/v1/traces",
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"http://127.0.0.1:{self.port}/v1/metrics",
            "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION": "base2_exponential_bucket_histogram",
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": "1.0",
            "OTEL_PROPAGATORS": "none",
            "OTEL_METRIC_EXPORT_INTERVAL": "500",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_PYTHON_FASTAPI_EXCLUDED_URLS": "/api/v1/health",
            "TRADING_METRICS": "otlp",
            "TRADING_METRICS_STRICT": "true",
            "AWS_REGION": "ap-southeast-2",
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }

    def until(self, name: str) -> Span:
        """The newest span with a name, once it came."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if found := [span for span in list(self.spans) if span.name == name]:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(f"no span {name} in {sorted({span.name for span in self.spans})}; refused: {self.refused}")

    def trace_of(self, span: Span) -> dict[str, Span]:
        """Every span of a trace by name, once its root came."""
        return {each.name: each for each in self.spans if each.trace_id == span.trace_id}

    def points(self, name: str) -> list[tuple[dict[str, str], Any]]:
        """Labels and value of each series of a metric, the newest value last."""
        found: list[tuple[dict[str, str], Any]] = []
        for metric in list(self.metrics):
            if metric.name == name:
                data = getattr(metric, metric.WhichOneof("data") or "gauge")
                for point in data.data_points:
                    value = point.as_double if hasattr(point, "as_double") and point.WhichOneof("value") == "as_double" else point
                    if hasattr(point, "as_int") and point.WhichOneof("value") == "as_int":
                        value = point.as_int
                    found.append((attributes(point), value))
        return found

    def until_point(self, name: str, **labels: str) -> Any:
        """The newest value of a series, once it came."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if found := [value for has, value in self.points(name) if labels.items() <= has.items()]:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(f"no {name} with {labels} in {sorted({metric.name for metric in self.metrics})}; refused: {self.refused}")

    def take(self, path: str, headers: Any, body: bytes) -> bytes:
        """Keeps a request whose signature is right."""
        self.bodies.append(body)
        service = {"/v1/traces": "xray", "/v1/metrics": "monitoring"}[path]
        fault = _fault(service, f"http://127.0.0.1:{self.port}{path}", headers, body)
        if fault:
            self.refused.append(fault)
            return b""
        content = gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body
        if service == "xray":
            for resource in ExportTraceServiceRequest.FromString(content).resource_spans:
                self.resources.append(attributes(resource.resource))
                self.spans += [span for scope in resource.scope_spans for span in scope.spans]
            return ExportTraceServiceResponse().SerializeToString()
        for measured in ExportMetricsServiceRequest.FromString(content).resource_metrics:
            self.resources.append(attributes(measured.resource))
            self.metrics += [metric for scope in measured.scope_metrics for metric in scope.metrics]
        return ExportMetricsServiceResponse().SerializeToString()


def attributes(of: Any) -> dict[str, str]:
    """Attributes of a span, a resource or a data point; numbers as text."""
    return {each.key: each.value.string_value or str(each.value.int_value) for each in of.attributes}


def _fault(service: str, url: str, headers: Any, body: bytes) -> str | None:
    """What is wrong with a signature; it is computed again by the secret that the client should have used."""
    given = headers.get("Authorization", "")
    if f"/ap-southeast-2/{service}/aws4_request" not in given:
        return f"not signed for {service}: {given[:60]}"
    signed = given.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    if not {"host", "x-amz-date", "content-type"} <= set(signed):
        return f"too little is signed: {signed}"
    again = AWSRequest("POST", url, {name: headers[name] for name in signed if name not in {"host", "x-amz-date"}}, body)
    again.context["timestamp"] = headers["X-Amz-Date"]
    signer = SigV4Auth(Credentials(KEY_ID, SECRET), service, "ap-southeast-2")
    again.headers["X-Amz-Date"] = headers["X-Amz-Date"]
    expected = signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)
    return None if given.endswith(f"Signature={expected}") else "the signature is wrong"


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may go before they are answered."""


@contextmanager
def listening(sink: Sink) -> Iterator[Sink]:
    """Serves until the end of the block."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            time.sleep(sink.hang_seconds)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = sink.take(self.path, self.headers, body) if sink.status == 200 else b""
            self.send_response(sink.status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - the name is http.server's
            """Says nothing."""

    server = _Server(("127.0.0.1", sink.port), Handler)
    sink.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
