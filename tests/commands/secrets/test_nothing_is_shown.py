"""No command shows a value: tests search for planted values in output, logs and reports."""

import json
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from typer.testing import Result

from tests.deployed_secrets import DeployedSecrets
from tests.operations.secrets.sample import dotenv, some, values
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable
from tradingbot_infra.local_cloud import server

pytestmark = pytest.mark.local_cloud

Hook = Callable[[str], None]


@pytest.fixture(autouse=True)
def every_log(caplog: pytest.LogCaptureFixture) -> None:
    """Everything that any library logs."""
    caplog.set_level(logging.DEBUG)


@pytest.fixture
def planted() -> dict[str, str]:
    return values()


@pytest.fixture
def env_file(tmp_path: Path, planted: dict[str, str]) -> Path:
    return written(tmp_path, dotenv(planted))


def written(directory: Path, text: str) -> Path:
    path = directory / ".env"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def unseen(secrets: DeployedSecrets, result: Result, caplog: pytest.LogCaptureFixture, planted: dict[str, str]) -> None:
    """Asserts that no planted value is anywhere, raw or in a form that a log may give it."""
    error = result.exception
    places = {
        "stdout and stderr": result.output,
        "stderr": result.stderr,
        "the log": caplog.text,
        "log records": "\n".join(repr(record.__dict__) for record in caplog.records),
        "the exception": "".join(traceback.format_exception(error)) + repr(error) if error else "",
        "the local cloud's log": (secrets.cloud.state_directory / "server.log").read_text(encoding="utf-8", errors="replace"),
    }
    assert "botocore" in places["the log"], "logging at DEBUG does not reach the log that is searched"
    for secret, value in planted.items():
        for place, text in places.items():
            for form in (value, value[:20], json.dumps(value)[1:-1]):
                assert form not in text, f"{secret} stands in {place}"


