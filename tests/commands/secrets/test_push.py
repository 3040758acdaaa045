"""`secrets push` and `secrets generate`: what is written, kept and reported."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.deployed_secrets import DeployedSecrets
from tests.operations.secrets.sample import dotenv, private_key, value_of, values
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable
from tradingbot_infra.operations.secrets.formats import problem

pytestmark = pytest.mark.local_cloud

GENERATED = ("secret-key", "webhook-secret", "encryption-key")


@pytest.fixture
def wanted() -> dict[str, str]:
    return values()


@pytest.fixture
def env_file(tmp_path: Path, wanted: dict[str, str]) -> Path:
    """A dotenv file with a value for each secret."""
    return written(tmp_path, wanted)


def written(directory: Path, given: dict[str, str]) -> Path:
    path = directory / ".env"
    path.write_text(dotenv(given), encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_file_fills_every_secret_with_exactly_its_value(secrets: DeployedSecrets, env_file: Path, wanted: dict[str, str]) -> None:
    result = secrets.run("push", "--from", str(env_file), "--yes")
    assert result.exit_code == 0, result.output
    assert {secret: secrets.read(secret) for secret in APPLICATION_SECRETS} == wanted
    assert [line.split() for line in result.stdout.splitlines()] == [[secret, "written"] for secret in APPLICATION_SECRETS]
    command = "tradingbot restart --env production --local"
    assert f"Running tasks keep the old values. To replace the tasks: `{command}`" in result.stderr


@pytest.mark.parametrize("words", ["status", "push --yes --from {file}", "generate --yes", "delete --all", "restore --all"])
def test_without_a_deployment_the_next_step_is_to_deploy(words: str, secrets: DeployedSecrets, env_file: Path) -> None:
    result = secrets.run(*(word.format(file=env_file) for word in words.split()), "--env", "staging")
    assert (result.exit_code, result.stdout) == (3, "")
    *notes, line = result.stderr.splitlines()
    assert notes == []
    assert line.endswith("on the local cloud: `make up ENV=staging` first")


def test_a_value_of_a_new_form_is_taken_once_where_its_secret_is_named(secrets: DeployedSecrets) -> None:
    words, variables = ("push", "--from-environment", "--yes"), {"OPENAI_API_KEY": "581569969e58b081006f7e3dfc967a64"}
    refused = secrets.run(*words, **variables)
    assert (refused.exit_code, refused.stderr.startswith("openai-api-key: has another form; allowed: ")) == (1, True)
    result = secrets.run(*words, "--accept-form", "OPENAI_API_KEY", **variables)
    assert result.exit_code == 0, result.output
    assert secrets.read("openai-api-key") == variables["OPENAI_API_KEY"]
    assert result.stderr.startswith("Warning: openai-api-key: has another form; ")
    assert secrets.run(*words, "--accept-form", "openai-api-key", OPENAI_API_KEY="your_openai_key_here").exit_code == 1


def test_a_second_push_writes_nothing(secrets: DeployedSecrets, env_file: Path) -> None:
    secrets.run("push", "--from", str(env_file), "--yes")
    result = secrets.run("push", "--from", str(env_file))
    assert result.exit_code == 0, result.output
    assert result.stdout.count("left alone: it holds this value already") == 8
    assert {secrets.versions(secret) for secret in APPLICATION_SECRETS} == {2}
    assert "New tasks" not in result.stderr


def test_environment_variables_fill_secrets_too(secrets: DeployedSecrets, wanted: dict[str, str]) -> None:
    variables = {environment_variable(secret): wanted[secret] for secret in ("openai-api-key", "telegram-bot-token")}
    result = secrets.run("push", "--from-environment", "--yes", **variables)
    assert result.exit_code == 0, result.output
    assert secrets.read("openai-api-key") == wanted["openai-api-key"]
    assert secrets.versions("secret-key") == 1


def test_a_private_key_of_several_lines_is_written_whole(secrets: DeployedSecrets, tmp_path: Path) -> None:
    key = private_key()
    path = written(tmp_path, {"binance-api-secret": f"'{key}'"})
    assert secrets.run("push", "--from", str(path), "--yes").exit_code == 0
    assert secrets.read("binance-api-secret") == key


def test_a_real_value_is_kept_unless_its_secret_is_named(secrets: DeployedSecrets, env_file: Path, wanted: dict[str, str]) -> None:
    mine = {secret: value_of(secret) for secret in ("binance-api-key", "openai-api-key")}
    for secret, value in mine.items():
        secrets.put(secret, value)
    left = secrets.run("push", "--from", str(env_file), "--yes")
    assert left.exit_code == 0, left.output
    assert left.stdout.count("left alone: it holds another real value") == 2
    assert {secret: secrets.read(secret) for secret in mine} == mine
    replaced = secrets.run("push", "--from", str(env_file), "--yes", "--replace", "BINANCE_API_KEY")
    assert replaced.exit_code == 0, replaced.output
    assert secrets.read("binance-api-key") == wanted["binance-api-key"]
    assert secrets.read("openai-api-key") == mine["openai-api-key"]
    secrets.run("push", "--from", str(env_file), "--yes", "--replace-all")
    assert secrets.read("openai-api-key") == wanted["openai-api-key"]


def test_only_what_is_named_is_written(secrets: DeployedSecrets, env_file: Path, wanted: dict[str, str]) -> None:
    result = secrets.run("push", "--from", str(env_file), "--only", "SECRET_KEY", "--yes")
    assert result.exit_code == 0, result.output
    assert secrets.read("secret-key") == wanted["secret-key"]
    assert {secrets.versions(secret) for secret in APPLICATION_SECRETS if secret != "secret-key"} == {1}  # noqa: S105 - a name


def test_a_dry_run_writes_nothing_and_asks_nothing(secrets: DeployedSecrets, env_file: Path) -> None:
    result = secrets.run("push", "--from", str(env_file), "--dry-run")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "Nothing was written: --dry-run."
    assert result.stdout.count("new value") == 8
    assert {secrets.versions(secret) for secret in APPLICATION_SECRETS} == {1}


def test_without_a_terminal_or_yes_nothing_is_written(secrets: DeployedSecrets, env_file: Path) -> None:
    result = secrets.run("push", "--from", str(env_file))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == ("There is no terminal to confirm at; nothing was written: --yes writes without asking")
    assert {secrets.versions(secret) for secret in APPLICATION_SECRETS} == {1}


def test_all_errors_are_reported_at_once_and_nothing_is_written(secrets: DeployedSecrets, tmp_path: Path) -> None:
    path = written(tmp_path, {"secret-key": "short", "openai-api-key": "sk-...", "binance-api-key": value_of("binance-api-key")})
    path.write_text(path.read_text() + "no assignment\nBINANCE_API_KEY=again\n")
    result = secrets.run("push", "--from", str(path), "--replace", "webhook-secret", "--yes")
    assert result.exit_code == 1
    assert [line.removeprefix(f"{path}: ").split(":")[0] for line in result.stderr.splitlines()] == [
        "line 4",
        "line 5",
        "secret-key",
        "binance-api-key",
        "openai-api-key",
        "webhook-secret",
    ]
    assert {secrets.versions(secret) for secret in APPLICATION_SECRETS} == {1}


def test_missing_and_deleted_secrets_are_reported_before_anything_is_written(secrets: DeployedSecrets, env_file: Path) -> None:
    names = secrets.config.names
    secrets.session.secretsmanager.delete_secret(SecretId=names.secret("openai-api-key"), ForceDeleteWithoutRecovery=True)
    secrets.session.secretsmanager.delete_secret(SecretId=names.secret("secret-key"), RecoveryWindowInDays=7)
    result = secrets.run("push", "--from", str(env_file), "--yes")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "secret-key: is scheduled for deletion: `secrets restore secret-key` first",
        ("openai-api-key: there is no secret tradingbot-ai/production/openai-api-key on the local cloud: `make up ENV=production` first"),
    ]
    assert secrets.versions("webhook-secret") == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--from", "a", "--from-environment"), "--from and --from-environment: one or the other"),
        ((), "There is no terminal to type values at: use --from FILE, or --from-environment"),
        (("--from", "/none"), "/none: cannot be read: No such file or directory"),
        (("--from-environment", "--only", "DATABASE_URL"), "DATABASE_URL: CloudFormation builds it from the database's address; "),
        (("--from-environment", "--replace", "binance"), "binance: is not one of the secrets; nearest: binance-api-key; "),
        (("--from-environment", "--only", "secret-key", "--replace", "openai-api-key"), "openai-api-key: is not one of the secrets"),
        (("--from-environment",), "No value is given for any of the secrets; nothing was written"),
    ],
)
def test_wrong_arguments_are_one_line(secrets: DeployedSecrets, words: tuple[str, ...], line: str) -> None:
    result = secrets.run("push", *words, **{environment_variable(secret): "" for secret in APPLICATION_SECRETS})
    assert result.exit_code == 1
    (message,) = result.stderr.splitlines()
    assert message.startswith(line)
    assert result.stdout == ""


def test_json_names_what_was_written(secrets: DeployedSecrets, env_file: Path) -> None:
    secrets.put("openai-api-key", value_of("openai-api-key"))
    result = secrets.run("push", "--from", str(env_file), "--only", "openai-api-key", "--only", "secret-key", "--yes", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document.pop("next_step") == "tradingbot restart --env production --local"
    assert document == {
        "environment": "production",
        "dry_run": False,
        "secrets": [
            {"name": "secret-key", "action": "fill", "written": True},
            {"name": "openai-api-key", "action": "keep", "written": False},
        ],
        "rolled": False,
        "rollout": None,
    }


def test_generating_fills_the_generated_secrets_only(secrets: DeployedSecrets) -> None:
    result = secrets.run("generate", "--yes")
    assert result.exit_code == 0, result.output
    for secret in GENERATED:
        assert problem(secret, SecretStr(secrets.read(secret))) is None
        assert secrets.read(secret) not in result.output
    assert {secrets.versions(secret) for secret in APPLICATION_SECRETS if secret not in GENERATED} == {1}


def test_generating_again_changes_only_what_is_named_and_warns_of_the_encryption_key(secrets: DeployedSecrets) -> None:
    first = secrets.run("generate", "--yes")
    assert "becomes unreadable" not in first.stderr
    before = {secret: secrets.read(secret) for secret in GENERATED}
    result = secrets.run("generate", "--yes", "--replace", "ENCRYPTION_KEY", "--json")
    assert result.exit_code == 0, result.output
    assert {secret for secret in GENERATED if secrets.read(secret) != before[secret]} == {"encryption-key"}
    assert [secret["action"] for secret in json.loads(result.stdout)["secrets"]] == ["keep", "keep", "replace"]
    assert "encryption-key: data encrypted with the current key becomes unreadable" in result.stderr


def test_roll_starts_new_tasks_and_reports_a_missing_service(secrets: DeployedSecrets, env_file: Path) -> None:
    failed = secrets.run("push", "--from", str(env_file), "--only", "secret-key", "--yes", "--roll")
    assert failed.exit_code == 3
    assert "secret-key  written" in failed.stdout
    assert "The values are written, but the running tasks were not replaced: `tradingbot restart --env production" in failed.stderr
    ecs, names = secrets.session.ecs, secrets.config.names
    ecs.create_cluster(clusterName=names.cluster)
    ecs.register_task_definition(family="api", containerDefinitions=[{"name": "api", "image": "api"}])
    ecs.create_service(cluster=names.cluster, serviceName=names.service, taskDefinition="api", desiredCount=0)
    before = ecs.describe_services(cluster=names.cluster, services=[names.service])["services"][0]["deployments"][0]["id"]
    result = secrets.run("push", "--from", str(env_file), "--yes", "--roll", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) | {"secrets": None} == {
        "environment": "production",
        "dry_run": False,
        "secrets": None,
        "rolled": True,
        "rollout": "done",
        "next_step": None,
    }
    after = ecs.describe_services(cluster=names.cluster, services=[names.service])["services"][0]["deployments"][0]["id"]
    assert after != before
    again = secrets.run("push", "--from", str(env_file), "--yes", "--roll")
    assert again.exit_code == 0, again.output
    assert "No value changes. --roll replaces the tasks anyway, so that they read what the secrets hold" in again.stderr
    last = ecs.describe_services(cluster=names.cluster, services=[names.service])["services"][0]["deployments"][0]["id"]
    assert last != after
