"""Values of environment variables."""

from pydantic import SecretStr

from tests.operations.secrets.sample import values
from tradingbot_infra.design.secrets import environment_variable
from tradingbot_infra.operations.secrets.sources import of_environment


def test_each_variable_of_the_container_gives_its_secret() -> None:
    given = values()
    taken = of_environment({"PATH": "/bin", **{environment_variable(secret): value for secret, value in given.items()}})
    assert {secret: value.get_secret_value() for secret, value in taken.values.items()} == given


def test_an_empty_variable_counts_as_none_and_a_name_in_small_letters_is_another() -> None:
    assert of_environment({"SECRET_KEY": "", "secret_key": "x", "secret-key": "x"}).values == {}


def test_only_some_of_what_is_given() -> None:
    taken = of_environment({"SECRET_KEY": "a", "OPENAI_API_KEY": "b"})
    assert taken.only(["openai-api-key"]).values == {"openai-api-key": SecretStr("b")}


def test_what_is_given_does_not_show_itself() -> None:
    assert "a-value" not in repr(of_environment({"SECRET_KEY": "a-value"}))
