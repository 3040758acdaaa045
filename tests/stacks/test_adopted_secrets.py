"""After a destroy that kept the secrets, the next deployment uses them: their fixed names do not block it."""

import json

import pytest

from tests.conftest import Synthesize
from tests.stacks.statements import statements
from tradingbot_infra.naming import APPLICATION_SECRETS, environment_variable
from tradingbot_infra.templates import Assembly

KEY = "arn:aws:kms:ap-southeast-2:000000000000:key/0a1b2c3d-0000-0000-0000-000000000000"


@pytest.fixture
def adopting(synthesize: Synthesize) -> Assembly:
    """Production with the secrets of an earlier deployment."""
    return synthesize("production", adopt_secrets_key_arn=KEY)


def test_no_secret_that_was_kept_is_made_again(adopting: Assembly) -> None:
    made = {secret.properties["Name"].rpartition("/")[2] for secret in adopting.of_type("AWS::SecretsManager::Secret")}
    assert made == {"database-url", "redis-auth-token"}
    assert "SecretsKey" not in adopting.templates["DataStack"]["Resources"]


def test_the_container_gets_the_kept_secrets_by_name(adopting: Assembly) -> None:
    (container,) = adopting.only("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    secrets = {secret["Name"]: secret["ValueFrom"] for secret in container["Secrets"]}
    for name in APPLICATION_SECRETS:
        assert secrets[environment_variable(name)].endswith(f":secret:tradingbot-ai/production/{name}")


def test_tasks_may_read_and_decrypt_them(adopting: Assembly) -> None:
    readable = [s for s in statements(adopting) if s.actions == ["secretsmanager:GetSecretValue"]]
    assert len(readable) == 2
    for statement in readable:
        assert sum(resource.endswith("-??????") for resource in statement.resources) == len(APPLICATION_SECRETS)
    decrypting = [s for s in statements(adopting) if s.actions == ["kms:Decrypt"]]
    assert [s.resources for s in decrypting] == [[KEY], [KEY]]


def test_only_secrets_that_nobody_can_make_again_are_kept(production: Assembly) -> None:
    kept = {
        s.properties["Name"].rpartition("/")[2]
        for s in production.of_type("AWS::SecretsManager::Secret")
        if s.body["DeletionPolicy"] != "Delete"
    }
    assert kept == set(APPLICATION_SECRETS)


def test_new_secrets_are_referred_to_by_their_complete_arn(production: Assembly) -> None:
    assert "??????" not in json.dumps(production.templates)
