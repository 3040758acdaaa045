"""After a destroy that kept the secrets, the next deployment uses them: their fixed names do not block it."""

import pytest

from tests.conftest import Synthesize
from tests.stacks.statements import statements
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable
from tradingbot_infra.templates import Assembly

KEY = "arn:aws:kms:ap-southeast-2:000000000000:key/0a1b2c3d-0000-0000-0000-000000000000"
ARNS = {
    name: f"arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:tradingbot-ai/production/{name}-AbCd12"
    for name in APPLICATION_SECRETS
}


@pytest.fixture
def adopting(synthesize: Synthesize) -> Assembly:
    """Production with the secrets of an earlier deployment."""
    return synthesize("production", adopt_secrets_key_arn=KEY, adopt_secret_arns=",".join(ARNS.values()))


def test_no_secret_that_was_kept_is_made_again(adopting: Assembly) -> None:
    made = {secret.properties["Name"].rpartition("/")[2] for secret in adopting.of_type("AWS::SecretsManager::Secret")}
    assert made == {"database-url", "redis-auth-token"}
    assert "SecretsKey" not in adopting.templates["DataStack"]["Resources"]


def test_the_container_gets_the_kept_secrets_by_their_complete_arns(adopting: Assembly) -> None:
    # Without its last six characters the ARN of `webhook-secret` reads as that of a secret named `webhook`.
    (container,) = adopting.only("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    secrets = {secret["Name"]: secret["ValueFrom"] for secret in container["Secrets"]}
    assert {name: secrets[environment_variable(name)] for name in APPLICATION_SECRETS} == ARNS


def test_tasks_may_read_and_decrypt_them_and_nothing_wider(adopting: Assembly) -> None:
    readable = [s for s in statements(adopting) if s.actions == ["secretsmanager:GetSecretValue"]]
    assert len(readable) == 2
    for statement in readable:
        assert set(ARNS.values()) <= set(statement.resources)
        assert not [resource for resource in statement.resources if "?" in resource or "*" in resource]
    decrypting = [s for s in statements(adopting) if s.actions == ["kms:Decrypt"]]
    assert [s.resources for s in decrypting] == [[KEY], [KEY]]


def test_only_secrets_that_nobody_can_make_again_are_kept(production: Assembly) -> None:
    kept = {
        s.properties["Name"].rpartition("/")[2]
        for s in production.of_type("AWS::SecretsManager::Secret")
        if s.body["DeletionPolicy"] != "Delete"
    }
    assert kept == set(APPLICATION_SECRETS)


def test_secrets_that_are_not_adopted_are_created_under_the_same_key(synthesize: Synthesize) -> None:
    assembly = synthesize("production", adopt_secrets_key_arn=KEY, adopt_secret_arns=ARNS["binance-api-key"])
    created = {secret.properties["Name"].rpartition("/")[2]: secret for secret in assembly.of_type("AWS::SecretsManager::Secret")}
    assert set(created) == {*APPLICATION_SECRETS, "database-url", "redis-auth-token"} - {"binance-api-key"}
    assert {secret.properties["KmsKeyId"] for secret in created.values()} == {KEY}
