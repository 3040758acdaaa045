"""Secrets are named as Secrets Manager or as the environment names them, and a wrong name is told with what is near."""

import pytest

from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.secrets.names import all_named, named, nearest


@pytest.mark.parametrize("secret", APPLICATION_SECRETS)
def test_both_forms_of_a_name_mean_the_same_secret(secret: str) -> None:
    assert named(secret) == named(environment_variable(secret)) == named(secret.replace("-", "_")) == secret


def test_a_mistyped_name_is_one_line_with_the_nearest() -> None:
    with pytest.raises(UserError) as caught:
        named("BINANCE_KEY")
    line = str(caught.value)
    assert line.startswith("BINANCE_KEY: is not one of the secrets; nearest: binance-api-key; allowed: secret-key, ")
    assert "\n" not in line


@pytest.mark.parametrize("name", ["CLAUDE_API_KEY", "GEMINI_API_KEY", "BYBIT_API_SECRET"])
def test_the_key_of_another_provider_is_near_to_nothing(name: str) -> None:
    with pytest.raises(UserError, match=rf"^{name}: is not one of the secrets; allowed:"):
        named(name)


@pytest.mark.parametrize(
    ("name", "secret"),
    [("BINANCE_SECRET_KEY", "binance-api-secret"), ("TELEGRAM_TOKEN", "telegram-bot-token"), ("ENCRYPT_KEY", "encryption-key")],
)
def test_another_name_for_the_same_key_is_near(name: str, secret: str) -> None:
    assert nearest(name) == secret


def test_a_name_near_to_nothing_has_no_nearest() -> None:
    with pytest.raises(UserError, match=r"^log-level: is not one of the secrets; allowed:"):
        named("log-level")


@pytest.mark.parametrize("name", ["DATABASE_URL", "redis-auth-token", "DB_PASSWORD"])
def test_a_secret_that_aws_fills_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(UserError, match=rf"^{name}: (CloudFormation|RDS) .*; allowed: secret-key, "):
        named(name)


def test_every_wrong_name_is_told_at_once() -> None:
    with pytest.raises(UserError) as caught:
        all_named(["secret-key", "one", "two"])
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == ["one", "two"]


def test_names_come_once_and_in_the_documents_order() -> None:
    assert all_named(["OPENAI_API_KEY", "secret-key", "openai-api-key"]) == ("secret-key", "openai-api-key")


def test_a_name_outside_those_allowed_is_refused() -> None:
    with pytest.raises(UserError, match=r"^openai-api-key: is not one of the secrets; allowed: secret-key$"):
        all_named(["openai-api-key"], ["secret-key"])
