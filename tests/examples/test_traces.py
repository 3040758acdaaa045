"""Traces of the example as a process: a real PostgreSQL, Redis, exchange and OTLP endpoint, and what must not be in them."""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.data_stores import TOKEN, Stores
from tests.examples.container import WEBHOOK_SECRET
from tests.examples.exchange.running import FakeExchange, exchange_running
from tests.examples.otlp_sink import SECRET, Sink, attributes, listening
from tests.examples.running import Example, running

pytestmark = pytest.mark.local_cloud

HEADERS = {"X-Webhook-Secret": WEBHOOK_SECRET}
PLANTED = "planted-secret-0123456789"
TASK_MEGABYTES = 1024
"""Memory of the smallest task of an environment (config/environments.py)."""


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening(Sink()) as made:
        yield made


@pytest.fixture(scope="module")
def exchange() -> Iterator[FakeExchange]:
    with exchange_running() as made:
        yield made


@pytest.fixture
def variables(environment: dict[str, str], sink: Sink, exchange: FakeExchange) -> dict[str, str]:
    """A traced task that trades on the made-up exchange what the webhook asks for."""
    exchange.switch()
    planted = {"EXCHANGE_URL": exchange.url, "EXCHANGE_API_KEY": f"{PLANTED}-exchange", "LLM_API_KEY": f"{PLANTED}-llm"}
    return environment | sink.variables() | planted | {"LLM_URL": exchange.url}


@pytest.fixture
def example(variables: dict[str, str], port: int) -> Iterator[Example]:
    with running(variables, port) as served:
        assert served.process.poll() is None, served.seen
        yield served


def signal(**more: object) -> dict[str, object]:
    return {"symbol": "BTCUSDT", "action": "buy", "quantity": "0.01", "id": uuid.uuid4().hex, **more}


def parent(trace: dict[str, object], name: str) -> str | None:
    """The name of a span's parent."""
    by_id = {each.span_id: each.name for each in trace.values()}  # type: ignore[attr-defined]
    return by_id.get(trace[name].parent_span_id)  # type: ignore[attr-defined]


def test_a_signal_is_one_trace_from_the_webhook_to_the_database(example: Example, sink: Sink) -> None:
    status, answer, _ = example.ask("POST", "/api/v1/webhook", signal(), HEADERS)
    assert (status, answer["outcome"]) == (202, "filled")
    root = sink.until("POST /api/v1/webhook")
    trace = sink.trace_of(root)
    assert {name: parent(trace, name) for name in trace} == {  # type: ignore[arg-type]
        "POST /api/v1/webhook": None,
        "SET signal": "POST /api/v1/webhook",
        "signal": "POST /api/v1/webhook",
        "SELECT orders": "signal",
        "strategy": "signal",
        "POST /v1/messages": "strategy",
        "risk": "signal",
        "GET /prices": "risk",
        "GET /account": "risk",
        "order": "signal",
        "INSERT orders": "order",
        "POST /orders": "order",
        "UPDATE orders": "order",
    }
    assert attributes(trace["order"]) == {
        "strategy": "webhook",
        "symbol": "BTCUSDT",
        "exchange": "http",
        "order_id": answer["order"],
        "status": "filled",
    }
    assert attributes(trace["POST /orders"])["exchange"] == "http"
    assert attributes(root) == {"http.request.method": "POST", "http.route": "/api/v1/webhook", "http.response.status_code": "202"}
    assert {len(span.trace_id) for span in sink.spans} == {16}
    assert sink.resources[0].items() >= {"service.name": "tradingbot", "deployment.environment.name": "production"}.items()
    assert sink.refused == []


def test_the_log_has_the_id_of_the_trace(example: Example, sink: Sink) -> None:
    example.ask("POST", "/api/v1/webhook", signal(), HEADERS)
    line = example.line(message="ORDER filled")
    assert line["trace_id"] == sink.until("POST /api/v1/webhook").trace_id.hex()


def test_health_checks_are_not_traced(example: Example, sink: Sink) -> None:
    example.ask("GET", "/api/v1/health")
    example.ask("GET", "/api/v1/orders")
    sink.until("GET /api/v1/orders")
    assert not [span.name for span in sink.spans if "health" in span.name]


def test_a_caller_neither_chooses_a_trace_nor_learns_of_one(example: Example, sink: Sink) -> None:
    own = "0af7651916cd43dd8448eb211c80319c"
    _, _, headers = example.ask("GET", "/api/v1/orders", headers={"traceparent": f"00-{own}-b7ad6b7169203331-01"})
    span = sink.until("GET /api/v1/orders")
    assert span.trace_id.hex() != own
    assert span.parent_span_id == b""
    assert span.trace_id.hex() not in str(headers)


