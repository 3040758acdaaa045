"""The example behind its load balancer: production, deployed by the real CDK CLI, with a real PostgreSQL and Redis.

The tests build on each other in order: each leaves a version that serves.
"""

import http.client
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from tests.conftest import PROJECT_ROOT
from tests.constant_requests import Requests
from tests.data_stores import require_programs
from tests.deployed import Deployed, Run, session_of
from tests.examples.exchange.running import FakeExchange, exchange_running
from tests.local_cloud.signing import send
from tests.operations.secrets.sample import values
from tests.operations.versions import serving, settle, until, version
from tradingbot_infra.cdk_cli.program import CdkResult
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.place import images_file
from tradingbot_infra.local_cloud.server import running
from tradingbot_infra.operations.live.load_balancer import read_load_balancer
from tradingbot_infra.operations.live.service import read_service, tasks

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
SCALE = 60.0
EXAMPLE = PROJECT_ROOT / "examples" / "api"
ASLEEP = "import time; time.sleep(1000)"
WITHOUT_HEALTH = """
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(500)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(("", 8001), Answer).serve_forever()
"""
READS_ONCE = """
import http.server, psycopg
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/api/v1/health" or self.connects() else 500)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def connects(self):
        try:
            return not psycopg.connect().close()
        except psycopg.OperationalError:
            return False
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(("", 8001), Answer).serve_forever()
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + WITHOUT_HEALTH.replace("500", "200")
VERSIONS: dict[str, dict[str, object]] = {
    "v1": {"directory": str(EXAMPLE)},
    "v2": {"directory": str(EXAMPLE)},
    "dies": {"command": ["python3", "-c", "raise SystemExit('no strategy is configured')"]},
    "unhealthy": {"command": ["python3", "-c", WITHOUT_HEALTH]},
    "slow": {"command": ["python3", "-c", ASLEEP]},
    "reads-once": {"command": ["python3", "-c", READS_ONCE]},
    "stubborn": {"command": ["python3", "-c", STUBBORN]},
}


@dataclass
class System:
    """The deployed production, and the CDK CLI that deployed it."""

    deployed: Deployed
    cdk: CdkCli

    def deploy(self, tag: str) -> CdkResult:
        """`cdk deploy --all` of an image."""
        return self.cdk.deploy("production", ("-c", f"image_tag={tag}"), capture=True)

    def repository(self, tag: str) -> str:
        """An image as the task definition names it."""
        session = self.deployed.session
        return f"{session.account}.dkr.ecr.{session.region}.amazonaws.com/{self.deployed.names.repository}:{tag}"

    def ask(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer, through the load balancer."""
        connection = http.client.HTTPConnection(self._door, timeout=30)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, body=text, headers={"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or "null")
        finally:
            connection.close()

    @property
    def _door(self) -> str:
        session = self.deployed.session
        return read_load_balancer(session, read_service(session, self.deployed.names).target_group_arn).address


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Production with version v1 of the example, on a local cloud of this module's."""
    require_programs()
    directory = tmp_path_factory.mktemp("example")
    images.add(images_file(directory), VERSIONS)
    with running(directory, time_scale=SCALE, data_stores=True) as cloud:
        cdk = CdkCli(PROJECT_ROOT, cloud, (REGION,), directory / "cdk.out")
        made = System(Deployed(cloud, load_config("production", {"image_tag": "v1"}), session_of(cloud)), cdk)
        for result in (cdk.bootstrap(capture=True), made.deploy("v1")):
            assert result.returncode == 0, result.text[-3000:]
        settle(made.deployed)
        yield made


def orders(system: System) -> Requests:
    """Orders that are placed through the load balancer, each with an id of its own."""
    run = time.monotonic_ns()

    def place(number: int) -> int:
        order = {"client_order_id": f"{run}-{number}", "symbol": "BTCUSDT", "side": "buy", "quantity": "1"}
        return system.ask("POST", "/api/v1/orders", order)[0]

    return Requests(place)


def messages(system: System) -> str:
    """What the service reports."""
    return "\n".join(event.message for event in read_service(system.deployed.session, system.deployed.names).events)


def reasons(system: System) -> set[str]:
    """Why tasks have stopped."""
    return {task.reason for task in tasks(system.deployed.session, system.deployed.names, status="STOPPED")}


def test_an_order_reaches_postgresql_and_a_signal_redis_through_the_load_balancer(system: System) -> None:
    secrets = values()
    for name, value in secrets.items():
        system.deployed.session.secretsmanager.put_secret_value(SecretId=system.deployed.names.secret(name), SecretString=value)
    ecs, names = system.deployed.session.ecs, system.deployed.names
    ecs.update_service(cluster=names.cluster, service=names.service, forceNewDeployment=True)
    settle(system.deployed)
    order = {"client_order_id": "first", "symbol": "BTCUSDT", "side": "buy", "quantity": "1"}
    assert system.ask("POST", "/api/v1/orders", order)[0] == 201
    assert system.ask("POST", "/api/v1/orders", order)[0] == 200, "an order that is sent again is placed once"
    signal = {"symbol": "BTCUSDT", "action": "buy"}
    assert system.ask("POST", "/api/v1/webhook", signal, {"X-Webhook-Secret": secrets["webhook-secret"]})[0] == 202
    assert system.ask("POST", "/api/v1/webhook", signal, {"X-Webhook-Secret": "made-up"})[0] == 401
    assert system.ask("GET", "/api/v1/signals/BTCUSDT")[0] == 200


def test_verify_finds_no_fault_and_cannot_check_three_items(system: System, run: Run) -> None:
    outcomes: dict[str, str] = {}

    def flow_log_has_delivered() -> bool:
        result = run("verify", *system.deployed.options, "-c", "image_tag=v1", "--json")
        outcomes.update({item["id"]: item["outcome"] for item in json.loads(result.stdout)["items"]})
        return outcomes["flow-log-active"] == "pass"

    until(flow_log_has_delivered)
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "pass"} == {
        "alarms-heard": "not_checkable",  # nobody can click a link in a mail that is not sent
        "account-alarms": "not_checkable",  # nor in this one
        "https-set": "not_checkable",  # ACM keeps the private keys of its certificates
    }


