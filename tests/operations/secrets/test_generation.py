"""Generated values have the form that is asked of a person's, and never come twice."""

import base64

import pytest

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.secrets.formats import problem
from tradingbot_infra.operations.secrets.generation import GENERATED, generated
from tradingbot_infra.operations.secrets.names import all_named


@pytest.mark.parametrize("secret", GENERATED)
def test_a_generated_value_passes_the_check_and_is_new_each_time(secret: str) -> None:
    made = [generated(secret) for _ in range(50)]
    assert [problem(secret, value) for value in made] == [None] * 50
    assert len({value.get_secret_value() for value in made}) == 50


def test_a_generated_fernet_key_is_32_bytes() -> None:
    assert len(base64.urlsafe_b64decode(generated("encryption-key").get_secret_value())) == 32


def test_nobody_generates_what_a_provider_issues() -> None:
    assert GENERATED == ("secret-key", "webhook-secret", "encryption-key")
    with pytest.raises(UserError, match=r"^openai-api-key: is not one of the secrets"):
        all_named(["openai-api-key"], GENERATED)
