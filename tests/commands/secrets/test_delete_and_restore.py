"""`secrets delete` and `secrets restore`: deleted secrets can be restored until their recovery window ends."""

import json
from datetime import datetime

import pytest

from tests.deployed_secrets import DeployedSecrets
from tests.operations.secrets.sample import value_of
from tradingbot_infra.design.secrets import APPLICATION_SECRETS

pytestmark = pytest.mark.local_cloud


def deletion(secrets: DeployedSecrets, secret: str) -> datetime | None:
    return secrets.session.secretsmanager.describe_secret(SecretId=secrets.config.names.secret(secret)).get("DeletedDate")


def test_a_deleted_secret_can_be_restored_for_seven_days_with_its_value(secrets: DeployedSecrets) -> None:
    value = value_of("secret-key")
    secrets.put("secret-key", value)
    result = secrets.run("delete", "SECRET_KEY", "--confirm", "production", "--json")
    assert result.exit_code == 0, result.output
    (gone,) = json.loads(result.stdout)["secrets"]
    assert (gone["name"], gone["new"]) == ("secret-key", True)
    at = deletion(secrets, "secret-key")
    assert at is not None
    assert datetime.fromisoformat(gone["deletion"]) == at
    assert 6.9 < (at - datetime.now(tz=at.tzinfo)).total_seconds() / 86_400 <= 7
    assert "no new task starts until `tradingbot secrets restore secret-key --env production --local`" in result.stderr
    restored = secrets.run("restore", "secret-key")
    assert (restored.exit_code, restored.stdout) == (0, "secret-key  restored\n")
    assert secrets.read("secret-key") == value


def test_all_deletes_and_restores_the_application_secrets_only(secrets: DeployedSecrets) -> None:
    result = secrets.run("delete", "--all", "--confirm", "production")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("can be restored until ") == len(APPLICATION_SECRETS)
    assert all(deletion(secrets, secret) for secret in APPLICATION_SECRETS)
    assert deletion(secrets, "database-url") is None
    restored = json.loads(secrets.run("restore", "--all", "--json").stdout)
    assert restored == {"environment": "production", "secrets": [{"name": name, "restored": True} for name in APPLICATION_SECRETS]}
    assert not any(deletion(secrets, secret) for secret in APPLICATION_SECRETS)


def test_a_deleted_secret_keeps_its_date_and_needs_no_confirmation(secrets: DeployedSecrets) -> None:
    secrets.run("delete", "secret-key", "--confirm", "production")
    at = deletion(secrets, "secret-key")
    again = secrets.run("delete", "secret-key", "--json")
    assert again.exit_code == 0, again.output
    (gone,) = json.loads(again.stdout)["secrets"]
    assert (gone["new"], datetime.fromisoformat(gone["deletion"])) == (False, at)
    assert again.stderr == ""


def test_restoring_a_secret_that_was_not_deleted_is_reported(secrets: DeployedSecrets) -> None:
    result = secrets.run("restore", "secret-key")
    assert (result.exit_code, result.stdout) == (0, "secret-key  was not scheduled for deletion\n")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("delete",), "Give names of secrets or --all, not both; allowed: secret-key, "),
        (("delete", "secret-key", "--all"), "Give names of secrets or --all, not both; allowed: secret-key, "),
        (("restore",), "Give names of secrets or --all, not both; allowed: secret-key, "),
        (("delete", "secret-key"), "There is no terminal to confirm at; nothing was changed: --confirm production does"),
        (("delete", "secret-key", "--confirm", "staging"), "staging: is not production; nothing was changed"),
        (("delete", "secret-keys", "--confirm", "production"), "secret-keys: is not one of the secrets; nearest: secret-key; "),
        (("delete", "database-url", "--confirm", "production"), "database-url: CloudFormation builds it from "),
    ],
)
def test_wrong_arguments_are_one_line_and_delete_nothing(secrets: DeployedSecrets, words: tuple[str, ...], line: str) -> None:
    result = secrets.run(*words)
    assert result.exit_code == 1
    (message,) = result.stderr.splitlines()
    assert message.startswith(line)
    assert not any(deletion(secrets, secret) for secret in APPLICATION_SECRETS)


def test_a_missing_secret_is_an_error_if_named_and_a_warning_for_all(secrets: DeployedSecrets) -> None:
    secret_id = secrets.config.names.secret("secret-key")
    secrets.session.secretsmanager.delete_secret(SecretId=secret_id, ForceDeleteWithoutRecovery=True)
    named = secrets.run("delete", "secret-key", "openai-api-key", "--confirm", "production")
    assert named.exit_code == 1
    assert named.stderr == "secret-key: no such secret on the local cloud\n"
    assert deletion(secrets, "openai-api-key") is None
    every = secrets.run("delete", "--all", "--confirm", "production")
    assert every.exit_code == 0
    assert every.stderr.splitlines()[0] == "secret-key: does not exist"
    assert every.stdout.count("can be restored until") == 7


def test_the_database_url_can_be_restored_but_not_deleted(secrets: DeployedSecrets) -> None:
    refused = secrets.run("delete", "database-url", "--confirm", "production")
    assert (refused.exit_code, refused.stdout) == (1, "")
    manager, name = secrets.session.secretsmanager, secrets.config.names.secret("database-url")
    manager.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    result = secrets.run("restore", "database-url")
    assert (result.exit_code, result.stdout) == (0, "database-url  restored\n")
    assert "DeletedDate" not in manager.describe_secret(SecretId=name)
