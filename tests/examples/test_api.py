"""The example by itself: a real server process against a real PostgreSQL and Redis."""

import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.data_stores import Stores
from tests.examples.container import WEBHOOK_SECRET
from tests.examples.running import ADDRESS, DIRECTORY, PATIENCE_SECONDS, Example, running, until
from tradingbot_infra.design.log_lines import ERROR_PATTERNS
from tradingbot_infra.local_cloud.services.filter_patterns import matcher

pytestmark = pytest.mark.local_cloud


@pytest.fixture
def example(environment: dict[str, str], port: int) -> Iterator[Example]:
    """The example, serving."""
    with running(environment, port) as served:
        assert served.process.poll() is None, served.seen
        yield served


def new_order() -> dict[str, str]:
    return {"client_order_id": uuid.uuid4().hex, "symbol": "BTCUSDT", "side": "buy", "quantity": "0.5"}


def test_it_serves_its_health_and_its_documentation(example: Example) -> None:
    assert example.ask("GET", "/api/v1/health")[:2] == (200, {"status": "ok"})
    status, page, _ = example.ask("GET", "/docs")
    assert (status, "swagger" in page) == (200, True)


def test_every_line_is_json_with_a_level_and_a_request_has_id_and_duration(example: Example) -> None:
    _, _, headers = example.ask("GET", "/api/v1/orders", headers={"X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678"})
    line = example.line(message="request")
    assert (line["request_id"], line["status"], line["path"]) == ("Root=1-67891233-abcdef012345678912345678", 200, "/api/v1/orders")
    assert headers["x-request-id"] == line["request_id"]
    assert line["duration_ms"] > 0
    assert all("level" in json.loads(text) for text in example.seen)
    assert not [text for text in example.seen if '"logger": "psycopg.pool"' in text], "the pool has a line for each statement"


def test_an_order_that_is_sent_again_is_placed_once(example: Example) -> None:
    order = new_order()
    first, again = example.ask("POST", "/api/v1/orders", order), example.ask("POST", "/api/v1/orders", {**order, "quantity": "7"})
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    assert first[1] in example.ask("GET", "/api/v1/orders?limit=100")[1]


def test_a_signal_is_taken_from_who_knows_the_secret_in_a_header_or_in_the_body(example: Example) -> None:
    signal = {"symbol": "ETHUSDT", "action": "buy"}
    for headers in ({}, {"X-Webhook-Secret": ""}, {"X-Webhook-Secret": "made-up"}, {"X-Webhook-Secret": "m\xfcd"}):
        assert example.ask("POST", "/api/v1/webhook", signal, headers)[0] == 401
    assert example.ask("POST", "/api/v1/webhook", signal, {"X-Webhook-Secret": WEBHOOK_SECRET})[0] == 202
    assert example.ask("POST", "/api/v1/webhook", {**signal, "action": "sell", "secret": WEBHOOK_SECRET})[0] == 202
    assert example.ask("GET", "/api/v1/signals/ETHUSDT")[1] == {"symbol": "ETHUSDT", "action": "sell"}
    assert example.ask("GET", "/api/v1/signals/NOSUCH")[0] == 404
    assert not any(WEBHOOK_SECRET in text for text in example.seen)


def test_a_signal_is_seen_by_every_task(example: Example, stores: Stores) -> None:
    example.ask("POST", "/api/v1/webhook", {"symbol": "SOLUSDT", "action": "buy"}, {"X-Webhook-Secret": WEBHOOK_SECRET})
    with stores.redis(decode_responses=True) as client:
        assert client.get("signal:SOLUSDT") == "buy"


def test_behind_the_load_balancer_it_redirects_to_https_and_sees_the_client_that_the_load_balancer_saw(example: Example) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "6.6.6.6, 203.0.113.9", "Host": "api.example.com"}
    status, _, headers = example.ask("GET", "/api/v1/orders/", headers=forwarded)
    assert (status, headers["location"]) == (307, "https://api.example.com/api/v1/orders")
    assert example.line(path="/api/v1/orders/")["client"] == "203.0.113.9"


def test_from_elsewhere_those_headers_are_not_believed(environment: dict[str, str], port: int) -> None:
    with running({**environment, "FORWARDED_ALLOW_IPS": "10.0.0.0/24,10.0.1.0/24"}, port) as example:
        _, _, headers = example.ask("GET", "/api/v1/orders/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"})
        assert headers["location"].startswith("http://")
        assert example.line(path="/api/v1/orders/")["client"] == ADDRESS


