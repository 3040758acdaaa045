"""What a secret holds, and when that is a placeholder."""

import pytest
from pydantic import SecretStr

from tests.deployed_secrets import DeployedSecrets
from tests.operations.secrets.sample import value_of
from tradingbot_infra.operations.secrets.values import Held, current_value, held, put

pytestmark = pytest.mark.local_cloud

OF_MINISTACK = "UG_t,Cqh'WU{p*O-QK&c:g,20B%4$Af("
"""ministack's CloudFormation overlooks that punctuation is excluded."""


def made_with(secrets: DeployedSecrets, value: str) -> None:
    """The secret is made anew, and this is its first version."""
    secret_id = secrets.config.names.secret("secret-key")
    secrets.session.secretsmanager.delete_secret(SecretId=secret_id, ForceDeleteWithoutRecovery=True)
    secrets.session.secretsmanager.create_secret(Name=secret_id, SecretString=value)


def found(secrets: DeployedSecrets) -> Held:
    return held(secrets.session, "secret-key", secrets.config.names.secret("secret-key"))


@pytest.mark.parametrize("value", ["plain", " ü\"'\\ $HOME {} \t", "two\nlines\n"])
def test_what_is_written_is_exactly_the_value(secrets: DeployedSecrets, value: str) -> None:
    assert list(put(secrets.session, secrets.config.names, {"secret-key": SecretStr(value)})) == ["secret-key"]
    assert secrets.read("secret-key") == value
    assert current_value(secrets.session, secrets.config.names.secret("secret-key")) == SecretStr(value)


def test_bytes_are_no_value_for_a_task(secrets: DeployedSecrets) -> None:
    secrets.session.secretsmanager.put_secret_value(SecretId=secrets.config.names.secret("secret-key"), SecretBinary=b"bytes")
    assert found(secrets) == Held(SecretStr(""), placeholder=True)


@pytest.mark.parametrize("value", [OF_MINISTACK, "aZ7" * 10 + "xY", "CHANGE_THIS", "0123456789abcdef" * 2])
def test_the_first_version_is_a_placeholder_when_its_form_is_wrong(secrets: DeployedSecrets, value: str) -> None:
    made_with(secrets, value)
    assert found(secrets) == Held(SecretStr(value), placeholder=True)


def test_the_first_version_may_be_real(secrets: DeployedSecrets) -> None:
    made_with(secrets, value_of("secret-key"))
    assert not found(secrets).placeholder


@pytest.mark.parametrize(
    ("value", "placeholder"),
    [("aZ7" * 10 + "xY", True), ("CHANGE_THIS", True), (OF_MINISTACK, False), ("0123456789abcdef" * 2, False), ("own...changeme", False)],
)
def test_a_later_version_is_somebodys_own_unless_its_form_says_otherwise(secrets: DeployedSecrets, value: str, placeholder: bool) -> None:
    secrets.put("secret-key", value)
    assert found(secrets) == Held(SecretStr(value), placeholder)