def test_no_secret_of_request_environment_or_error_is_in_any_exported_byte(
    example: Example, sink: Sink, exchange: FakeExchange, stores: Stores
) -> None:
    example.ask("POST", f"/api/v1/webhook?key={PLANTED}", signal(secret=PLANTED, id=PLANTED), {**HEADERS, "Cookie": PLANTED})
    example.ask("POST", "/api/v1/webhook", signal(action=PLANTED), {"X-Webhook-Secret": PLANTED, "X-Amzn-Trace-Id": PLANTED})
    example.ask("POST", "/api/v1/webhook", signal(symbol="PLANTEDSECRET012345"), {**HEADERS, "User-Agent": PLANTED})
    example.ask("GET", f"/api/v1/signals/{PLANTED}", headers={"Authorization": f"Bearer {PLANTED}"})
    example.ask("GET", f"/{PLANTED}/{PLANTED}")
    example.ask(PLANTED, "/api/v1/orders")
    exchange.switch(error_status=503)
    assert example.ask("POST", "/api/v1/webhook", signal(), HEADERS)[0] == 502
    with stores.connect() as holder:
        holder.execute("ALTER TABLE orders ADD CONSTRAINT planted CHECK (quantity <> 0.7) NOT VALID")
        holder.commit()
        try:
            exchange.switch()
            broken = {"client_order_id": uuid.uuid4().hex, "symbol": "BTCUSDT", "side": "buy", "quantity": "0.7"}
            assert example.ask("POST", "/api/v1/orders", broken)[0] == 500
        finally:
            holder.execute("ALTER TABLE orders DROP CONSTRAINT planted")
            holder.commit()
    sink.until("POST /api/v1/orders")
    assert example.end() == 0
    failed = {attributes(span).get("error.type") for span in sink.spans} - {None}
    assert {"CheckViolation", "503"} <= failed, "errors are told by their class"
    sent = b"".join(sink.bodies)
    secrets = stores.secret()
    for text in (PLANTED, PLANTED.upper(), "PLANTEDSECRET", WEBHOOK_SECRET, secrets["password"], TOKEN, SECRET, "127.0.0.1", "planted"):
        assert text.encode() not in sent, text
    assert b"webhook" in sent, "otherwise nothing was looked through"


@pytest.mark.parametrize("way", ["nobody listens", "it refuses", "it does not answer", "no credentials"])
def test_an_endpoint_that_fails_costs_a_line_of_the_log_and_no_request(
    variables: dict[str, str], port: int, sink: Sink, way: str, tmp_path: Path
) -> None:
    match way:
        case "nobody listens":
            variables = variables | {
                f"OTEL_EXPORTER_OTLP_{each}_ENDPOINT": f"http://127.0.0.1:1/v1/{each.lower()}" for each in ("TRACES", "METRICS")
            }
        case "it refuses":
            sink.status = 403
        case "it does not answer":
            sink.hang_seconds = 60
        case _:
            without = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
            variables = {name: value for name, value in variables.items() if name not in without} | {"HOME": str(tmp_path)}
    with running(variables, port) as example:
        started = time.monotonic()
        assert {example.ask("POST", "/api/v1/webhook", signal(), HEADERS)[0] for _ in range(5)} == {202}
        assert time.monotonic() - started < 10
        if way != "it does not answer":
            assert example.line(level="WARNING")["message"].startswith("Telemetry is not sent")
        time.sleep(3)
        started = time.monotonic()
        assert example.end() == 0
        assert time.monotonic() - started < 15, "ECS would kill it"
    lines = [text for text in example.seen if "Telemetry is not sent" in text]
    assert len(lines) == len({text.partition('"of"')[2] for text in lines}), "a line for each kind of trouble"
    assert len(lines) < 10
    assert not [text for text in example.seen if '"level": "ERROR"' in text], "the error alarm would ring"


@pytest.mark.parametrize(
    "wrong",
    [
        {"OTEL_TRACES_SAMPLER_ARG": "much"},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "no address", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "no address"},
        {"OTEL_METRIC_EXPORT_INTERVAL": "often"},
        {"TRADING_METRICS": "emf"},
        {"OTEL_PYTHON_FASTAPI_EXCLUDED_URLS": "("},
    ],
    ids=["sampler", "endpoint", "interval", "no namespace", "excluded"],
)
def test_wrong_variables_of_telemetry_do_not_keep_it_from_starting(variables: dict[str, str], port: int, wrong: dict[str, str]) -> None:
    with running(variables | wrong, port) as example:
        assert example.ask("POST", "/api/v1/webhook", signal(), HEADERS)[0] == 202
        assert example.end() == 0


def test_what_waits_is_sent_before_the_process_ends(variables: dict[str, str], port: int, sink: Sink) -> None:
    slow = variables | {"OTEL_BSP_SCHEDULE_DELAY": "600000", "OTEL_METRIC_EXPORT_INTERVAL": "600000"}
    with running(slow, port) as example:
        example.ask("POST", "/api/v1/webhook", signal(), HEADERS)
        assert sink.spans == []
        assert example.end() == 0
    assert "order" in {span.name for span in sink.spans}
    assert "trading_orders_total" in {metric.name for metric in sink.metrics}


def test_its_memory_fits_the_task(example: Example, sink: Sink) -> None:
    for _ in range(50):
        example.ask("POST", "/api/v1/webhook", signal(), HEADERS)
    sink.until("POST /api/v1/webhook")
    assert psutil.Process(example.process.pid).memory_info().rss < TASK_MEGABYTES / 4 * 2**20


def test_with_telemetry_off_nothing_is_sent(environment: dict[str, str], port: int, sink: Sink, exchange: FakeExchange) -> None:
    off = {"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none", "TRADING_METRICS": "off"}
    with running(environment | sink.variables() | off | {"EXCHANGE_URL": exchange.url}, port) as example:
        example.ask("POST", "/api/v1/webhook", signal(), HEADERS)
        assert example.end() == 0
    assert sink.bodies == []