@pytest.mark.parametrize(("seconds", "open_after_two"), [("1", False), ("65", True)])
def test_idle_connections_live_as_long_as_the_variable_says(
    environment: dict[str, str], port: int, seconds: str, open_after_two: bool
) -> None:
    with running({**environment, "UVICORN_TIMEOUT_KEEP_ALIVE": seconds}, port):
        connection = http.client.HTTPConnection(ADDRESS, port, timeout=2)
        connection.request("GET", "/api/v1/health")
        connection.getresponse().read()
        try:
            still_open = connection.sock.recv(1) != b""
        except TimeoutError:
            still_open = True
        connection.close()
    assert still_open is open_after_two


def test_sigterm_lets_an_open_request_finish_and_ends_with_zero(example: Example, stores: Stores) -> None:
    answers: list[int] = []
    with stores.connect() as holder:
        holder.execute("LOCK TABLE orders")
        request = threading.Thread(target=lambda: answers.append(example.ask("POST", "/api/v1/orders", new_order())[0]))
        request.start()
        until(lambda: _waits_for_a_lock(stores))
        ended = threading.Thread(target=example.end)
        ended.start()
        example.line(message="Shutting down")
        assert example.process.poll() is None
        holder.rollback()
    request.join(PATIENCE_SECONDS)
    ended.join(PATIENCE_SECONDS)
    assert (answers, example.process.returncode) == ([201], 0)


def test_a_rotation_loses_no_request_although_every_connection_must_log_in_again(example: Example, stores: Stores) -> None:
    statuses: list[int] = []

    def send() -> None:
        statuses.append(example.ask("POST", "/api/v1/orders", new_order())[0])

    # Requests go on while PostgreSQL has the new password already and the secret still the old one.
    _rotate(stores, meanwhile=send)
    for _ in range(5):
        _break_connections(stores)
        send()
    assert set(statuses) == {201}, example.seen
    line = example.line(message="The database refuses the credentials at hand: reading the secret again")
    assert line["level"] == "WARNING"


def test_an_application_that_does_not_read_again_loses_every_request_once_a_connection_must_be_opened(
    environment: dict[str, str], port: int, stores: Stores
) -> None:
    with running({name: value for name, value in environment.items() if name != "DATABASE_SECRET_ARN"}, port) as example:
        _rotate(stores)
        assert example.ask("POST", "/api/v1/orders", new_order())[0] == 201, "an open connection lives on"
        _break_connections(stores)
        assert example.ask("POST", "/api/v1/orders", new_order())[0] == 503


def test_a_database_that_does_not_answer_is_a_503_and_an_error_in_the_log(example: Example, stores: Stores) -> None:
    rds = stores.api("rds")
    rds.stop_db_instance(DBInstanceIdentifier=stores.instance)
    try:
        assert example.ask("GET", "/api/v1/orders")[0] == 503
        assert example.line(level="ERROR")["message"].startswith("The database does not answer: ")
        assert example.ask("GET", "/api/v1/health")[0] == 200, "a failover of RDS must not end every task"
    finally:
        rds.start_db_instance(DBInstanceIdentifier=stores.instance)
        rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=stores.instance, WaiterConfig={"Delay": 1})
    assert example.ask("POST", "/api/v1/orders", new_order())[0] == 201


@pytest.mark.parametrize("variable", ["DATABASE_URL", "WEBHOOK_SECRET"])
def test_a_missing_variable_ends_the_process_with_a_line_that_names_it(environment: dict[str, str], port: int, variable: str) -> None:
    with running({name: value for name, value in environment.items() if name != variable}, port) as example:
        assert example.process.wait(PATIENCE_SECONDS) == 1
        line = example.line(level="CRITICAL")
    assert variable in line["exception"]
    assert any(matcher(pattern)(json.dumps(line)) for pattern in ERROR_PATTERNS)


def test_the_image_needs_no_volume_and_runs_as_nobody_in_particular() -> None:
    text = (DIRECTORY / "Dockerfile").read_text(encoding="utf-8")
    assert "VOLUME" not in text
    assert "USER 1000:1000" in text


def _waits_for_a_lock(stores: Stores) -> bool:
    with stores.connect() as connection:
        found = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
    return found is not None and found[0] > 0


def _rotate(stores: Stores, meanwhile: Callable[[], None] = lambda: time.sleep(0.1)) -> None:
    before = stores.secret()
    stores.api("secretsmanager").rotate_secret(SecretId=stores.outputs["Secret"])

    def over() -> bool:
        meanwhile()
        return stores.secret() != before and _secret_status(stores) == "active"

    until(over)


def _secret_status(stores: Stores) -> str:
    (instance,) = stores.api("rds").describe_db_instances(DBInstanceIdentifier=stores.instance)["DBInstances"]
    return str(instance["MasterUserSecret"]["SecretStatus"])


def _break_connections(stores: Stores) -> None:
    with stores.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"
        )
