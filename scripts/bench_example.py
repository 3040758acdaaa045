"""What traces and metrics cost examples/api: processor time of a request with them and without, in turn, on a real PostgreSQL and Redis.

Both servers run all the time and are asked in turn, so that a noisy machine disturbs both alike. Without: spans and metrics are
replaced by nothing, before the application is made. With: as production traces and counts, both sent signed to an endpoint on this
machine. Throughput of a server that is busy is the inverse of its processor time, which other programs disturb least.
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

BLOCKS = 20
TURNS = 10
"""Turns of each server in a block. Short ones: what slows the machine down for a second then slows down both."""

REQUESTS = 20
CLIENTS = 4
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


@dataclass(frozen=True)
class Cost:
    """Of a request in one block: processor time, with what is sent between turns, and time by the clock."""

    cpu: float
    wall: float


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
    """What production's container gets, but for the endpoints: they are a port of this machine."""
    config = load_config("production")
    found = telemetry_variables(
        tracing=config.telemetry.tracing,
        sample_percent=config.telemetry.trace_sample_percent,
        metrics=config.telemetry.metrics,
        interval_seconds=config.telemetry.metrics_interval_seconds,
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


def turn(of: Server, request: Callable[[int], tuple[str, object]]) -> float:
    """Asks a server by several clients at once; the seconds that it takes."""

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
        started = time.perf_counter()
        for done in [clients.submit(client) for _ in range(CLIENTS)]:
            done.result()
        return time.perf_counter() - started


def block(servers: tuple[Server, Server], request: Callable[[int], tuple[str, object]]) -> tuple[Cost, Cost]:
    """Both servers in turn, a different one first each time."""
    before = [server.seconds() for server in servers]
    walls = dict.fromkeys(servers, 0.0)
    for number in range(TURNS):
        for each in servers if number % 2 else reversed(servers):
            walls[each] += turn(each, request)
    count = TURNS * CLIENTS * REQUESTS
    one, other = (
        Cost((server.seconds() - earlier) / count, walls[server] / count) for server, earlier in zip(servers, before, strict=True)
    )
    return one, other


def compare(name: str, instrumented: Server, bare: Server, request: Callable[[int], tuple[str, object]]) -> tuple[float, float]:
    """Prints what instrumenting costs, in percent of throughput; processor time with and without it."""
    block((instrumented, bare), request)
    blocks = [block((instrumented, bare), request) for _ in range(BLOCKS)]
    low, _, high = statistics.quantiles([100 * (1 - other.cpu / one.cpu) for one, other in blocks], n=4)
    ours, theirs = (sum(cost.cpu for cost in side) for side in zip(*blocks, strict=True))
    our_wall, their_wall = (sum(cost.wall for cost in side) for side in zip(*blocks, strict=True))
    print(
        f"{name}: instrumenting costs {100 * (1 - theirs / ours):.1f} % of throughput by processor time "
        f"(quartiles of {BLOCKS} blocks {low:.1f} to {high:.1f}), {100 * (1 - their_wall / our_wall):.1f} % by the clock; "
        f"{ours / BLOCKS * 1e6:.0f} against {theirs / BLOCKS * 1e6:.0f} microseconds a request"
    )
    return ours, theirs


def main() -> int:
    """Compares both ways; 1 if they cost more than the limit together: one alone differs by some percent from run to run."""
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        cloud = stack.enter_context(running(Path(directory), data_stores=True))
        stores = deploy(cloud, "bench", template())
        sink = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Taken)
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        ports = free_port(), free_port()
        # Equal hashes, or one process has better luck with its dictionaries than the other.
        own = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PATH": os.environ["PATH"]}
        sent = telemetry(sink.server_address[1])
        instrumented = stack.enter_context(server(EXAMPLE, own | variables(stores, ports[0]) | sent))
        bare = stack.enter_context(server(BARE + EXAMPLE, own | variables(stores, ports[1])))
        times = [compare(name, instrumented, bare, of) for name, of in (("An order", order), ("A signal", signal))]
        print(f"Resident memory: {instrumented.process.memory_info().rss >> 20} MiB against {bare.process.memory_info().rss >> 20} MiB")
        if not _Taken.bodies:
            raise RuntimeError("nothing was sent")
    ours, theirs = (sum(side) for side in zip(*times, strict=True))
    cost = 100 * (1 - theirs / ours)
    print(f"As many of one as of the other: {cost:.1f} %; at most {LIMIT_PERCENT:g} %")
    return 1 if cost > LIMIT_PERCENT else 0


if __name__ == "__main__":
    sys.exit(main())
