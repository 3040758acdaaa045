"""What ECS hears of a new version that answers well, badly, late, or not at all."""

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tradingbot_infra.config.settings import settings
from tradingbot_infra.design.deployment_check import CHECK, check_source
from tradingbot_infra.design.placeholder import PLACEHOLDER_ANSWER, placeholder_command
from tradingbot_infra.functions import deployment_check

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HEALTH, ORDERS = "/api/v1/health", "/api/v1/orders"
EVENT: dict[str, Any] = {
    "executionDetails": {
        "testTrafficWeights": {},
        "productionTrafficWeights": {},
        "serviceArn": "arn:aws:ecs:ap-southeast-2:111122223333:service/the-cluster/the-service",
        "targetServiceRevisionArn": "arn:aws:ecs:ap-southeast-2:111122223333:service-revision/the-cluster/the-service/2",
    },
    "executionId": "a635edb5-a66b-4f44-bf3f-fcee4b3641a5",
    "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
    "resourceArn": "arn:aws:ecs:ap-southeast-2:111122223333:service-deployment/the-cluster/the-service/1",
}
"""As ECS sends it (AWS News Blog, "Accelerate safe software releases with new built-in blue/green deployments in Amazon ECS")."""

Hook = Callable[[dict[str, Any], object], dict[str, Any]]


