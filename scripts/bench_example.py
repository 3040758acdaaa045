"""What traces and metrics cost examples/api: processor time of a request with them and without, in turn, on a real PostgreSQL and Redis.

Both servers run all the time and are asked in turn, so that a noisy machine disturbs both alike. Without: spans and metrics are
replaced by nothing, before the application is made. With: 10 % of the requests traced, metrics by OTLP, both sent signed to an endpoint
on this machine. Throughput of a server that is busy is the inverse of its processor time, which other programs disturb least.
"""

import http.client
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.data_stores import DATABASE, TOKEN, USER, Stores, deploy, template
from tests.examples.container import authority_of
from tests.examples.exchange.running import free_port
from tests.examples.running import DIRECTORY, of_this_machine
from tradingbot_infra.local_cloud.server import running

PAIRS = 20
REQUESTS = 150
CLIENTS = 4
SECRET = "secret-of-the-bench"  # noqa: S105 - of a server that lives as long as the bench
LIMIT_PERCENT = 5.0

EXAMPLE = """
import trading_api.trading.risk as risk
risk.ORDERS_A_MINUTE = 10**9
from trading_api.__main__ import main
main()
"""
BARE = """
import trading_api.telemetry.spans as spans
class Nothing:
    def __init__(self, *words, **attributes): pass
    def __enter__(self): return self
    def __exit__(self, *error): pass
    def set(self, **attributes): pass
    def rename(self, name): pass
    def fail(self, error_type): pass
spans.span, spans.trace_id = Nothing, lambda: None
import trading_api.metrics.trading as metrics
for name, value in list(vars(metrics.TradingMetrics).items()):
    if callable(value) and not name.startswith("_"):
        setattr(metrics.TradingMetrics, name, lambda *words, **more: None)
import trading_api.requests as requests
requests.RequestLog._count = lambda *words: ""
"""


@dataclass(frozen=True)
class Server:
    """A running example."""

    port: int
    process: psutil.Process

    def seconds(self) -> float:
        """Processor time so far."""
        times = self.process.cpu_times()
        return times.user + times.system


@dataclass(frozen=True)
class Cost:
    """Of one run: processor time of a request, and requests a second."""

    cpu: float
    rate: float


def variables(stores: Stores, port: int) -> dict[str, str]:
    """What the example needs."""
    secret = stores.secret()
    host, database_port = stores.outputs["Host"], stores.outputs["Port"]
    return {
        **of_this_machine(stores.cloud.endpoint),
        "AWS_REGION": "ap-southeast-2",
        "ENVIRONMENT": "production",
        "PORT": str(port),
        "DATABASE_URL": f"postgresql://{host}:{database_port}/{DATABASE}",
        "PGUSER": USER,
        "PGPASSWORD": secret["password"],
        "PGSSLMODE": "require",
        "REDIS_HOST": stores.outputs["RedisHost"],
        "REDIS_PORT": stores.outputs["RedisPort"],
        "REDIS_TLS": "true",
        "REDIS_AUTH_TOKEN": TOKEN,
        "SSL_CERT_FILE": str(authority_of(stores)),
        "WEBHOOK_SECRET": SECRET,
    }


def telemetry(port: int) -> dict[str, str]:
    """What production sends, to a port of this machine, and metrics six times as often."""
    return {
        "OTEL_SERVICE_NAME": "tradingbot",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=production",
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"http://127.0.0.1:{port}/v1/traces",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"http://127.0.0.1:{port}/v1/metrics",
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION": "base2_exponential_bucket_histogram",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.1",
        "OTEL_METRIC_EXPORT_INTERVAL": "10000",
        "OTEL_PYTHON_FASTAPI_EXCLUDED_URLS": "/api/v1/health",
        "TRADING_METRICS": "otlp",
    }


class _Taken(http.server.BaseHTTPRequestHandler):
    """An endpoint that takes everything."""

    protocol_version = "HTTP/1.1"
    bodies = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).bodies += 1
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - the name is http.server's
        """Says nothing."""