def test_one_off_tasks_reach_the_data_stores_with_the_services_roles_and_are_no_targets(system: System, run: Run) -> None:
    options = system.deployed.options
    before = serving(system.deployed)
    migration = "import psycopg; print(psycopg.connect().execute('SELECT client_order_id FROM orders').fetchall())"
    result = run("run", *options, "--", "python", "-c", migration)
    assert (result.exit_code, result.stdout) == (0, "[('first',)]\n"), result.output
    assert run("db", "query", "SELECT client_order_id FROM orders", "--csv", *options).stdout == "client_order_id\nfirst\n"
    assert run("redis", "cli", "PING", *options).stdout == "PONG\n"
    system.deployed.session.s3.create_bucket(Bucket="dumps", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-2"})
    result = run("db", "dump", "--to", "s3://dumps/production", *options)
    assert (result.exit_code, result.stdout) == (0, "s3://dumps/production\n"), result.output
    assert serving(system.deployed) == before


def test_a_rolling_deployment_fails_no_request(system: System) -> None:
    constant = orders(system)
    with constant.going_on():
        result = system.deploy("v2")
        assert result.returncode == 0, result.text[-3000:]
        settle(system.deployed)
        until(lambda: not leaving(system))
    assert set(constant.answers) == {"201"}, constant.answers
    assert constant.answers["201"] > 100
    running_images = {task.image.rpartition(":")[2] for task in tasks(system.deployed.session, system.deployed.names, status="RUNNING")}
    assert running_images == {"v2"}


def leaving(system: System) -> list[str]:
    """The tasks that have not stopped yet, although they should."""
    stopping = tasks(system.deployed.session, system.deployed.names, status="STOPPED")
    return [task.id for task in stopping if task.status != "STOPPED"]


def rotate(system: System) -> None:
    """Rotates the master password, and waits until the secret has the new one."""
    session = system.deployed.session
    (database,) = session.rds.describe_db_instances(DBInstanceIdentifier=system.deployed.names.database)["DBInstances"]
    secret = database["MasterUserSecret"]["SecretArn"]
    before = session.secretsmanager.get_secret_value(SecretId=secret)["SecretString"]
    session.secretsmanager.rotate_secret(SecretId=secret)
    until(lambda: session.secretsmanager.get_secret_value(SecretId=secret)["SecretString"] != before)


def running_now(system: System) -> set[str]:
    """The tasks that should run."""
    return {task.arn for task in tasks(system.deployed.session, system.deployed.names, status="RUNNING")}


def until_replaced(system: System, before: set[str]) -> None:
    """Waits until none of the tasks is left and the service is steady; nobody does anything."""
    until(lambda: not before & running_now(system))
    settle(system.deployed)
    until(lambda: not leaving(system))


def test_after_a_rotation_every_task_is_replaced_and_an_application_that_reads_again_fails_no_request(system: System) -> None:
    before = running_now(system)
    constant = orders(system)
    with constant.going_on():
        rotate(system)
        until_replaced(system, before)
    assert set(constant.answers) == {"201"}, constant.answers
    after = running_now(system)
    assert len(after) == len(before)
    time.sleep(3 * 60 / SCALE)
    assert running_now(system) == after, "it is done once"


def test_an_application_that_reads_the_password_once_recovers_from_a_rotation_by_itself(system: System) -> None:
    with version(system.deployed, image=system.repository("reads-once")):
        settle(system.deployed)
        before = running_now(system)
        assert system.ask("GET", "/api/v1/orders")[0] == 200
        rotate(system)
        until(lambda: system.ask("GET", "/api/v1/orders")[0] == 500)
        until_replaced(system, before)
        assert {system.ask("GET", "/api/v1/orders")[0] for _ in range(10)} == {200}


def test_a_rotation_does_not_start_a_service_that_was_stopped(system: System, run: Run) -> None:
    assert run("scale", "--tasks", "0", "--yes", *system.deployed.options).exit_code == 0
    until(lambda: not running_now(system))
    rotate(system)
    time.sleep(3 * 60 / SCALE)
    assert running_now(system) == set()
    assert run("scale", "--reset", "--yes", *system.deployed.options).exit_code == 0
    settle(system.deployed)


def test_a_version_that_dies_is_rolled_back_by_ecs_and_cloudformation_and_fails_no_request(system: System, run: Run) -> None:
    constant = orders(system)
    with constant.going_on():
        result = system.deploy("dies")
        assert result.returncode == 1
        settle(system.deployed)
    assert "ECS Deployment Circuit Breaker was triggered" in result.text
    assert set(constant.answers) == {"201"}, constant.answers
    diagnosis = run("doctor", "tasks-pending", *system.deployed.options, "-c", "image_tag=v2").stdout
    assert "The newest deployment failed, and ECS rolled it back" in diagnosis
    assert "exit code 1" in diagnosis
    newest = max(
        (task for task in tasks(system.deployed.session, system.deployed.names, status="STOPPED") if task.exit_code == 1),
        key=lambda task: task.stopped_at or datetime.min.replace(tzinfo=UTC),
    )
    lines = run("logs", "--task", newest.id, "--since", "1h", *system.deployed.options).stdout
    assert "no strategy is configured" in lines, "what doctor advises to run shows why the container died"


@pytest.mark.parametrize(("tag", "words"), [("unhealthy", "500"), ("slow", "Health checks failed")])
def test_a_version_that_is_never_healthy_is_stopped_with_the_words_that_doctor_reads(system: System, tag: str, words: str) -> None:
    before = messages(system)
    with version(system.deployed, image=system.repository(tag), without_container_check=True, grace_seconds=3):
        until(lambda: "rolling back to deployment" in messages(system).replace(before, ""))
    told = messages(system).replace(before, "")
    assert f"is unhealthy in (target-group {read_service(system.deployed.session, system.deployed.names).target_group_arn})" in told
    assert words in told
    assert any(reason.startswith("Task failed ELB health checks in (target-group ") for reason in reasons(system))
    assert system.ask("GET", "/api/v1/health")[0] == 200


def test_a_task_drains_for_the_delay_gets_sigterm_and_is_killed_after_its_stop_timeout(system: System) -> None:
    session, names, config = system.deployed.session, system.deployed.names, system.deployed.config
    group = read_service(session, names).target_group_arn
    attributes = {each["Key"]: each["Value"] for each in session.elbv2.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]}
    delay = int(attributes.get("deregistration_delay.timeout_seconds", "300"))
    with version(system.deployed, image=system.repository("stubborn")):
        settle(system.deployed)
        stubborn = {task.arn for task in tasks(session, names, status="RUNNING")}
    until(lambda: not leaving(system))
    found = session.ecs.describe_tasks(cluster=names.cluster, tasks=sorted(stubborn))["tasks"]
    for task in found:
        took = (task["stoppedAt"] - task["stoppingAt"]).total_seconds()
        assert task["containers"][0]["exitCode"] == 137
        assert took >= (delay + config.task.stop_timeout_seconds) / SCALE