class Api:
    """A version of the application behind the test rule: its answers by path, after some seconds, and what it was asked."""

    def __init__(self, answers: dict[str, tuple[int, str]]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.port = 0
        self.seconds = 0.0


@contextmanager
def serving(answers: dict[str, tuple[int, str]], context: ssl.SSLContext | None = None) -> Iterator[Api]:
    """A server on this machine that answers to the test rule's header only, as the listener forwards."""
    api = Api(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            api.asked.append((self.path, dict(self.headers)))
            time.sleep(api.seconds)
            status, body = api.answers.get(self.path, (404, "")) if self.headers.get("x-tradingbot-test") == "green" else (503, "")
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Nothing: pytest's output is not the place."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    api.port = server.server_port
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()


def hook(port: int, *paths: str, name: str | None = None, address: str = "127.0.0.1", **constants: float) -> Hook:
    """The handler of the function, from the text that the template holds; `constants` replaces its own."""
    module = ModuleType("index")
    text = check_source(address=address, port=port, name=name, paths=paths or (HEALTH,))
    exec(compile(text, "index.py", "exec"), vars(module))  # noqa: S102 - as Lambda does
    vars(module).update(constants)
    handler: Hook = module.handler
    return handler


@pytest.fixture(autouse=True)
def two_tasks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """ECS, where the service wants as many tasks as the list says."""
    wanted = [2]

    def described(*, cluster: str, services: list[str]) -> dict[str, Any]:
        assert (cluster, services) == ("the-cluster", [EVENT["executionDetails"]["serviceArn"]])
        return {"services": [{"desiredCount": wanted[0]}]}

    monkeypatch.setitem(sys.modules, "boto3", SimpleNamespace(client=lambda _: SimpleNamespace(describe_services=described)))
    return wanted


def test_a_version_that_answers_200_everywhere_gets_production_traffic() -> None:
    with serving({HEALTH: (200, "{}"), ORDERS: (200, "[]")}) as api:
        assert hook(api.port, HEALTH, ORDERS)(EVENT, None) == {"hookStatus": "SUCCEEDED"}
    assert [path for path, _ in api.asked] == [HEALTH, ORDERS, HEALTH, ORDERS]
    assert {headers["User-Agent"] for _, headers in api.asked} == {"tradingbot-deployment-check"}


def test_the_load_balancers_address_may_have_its_own_port() -> None:
    with serving({HEALTH: (200, "{}")}) as api:
        assert hook(80, address=f"127.0.0.1:{api.port}")(EVENT, None) == {"hookStatus": "SUCCEEDED"}


@pytest.mark.parametrize("status", [204, 301, 401, 403, 404, 500, 503])
def test_any_other_answer_is_asked_for_again_and_then_rolled_back(status: int, capsys: pytest.CaptureFixture[str]) -> None:
    with serving({HEALTH: (200, "{}"), ORDERS: (status, "")}) as api:
        ask = hook(api.port, HEALTH, ORDERS)
        event, told = EVENT, []
        for _ in range(4):
            told.append(answer := ask(event, None))
            event = {**EVENT, "hookDetails": answer.get("hookDetails")}
    assert told[0] == {"hookStatus": "IN_PROGRESS", "callBackDelay": 15, "hookDetails": {"tries": 1}}
    assert [each["hookStatus"] for each in told] == ["IN_PROGRESS"] * 3 + ["FAILED"]
    assert told[3] == {"hookStatus": "FAILED"}
    logged = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert logged["hookStatus"] == "FAILED"
    assert logged["reason"].startswith(f"{ORDERS}: {status}")
    assert ("WAF" in logged["reason"]) is (status == 403)


def test_it_ends_even_if_nothing_is_handed_back() -> None:
    with serving({HEALTH: (500, "")}) as api:
        ask = hook(api.port)
        assert [ask(EVENT, None)["hookStatus"] for _ in range(4)] == ["IN_PROGRESS"] * 3 + ["FAILED"]


def test_tries_of_another_deployment_do_not_count() -> None:
    with serving({HEALTH: (500, "")}) as api:
        ask = hook(api.port)
        first, other = ({**EVENT, "resourceArn": name} for name in ("first", "other"))
        assert [ask(first, None)["hookDetails"]["tries"] for _ in range(3)] == [1, 2, 3]
        assert ask(other, None)["hookDetails"]["tries"] == 1


@pytest.mark.parametrize("details", [None, "", "{}", {}, {"tries": 0}, []], ids=str)
def test_hook_details_of_any_kind_begin_a_count(details: object) -> None:
    with serving({HEALTH: (500, "")}) as api:
        assert hook(api.port)({**EVENT, "hookDetails": details}, None)["hookDetails"] == {"tries": 1}


def test_a_version_that_recovers_is_not_rolled_back() -> None:
    with serving({HEALTH: (503, "")}) as api:
        ask = hook(api.port)
        assert ask(EVENT, None)["hookStatus"] == "IN_PROGRESS"
        api.answers[HEALTH] = (200, "{}")
        assert ask(EVENT, None) == {"hookStatus": "SUCCEEDED"}


def test_a_version_of_which_one_task_in_two_fails_is_found() -> None:
    with serving({HEALTH: (200, "{}")}) as api:
        answers = iter([(200, "{}"), (500, "")])
        api.answers = SimpleNamespace(get=lambda *_: next(answers))  # type: ignore[assignment]
        assert hook(api.port)(EVENT, None)["hookStatus"] == "IN_PROGRESS"


def test_nobody_who_answers_and_nonsense_are_no_answers(capsys: pytest.CaptureFixture[str]) -> None:
    with serving({}) as api:
        pass
    assert hook(api.port)(EVENT, None)["hookStatus"] == "IN_PROGRESS"
    assert "no answer" in capsys.readouterr().out


def test_an_answer_that_takes_too_long_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with serving({HEALTH: (200, "{}")}) as api:
        api.seconds = 0.5
        assert hook(api.port, TIMEOUT_SECONDS=0.1)(EVENT, None)["hookStatus"] == "IN_PROGRESS"
    assert "timed out" in capsys.readouterr().out


def test_all_rounds_of_slow_answers_end_before_the_function_does() -> None:
    most = settings()["deployment_check_paths"].field.metadata[0].max_length + 1
    assert deployment_check.ROUNDS * deployment_check.TIMEOUT_SECONDS * most < CHECK.timeout_seconds


def test_a_service_without_tasks_can_be_deployed(two_tasks: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    with serving({HEALTH: (503, "")}) as api:
        two_tasks[0] = 0
        assert hook(api.port)(EVENT, None) == {"hookStatus": "SUCCEEDED"}
    assert "no task" in capsys.readouterr().out


@pytest.mark.parametrize("event", [{}, {"executionDetails": {}}, {**EVENT, "executionDetails": {"serviceArn": "not an arn"}}], ids=str)
def test_a_service_of_which_ecs_says_nothing_is_taken_to_run(event: dict[str, Any]) -> None:
    with serving({HEALTH: (503, "")}) as api:
        assert hook(api.port)(event, None)["hookStatus"] == "IN_PROGRESS"


def test_the_placeholder_passes_though_it_has_none_of_the_other_paths() -> None:
    with serving({HEALTH: (200, PLACEHOLDER_ANSWER)}) as api:
        assert hook(api.port, HEALTH, ORDERS)(EVENT, None) == {"hookStatus": "SUCCEEDED"}
    assert [path for path, _ in api.asked] == [HEALTH]
    assert f"b'{PLACEHOLDER_ANSWER}' if healthy" in placeholder_command(8001, HEALTH)[2]


def test_a_version_whose_health_only_looks_like_the_placeholders_is_asked_everything() -> None:
    with serving({HEALTH: (200, f"{PLACEHOLDER_ANSWER} "), ORDERS: (500, "")}) as api:
        assert hook(api.port, HEALTH, ORDERS)(EVENT, None)["hookStatus"] == "IN_PROGRESS"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of api.example.com with its key, which signs itself."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=api.example.com -addext subjectAltName=DNS:api.example.com"
    made = [*command.split(), "-keyout", str(file.with_name("key.pem")), "-out", str(file.with_name("cert.pem"))]
    subprocess.run(made, check=True, capture_output=True)
    file.write_text(file.with_name("key.pem").read_text() + file.with_name("cert.pem").read_text())
    return file


@pytest.mark.parametrize(
    ("name", "trusted", "good"), [("api.example.com", True, True), ("other.example.com", True, False), ("api.example.com", False, False)]
)
def test_over_tls_the_certificate_must_have_the_teams_name_and_be_trusted(
    name: str, trusted: bool, good: bool, certificate: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("cert.pem")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    named: list[str | None] = []
    context.sni_callback = lambda _socket, server_name, _context: named.append(server_name)
    with serving({HEALTH: (200, "{}")}, context) as api:
        assert (hook(api.port, name=name)(EVENT, None)["hookStatus"] == "SUCCEEDED") is good
    assert set(named) == {name}, "the load balancer chooses the certificate by SNI"
    if good:
        assert {headers["Host"] for _, headers in api.asked} == {name}
    else:
        assert "CERTIFICATE_VERIFY_FAILED" in capsys.readouterr().out


def test_the_source_in_the_template_is_the_file_with_one_line_more() -> None:
    text = check_source(address="example", port=443, name="api.example.com", paths=[HEALTH])
    added = text.splitlines()[-1]
    assert added.startswith("handler = DeploymentCheck(address='example', port=443, name='api.example.com',")
    assert "'x-tradingbot-test', 'green'" in added
    assert text.count("\nhandler = ") == 1
