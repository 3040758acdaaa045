"""What traces and metrics cost examples/api: processor time of a request with them and without, in turn, on a real PostgreSQL and Redis.

Both servers of a pair run at once and are asked in turn, so that a noisy machine disturbs both alike. Without: spans and metrics are
replaced by nothing, before the application is made. With: as production traces and counts, both sent signed to an endpoint on this
machine. Throughput of a server that is busy is the inverse of its processor time, which other programs disturb least.

Of two processes of the same program one can be 6 % faster than the other for as long as they live: where their memory lies decides.
So there are many pairs of processes, and the result is the mean over the pairs. Metrics are sent four times as often as in
production: otherwise no sending would fall into a measurement. It makes telemetry look dearer by a fifth of a percent.
"""

import http.client
import http.server
import json
import math
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.data_stores import DATABASE, TOKEN, USER, Stores, deploy, template
from tests.examples.container import authority_of
from tests.examples.running import DIRECTORY, free_port, of_this_machine
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.telemetry import telemetry_variables
from tradingbot_infra.local_cloud.server import running

PAIRS = 20
TURNS = 20
"""Turns of each server for each kind of request. Short ones: what slows the machine down for a second then slows down both."""

REQUESTS = 5
CLIENTS = 4
TRACE_SECONDS, METRIC_SECONDS = 5, 15
"""Between two sendings. Of traces it is OpenTelemetry's default."""

REGION = "ap-southeast-2"
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
        """Processor time so far. The clock of another process has this number in Linux, and counts nanoseconds; /proc counts hundredths."""
        return time.clock_gettime((~self.process.pid << 3) | 2)


Seconds = tuple[float, float]
"""Of a request to the instrumented server and to the bare one."""


def variables(stores: Stores, port: int) -> dict[str, str]:
    """What the example needs."""
    secret = stores.secret()
    host, database_port = stores.outputs["Host"], stores.outputs["Port"]
    return {
        **of_this_machine(stores.cloud.endpoint),
        "AWS_REGION": REGION,
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
    """What production's container gets, but for the endpoints, which are a port of this machine, and the interval of metrics."""
    config = load_config("production")
    found = telemetry_variables(
        tracing=config.telemetry.tracing,
        sample_percent=config.telemetry.trace_sample_percent,
        metrics=config.telemetry.metrics,
        interval_seconds=METRIC_SECONDS,
        service=config.names.service_name("service"),
        environment=config.environment,
        namespace=config.names.trading_namespace,
        region=REGION,
        untraced_path=config.load_balancer.health_check_path,
    )
    ours = {f"OTEL_EXPORTER_OTLP_{kind.upper()}_ENDPOINT": f"http://127.0.0.1:{port}/v1/{kind}" for kind in ("traces", "metrics")}
    return {**found, **ours}


class _Taken(http.server.BaseHTTPRequestHandler):
    """An endpoint that takes everything."""

    protocol_version = "HTTP/1.1"
    traces = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).traces += self.path == "/v1/traces"
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


def turn(of: Server, request: Callable[[int], tuple[str, object]]) -> None:
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

    with ThreadPoolExecutor(CLIENTS) as clients:
        for done in [clients.submit(client) for _ in range(CLIENTS)]:
            done.result()


def warm_up(instrumented: Server, bare: Server) -> None:
    """Asks both until traces were sent: what a process does once, such as finding credentials, is no cost of a request."""
    sent, deadline = _Taken.traces, time.monotonic() + 60
    while _Taken.traces == sent:
        if time.monotonic() > deadline:
            raise RuntimeError("no traces were sent")
        for each in (instrumented, bare):
            for request in (order, signal):
                turn(each, request)


def block(instrumented: Server, bare: Server, request: Callable[[int], tuple[str, object]]) -> Seconds:
    """Processor time of a request, until its traces are sent; a different server first each time."""
    servers = instrumented, bare
    before = [server.seconds() for server in servers]
    for number in range(TURNS):
        for each in servers if number % 2 else reversed(servers):
            turn(each, request)
    time.sleep(TRACE_SECONDS + 1)
    count = TURNS * CLIENTS * REQUESTS
    ours, theirs = ((server.seconds() - earlier) / count for server, earlier in zip(servers, before, strict=True))
    return ours, theirs


def both(of: tuple[Seconds, Seconds]) -> Seconds:
    """As many requests of one kind as of the other."""
    (order_ours, order_theirs), (signal_ours, signal_theirs) = of
    return order_ours + signal_ours, order_theirs + signal_theirs


def report(name: str, pairs: list[Seconds]) -> float:
    """Prints what instrumenting costs, in percent of throughput; the mean over the pairs, of logarithms, which favour neither side."""
    ratios = [math.log(ours / theirs) for ours, theirs in pairs]
    mean, error = 100 * (1 - math.exp(-statistics.mean(ratios))), 100 * statistics.stdev(ratios) / len(ratios) ** 0.5
    costs = [100 * (1 - math.exp(-ratio)) for ratio in ratios]
    ours, theirs = (statistics.mean(side) * 1e6 for side in zip(*pairs, strict=True))
    print(
        f"{name}: {mean:.1f} % of throughput (standard error {error:.1f}; pairs from {min(costs):.1f} to {max(costs):.1f}); "
        f"{ours:.0f} against {theirs:.0f} microseconds of processor time"
    )
    return mean


def measure(stores: Stores, sent: dict[str, str], *, instrumented_first: bool) -> tuple[Seconds, Seconds, float]:
    """An order and a signal on two new processes, and the MiB of memory that the instrumented one needs more."""
    # Equal hashes in a pair, or one process has better luck with its dictionaries than the other.
    own = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": str(secrets.randbelow(2**32)), "PATH": os.environ["PATH"]}
    programs = {EXAMPLE: sent, BARE + EXAMPLE: {}}
    with ExitStack() as stack:
        # A different one first each time: what a machine gives to the first is not what it gives to the second.
        order_of_start = list(programs) if instrumented_first else list(reversed(programs))
        servers = {
            program: stack.enter_context(server(program, own | variables(stores, free_port()) | programs[program]))
            for program in order_of_start
        }
        instrumented, bare = (servers[program] for program in programs)
        warm_up(instrumented, bare)
        of_order, of_signal = (block(instrumented, bare, request) for request in (order, signal))
        more = instrumented.process.memory_info().rss - bare.process.memory_info().rss
        return of_order, of_signal, more / 2**20


def main() -> int:
    """Compares both ways; 1 if the mean is above the limit."""
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        cloud = stack.enter_context(running(Path(directory), data_stores=True))
        stores = deploy(cloud, "bench", template())
        sink = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Taken)
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        sent, measured = telemetry(sink.server_address[1]), []
        for number in range(PAIRS):
            print(f"Pair {number + 1} of {PAIRS}, half a minute each", file=sys.stderr)
            measured.append(measure(stores, sent, instrumented_first=number % 2 == 0))
    print(f"Instrumenting examples/api, {PAIRS} pairs of processes:")
    report("An order", [of_order for of_order, _, _ in measured])
    report("A signal", [of_signal for _, of_signal, _ in measured])
    cost = report("As many of one as of the other", [both((of_order, of_signal)) for of_order, of_signal, _ in measured])
    print(f"Memory: {statistics.mean(more for _, _, more in measured):.0f} MiB more. At most {LIMIT_PERCENT:g} % of throughput is allowed.")
    return 1 if cost > LIMIT_PERCENT else 0


if __name__ == "__main__":
    sys.exit(main())