@pytest.fixture(scope="module")
def exchange(system: System) -> Iterator[FakeExchange]:
    """The made-up exchange, on which the service trades by itself; it sends each trace, and metrics every second."""
    for name, value in values().items():
        system.deployed.session.secretsmanager.put_secret_value(SecretId=system.deployed.names.secret(name), SecretString=value)
    with exchange_running(period_seconds=30) as made:
        trades = {
            "STRATEGIES": "momentum",
            "EXCHANGE_URL": made.url,
            "OTEL_TRACES_SAMPLER_ARG": "1.0",
            "OTEL_METRIC_EXPORT_INTERVAL": "1000",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        with version(system.deployed, variables=trades):
            settle(system.deployed)
            yield made


def said(system: System, run: Run, *words: str) -> Any:
    """What a command prints as JSON, whatever it finds."""
    result = run(*words, *system.deployed.options, "-c", "image_tag=v2", "-c", "price_age_alarm_seconds=5", "--json")
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout)


def causes(system: System, run: Run, symptom: str) -> dict[str, str]:
    """What `doctor` finds, by its id."""
    (found,) = said(system, run, "doctor", symptom)["symptoms"]
    return {cause["id"]: " ".join((cause["title"], *cause["evidence"], *cause["fix"])) for cause in found["causes"]}