def test_a_push_shows_no_value(secrets: DeployedSecrets, env_file: Path, planted: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    for words in (["--dry-run"], ["--yes"], ["--yes", "--json"], ["--replace-all", "--yes", "--json"]):
        result = secrets.run("push", "--from", str(env_file), *words)
        assert result.exit_code == 0, result.output
        unseen(secrets, result, caplog, planted)
    assert {secret: secrets.read(secret) for secret in planted} == planted


def test_values_that_are_replaced_are_not_shown_either(
    secrets: DeployedSecrets, env_file: Path, planted: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    before = values()
    with caplog.at_level(logging.CRITICAL):
        for secret, value in before.items():
            secrets.put(secret, value)
    caplog.clear()
    result = secrets.run("push", "--from", str(env_file), "--replace-all", "--yes")
    assert result.exit_code == 0, result.output
    unseen(secrets, result, caplog, {**planted, **{f"{secret} before": value for secret, value in before.items()}})


def test_a_push_from_the_environment_shows_no_value(
    secrets: DeployedSecrets, planted: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    variables = {environment_variable(secret): value for secret, value in planted.items()}
    result = secrets.run("push", "--from-environment", "--yes", **variables)
    assert result.exit_code == 0, result.output
    unseen(secrets, result, caplog, planted)


def test_errors_about_values_show_no_value(secrets: DeployedSecrets, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    wrong = {secret: some("abcdef!?-", 60) for secret in APPLICATION_SECRETS}
    loose = {f"loose {number}": some("abcdefXYZ0189", 44) for number in range(4)}
    one, two, three, four = loose.values()
    text = f"{dotenv(wrong)}{one}\n{two}=\nSECRET_KEY={three}\nOPENAI_API_KEY '{four}'\n"
    result = secrets.run("push", "--from", str(written(tmp_path, text)), "--yes")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == len(APPLICATION_SECRETS) + 4
    # Nothing reached AWS, so nothing of boto3's was logged either.
    logging.getLogger("botocore").debug("a line")
    unseen(secrets, result, caplog, {**wrong, **loose})


def test_generated_values_are_not_shown(secrets: DeployedSecrets, caplog: pytest.LogCaptureFixture) -> None:
    results = [secrets.run("generate", "--yes"), secrets.run("generate", "--yes", "--replace", "secret-key", "--json")]
    logged = list(caplog.records), caplog.text
    with caplog.at_level(logging.CRITICAL):
        generated = {secret: secrets.read(secret) for secret in ("secret-key", "webhook-secret", "encryption-key")}
    assert (list(caplog.records), caplog.text) == logged
    for result in results:
        assert result.exit_code == 0, result.output
        unseen(secrets, result, caplog, generated)


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_check_reads_values_and_shows_none(secrets: DeployedSecrets, caplog: pytest.LogCaptureFixture, form: list[str]) -> None:
    held = {**values(), "webhook-secret": some("abcdef!?-", 60)}
    with caplog.at_level(logging.CRITICAL):
        for secret, value in held.items():
            secrets.put(secret, value)
    caplog.clear()
    result = secrets.run("status", "--check", *form)
    assert result.exit_code == 1
    assert "webhook-secret: has another form" in result.output
    unseen(secrets, result, caplog, held)


@pytest.fixture
def hooked(monkeypatch: pytest.MonkeyPatch) -> list[Hook]:
    """Clients of the command run these before PutSecretValue, with the body that is about to be sent."""
    hooks: list[Hook] = []
    make_client = server.client

    def before_call(params: dict[str, Any], **_: object) -> None:
        for hook in hooks:
            hook(params["body"].decode())

    def client(endpoint: str, region: str, service: str) -> Any:
        made = make_client(endpoint, region, service)
        made.meta.events.register("before-call.secrets-manager.PutSecretValue", before_call)
        return made

    monkeypatch.setattr(server, "client", client)
    return hooks


def after_two(error: Callable[[str], BaseException]) -> Hook:
    """Fails the third write."""
    bodies: list[str] = []

    def hook(body: str) -> None:
        bodies.append(body)
        if len(bodies) == 3:
            raise error(json.loads(body)["SecretString"])

    return hook


def refusal(value: str) -> ClientError:
    message = f"1 validation error detected: Value '{value}' at 'secretString' failed to satisfy constraint"
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "PutSecretValue")


def denial(_value: str) -> ClientError:
    message = "User: somebody is not authorized to perform: secretsmanager:PutSecretValue on resource: it"
    return ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, "PutSecretValue")


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (
            denial,
            3,
            [
                "Written: secret-key, webhook-secret",
                f"Not written: {', '.join(APPLICATION_SECRETS[2:])}",
                "These credentials may not do secretsmanager:PutSecretValue: have it allowed, or take another profile",
            ],
        ),
        (
            refusal,
            3,
            [
                "Written: secret-key, webhook-secret",
                "Perhaps written: encryption-key",
                f"Not written: {', '.join(APPLICATION_SECRETS[3:])}",
                "AWS refused a value, in words that quote it: ValidationException",
            ],
        ),
        (
            lambda _: ReadTimeoutError(endpoint_url="http://127.0.0.1:9"),
            3,
            [
                "Written: secret-key, webhook-secret",
                "Perhaps written: encryption-key",
                f"Not written: {', '.join(APPLICATION_SECRETS[3:])}",
                'Read timeout on endpoint URL: "http://127.0.0.1:9": no local cloud answers there; `make up` starts one',
            ],
        ),
        (
            lambda _: KeyboardInterrupt(),
            130,
            [
                "Written: secret-key, webhook-secret",
                "Perhaps written: encryption-key",
                f"Not written: {', '.join(APPLICATION_SECRETS[3:])}",
                "Interrupted. Run the command again to continue.",
            ],
        ),
    ],
    ids=["denied", "refused with the value quoted", "no answer", "interrupted"],
)
def test_a_push_that_fails_midway_reports_its_progress_and_shows_no_value(
    secrets: DeployedSecrets,
    env_file: Path,
    planted: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    hooked: list[Hook],
    error: Callable[[str], BaseException],
    code: int,
    lines: list[str],
) -> None:
    hooked.append(after_two(error))
    result = secrets.run("push", "--from", str(env_file), "--yes", "--json")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.splitlines()[len(APPLICATION_SECRETS) :] == lines
    unseen(secrets, result, caplog, planted)
    # Running it again goes on where it stopped.
    hooked.clear()
    again = secrets.run("push", "--from", str(env_file), "--yes", "--json")
    assert [secret["action"] for secret in json.loads(again.stdout)["secrets"]] == ["same", "same", *["fill"] * 6]
    assert {secret: secrets.read(secret) for secret in planted} == planted
