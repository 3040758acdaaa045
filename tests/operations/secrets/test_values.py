"""What a secret holds, and when that is a placeholder."""

import pytest
from pydantic import SecretStr

from tests.operations.secrets.conftest import Standing
from tests.operations.secrets.sample import value_of
from tradingbot_infra.operations.secrets.values import Held, current_value, held, put

pytestmark = pytest.mark.local_cloud

OF_MINISTACK = "UG_t,Cqh'WU{p*O-QK&c:g,20B%4$Af("
"""ministack's CloudFormation overlooks that punctuation is excluded."""


def made_with(standing: Standing, value: str) -> None:
    """The secret is made anew, and this is its first version."""
    secret_id = standing.config.names.secret("secret-key")
    standing.session.secretsmanager.delete_secret(SecretId=secret_id, ForceDeleteWithoutRecovery=True)
    standing.session.secretsmanager.create_secret(Name=secret_id, SecretString=value)


def found(standing: Standing) -> Held:
    return held(standing.session, "secret-key", standing.config.names.secret("secret-key"))


@pytest.mark.parametrize("value", ["plain", " ü\"'\\ $HOME {} \t", "two\nlines\n"])
def test_what_is_written_is_exactly_the_value(standing: Standing, value: str) -> None:
    assert list(put(standing.session, standing.config.names, {"secret-key": SecretStr(value)})) == ["secret-key"]
    assert standing.read("secret-key") == value
    assert current_value(standing.session, standing.config.names.secret("secret-key")) == SecretStr(value)


def test_bytes_are_no_value_for_a_task(standing: Standing) -> None:
    standing.session.secretsmanager.put_secret_value(SecretId=standing.config.names.secret("secret-key"), SecretBinary=b"bytes")
    assert found(standing) == Held(SecretStr(""), placeholder=True)


@pytest.mark.parametrize("value", [OF_MINISTACK, "aZ7" * 10 + "xY", "CHANGE_THIS", "0123456789abcdef" * 2])
def test_the_first_version_is_a_placeholder_when_its_form_is_wrong(standing: Standing, value: str) -> None:
    made_with(standing, value)
    assert found(standing) == Held(SecretStr(value), placeholder=True)


def test_the_first_version_may_be_real(standing: Standing) -> None:
    made_with(standing, value_of("secret-key"))
    assert not found(standing).placeholder


@pytest.mark.parametrize(
    ("value", "placeholder"),
    [("aZ7" * 10 + "xY", True), ("CHANGE_THIS", True), (OF_MINISTACK, False), ("0123456789abcdef" * 2, False), ("own...changeme", False)],
)
def test_a_later_version_is_somebodys_own_unless_its_form_says_otherwise(standing: Standing, value: str, placeholder: bool) -> None:
    standing.put("secret-key", value)
    assert found(standing) == Held(SecretStr(value), placeholder)