def signalled(system: System) -> str:
    """The id of an order that the webhook placed."""
    signal = {"symbol": "BTCUSDT", "action": "buy", "quantity": "0.001"}
    secret = system.deployed.session.secretsmanager.get_secret_value(SecretId=system.deployed.names.secret("webhook-secret"))
    status, answer = system.ask("POST", "/api/v1/webhook", signal, {"X-Webhook-Secret": secret["SecretString"]})
    assert (status, answer["outcome"]) == (202, "filled")
    return str(answer["order"])


def sent(system: System, name: str, value: float, *, seconds_ago: float = 0, **labels: str) -> None:
    """Another process of production sent a value."""
    message = ExportMetricsServiceRequest()
    metric = message.resource_metrics.add().scope_metrics.add().metrics.add(name=name)
    point = metric.gauge.data_points.add(as_double=value, time_unix_nano=int((time.time() - seconds_ago) * 1e9))
    for label, text in {"environment": "production", **labels}.items():
        point.attributes.add(key=label).value.string_value = text
    headers = {"Content-Type": "application/x-protobuf"}
    url = f"{system.deployed.cloud.endpoint}/v1/metrics"
    assert send(url, message.SerializeToString(), service="monitoring", headers=headers).status == 200


@pytest.mark.usefixtures("exchange")
def test_status_and_open_show_what_the_application_sends_of_its_trading(system: System, run: Run) -> None:
    shown: dict[str, Any] = {}

    def it_trades() -> bool:
        shown.update(said(system, run, "status")["trading"])
        return any(each["last_order"] and each["realized"] is not None for each in shown["strategies"])

    until(it_trades)
    (momentum,) = [each for each in shown["strategies"] if each["name"] == "momentum"]
    assert abs((datetime.now(UTC) - datetime.fromisoformat(momentum["heartbeat"])).total_seconds()) < 60
    assert 90_000 < shown["equity"] < 110_000
    assert shown["lease_holders"] == 1
    for words in (("status",), ("open", "trading", "--print")):
        result = run(*words, *system.deployed.options, "-c", "image_tag=v2")
        (row,) = [line.split() for line in result.stdout.splitlines() if line.split()[:1] == ["momentum"]]
        assert row[2:4] == ["s", "ago"]
        assert "USD" in row, result.stdout