@contextmanager
def server(program: str, environment: dict[str, str]) -> Iterator[Server]:
    """The example, once it answers."""
    process = subprocess.Popen([sys.executable, "-c", program], cwd=DIRECTORY, env=environment, stdout=subprocess.DEVNULL)
    try:
        while ask(int(environment["PORT"]), "GET", "/api/v1/health") != 200:
            if process.poll() is not None:
                raise RuntimeError("the example has ended")
            time.sleep(0.2)
        yield Server(int(environment["PORT"]), psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int, method: str, path: str) -> int:
    """The status of an answer; 0 for none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def order(number: int) -> tuple[str, object]:
    """An order that is kept: the shortest way to the database."""
    body = {"client_order_id": uuid.uuid4().hex, "symbol": "BTCUSDT", "side": "buy" if number % 2 else "sell", "quantity": "0.01"}
    return "/api/v1/orders", body


def signal(number: int) -> tuple[str, object]:
    """A signal that becomes an order: the longest way, with a span for each step."""
    return "/api/v1/webhook", {"symbol": "BTCUSDT", "action": "buy" if number % 2 else "sell", "quantity": "0.01", "id": uuid.uuid4().hex}


def run(of: Server, request: Callable[[int], tuple[str, object]]) -> Cost:
    """Asks a server by several clients at once."""

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", of.port, timeout=60)
        headers = {"Content-Type": "application/json", "X-Webhook-Secret": SECRET}
        for number in range(REQUESTS):
            path, body = request(number)
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status not in {201, 202}:
                raise RuntimeError(f"an answer of {answer.status}")
        connection.close()

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    cpu, wall = of.seconds(), time.perf_counter()
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    count = CLIENTS * REQUESTS
    return Cost((of.seconds() - cpu) / count, count / (time.perf_counter() - wall))


def compare(name: str, instrumented: Server, bare: Server, request: Callable[[int], tuple[str, object]]) -> float:
    """Runs both in turn, and prints what instrumenting costs, in percent of throughput."""
    for each in (instrumented, bare):
        run(each, request)
    pairs: list[tuple[Cost, Cost]] = []
    for number in range(PAIRS):
        first, second = (instrumented, bare) if number % 2 else (bare, instrumented)
        costs = {first: run(first, request), second: run(second, request)}
        pairs.append((costs[instrumented], costs[bare]))
    cpu = sorted(100 * (1 - other.cpu / one.cpu) for one, other in pairs)
    rate = statistics.median(100 * (1 - one.rate / other.rate) for one, other in pairs)
    low, _, high = statistics.quantiles(cpu, n=4)
    costs_of = [statistics.median(each.cpu for each in side) * 1e6 for side in zip(*pairs, strict=True)]
    print(
        f"{name}: instrumenting costs {statistics.median(cpu):.1f} % of throughput by processor time (quartiles {low:.1f} to {high:.1f}), "
        f"{rate:.1f} % by the clock; {costs_of[0]:.0f} against {costs_of[1]:.0f} microseconds a request, {PAIRS} pairs"
    )
    return statistics.median(cpu)


def main() -> int:
    """Compares both ways; 1 if one costs more than the limit."""
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        cloud = stack.enter_context(running(Path(directory), data_stores=True))
        stores = deploy(cloud, "bench", template())
        sink = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Taken)
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        ports = free_port(), free_port()
        own = {"PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
        sent = telemetry(sink.server_address[1])
        instrumented = stack.enter_context(server(EXAMPLE, own | variables(stores, ports[0]) | sent))
        bare = stack.enter_context(server(BARE + EXAMPLE, own | variables(stores, ports[1])))
        costs = [compare(name, instrumented, bare, of) for name, of in (("An order", order), ("A signal", signal))]
        print(f"Resident memory: {instrumented.process.memory_info().rss >> 20} MiB against {bare.process.memory_info().rss >> 20} MiB")
        if not _Taken.bodies:
            raise RuntimeError("nothing was sent")
    return 1 if max(costs) > LIMIT_PERCENT else 0


if __name__ == "__main__":
    sys.exit(main())