@pytest.mark.usefixtures("exchange")
def test_logs_of_an_order_are_its_lines_and_those_of_its_request(system: System, run: Run) -> None:
    order, other = signalled(system), signalled(system)
    lines: list[dict[str, Any]] = []

    def logged() -> bool:
        result = run("logs", "--order", order, "--json", *system.deployed.options)
        lines[:] = [json.loads(json.loads(line)["message"]) for line in result.stdout.splitlines()]
        return {"SIGNAL taken", "ORDER filled", "request"} <= {line["message"] for line in lines}

    until(logged)
    (filled,) = [line for line in lines if line["message"] == "ORDER filled"]
    assert (filled["client_order_id"], filled["strategy"]) == (order, "webhook")
    assert {line["request_id"] for line in lines} == {filled["request_id"]}
    assert other not in str(lines)
    traced = run("logs", "--trace", filled["trace_id"], "--json", *system.deployed.options).stdout
    assert order in traced
    assert other not in traced
    nothing = run("logs", "--order", "made-up", *system.deployed.options)
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    refused = run("logs", "--order", 'x") || ($.level = "*', *system.deployed.options)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.endswith(": is no id; allowed: up to 64 letters, digits and _.:-\n")


def test_doctor_names_a_stream_that_is_dead_and_a_strategy_that_hangs(system: System, run: Run, exchange: FakeExchange) -> None:
    until(lambda: "price-stale" not in causes(system, run, "strategy-silent"))
    assert "heartbeat-old" not in causes(system, run, "strategy-silent")
    exchange.switch(prices_stop=True)
    # What a process still sends whose strategy hangs since ten minutes.
    sent(system, "trading_heartbeat_timestamp_seconds", time.time() - 600, strategy="grid")
    until(lambda: {"price-stale", "heartbeat-old"} <= set(causes(system, run, "strategy-silent")))
    found = causes(system, run, "strategy-silent")
    exchange.switch()
    assert "BTCUSDT on http" in found["price-stale"]
    assert found["heartbeat-old"].startswith("No heartbeat: grid grid: ")


def test_doctor_names_the_exchange_when_it_is_slow(system: System, run: Run, exchange: FakeExchange) -> None:
    assert "slow-exchange" not in causes(system, run, "slow")
    exchange.switch(delay_seconds=3)
    signalled(system)
    exchange.switch()
    until(lambda: "slow-exchange" in causes(system, run, "slow"))
    found = causes(system, run, "slow")["slow-exchange"]
    assert "Slow requests spend their time in this part: exchange" in found
    assert "POST /orders: " in found
    assert "tradingbot logs --trace " in found


@pytest.mark.usefixtures("exchange")
def test_verify_measures_the_service_levels(system: System, run: Run) -> None:
    sent(system, "trading_price_age_seconds", 1.0, seconds_ago=180, exchange="http", symbol="BTCUSDT")
    levels: dict[str, Any] = {}

    def measured() -> bool:
        levels.update({each["name"]: each for each in said(system, run, "verify", "--slo")["levels"]})
        return bool(levels["freshness"]["outcome"] != "not_assessed")

    until(measured)
    assert set(levels) == {"availability", "latency", "freshness"}
    assert levels["freshness"]["total"] >= 1
