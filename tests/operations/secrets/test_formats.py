"""Values of the right form pass, anything else is told without a part of the value."""

import re
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.operations.secrets.sample import LETTERS_AND_DIGITS, URL_SAFE, private_key, some, value_of, values
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, SECRETS
from tradingbot_infra.operations.secrets.formats import FORMATS, is_generated, is_placeholder, problem, problems


def text(alphabet: str, fewest: int, most: int | None = None) -> st.SearchStrategy[str]:
    """Text whose end is as varied as that of random values."""
    return st.text(alphabet, min_size=fewest, max_size=most or fewest).filter(lambda value: len(set(value[-32:])) >= 6)


def varied(value: str) -> bool:
    """Whether its end is as varied as that of random values."""
    return len(set(value[-32:])) >= 6


VALID = {
    secret.name: st.from_regex(re.compile(secret.form.partition("|")[0], re.ASCII), fullmatch=True).filter(varied) for secret in SECRETS
}
any_valid = st.sampled_from(APPLICATION_SECRETS).flatmap(lambda secret: st.tuples(st.just(secret), VALID[secret]))

MUTATIONS: tuple[Callable[[str], str], ...] = (
    lambda value: f" {value}",
    lambda value: f"{value}\n",
    lambda value: f'"{value}"',
    lambda value: f"{value[:20]}!{value[20:]}",
    lambda value: f"{value[:-1]}é",
    lambda value: value[:31],
    lambda value: value[0] * len(value),
    lambda value: f"{value[:-14]}CHANGE_THIS...",
)
"""What paste, quoting and haste make of a value."""


def test_every_secret_has_a_form() -> None:
    assert tuple(FORMATS) == APPLICATION_SECRETS


@given(any_valid)
def test_a_value_of_the_right_form_passes(pair: tuple[str, str]) -> None:
    secret, value = pair
    assert problem(secret, SecretStr(value)) is None
    assert not is_placeholder(SecretStr(value))


@given(any_valid, st.sampled_from(MUTATIONS))
def test_a_damaged_value_is_told_and_not_shown(pair: tuple[str, str], damage: Callable[[str], str]) -> None:
    secret, value = pair
    told = problem(secret, SecretStr(damage(value)))
    assert told is not None
    assert told.startswith(f"{secret}: ")
    assert "\n" not in told
    assert value not in told
    assert damage(value) not in told


@given(st.sampled_from(APPLICATION_SECRETS), st.text())
def test_any_other_text_is_told(secret: str, value: str) -> None:
    told = problem(secret, SecretStr(value))
    assert told or FORMATS[secret].whole.fullmatch(value)


@pytest.mark.parametrize("secret", APPLICATION_SECRETS)
def test_one_character_less_than_the_shortest_is_too_short(secret: str) -> None:
    shortest = value_of(secret)
    assert problem(secret, SecretStr(shortest)) is None
    assert problem(secret, SecretStr(shortest[:-1]))


@pytest.mark.parametrize("secret", ["binance-api-key", "binance-api-secret", "encryption-key", "telegram-bot-token"])
def test_one_character_more_is_too_long_where_the_length_is_fixed(secret: str) -> None:
    assert problem(secret, SecretStr(f"{value_of(secret)}a"))


@given(st.text(LETTERS_AND_DIGITS, min_size=32, max_size=32), st.sampled_from(APPLICATION_SECRETS))
def test_no_real_value_has_the_form_that_cloudformation_generates(value: str, secret: str) -> None:
    assert FORMATS[secret].whole.fullmatch(value) is None


@given(text(string.ascii_letters + string.digits, 29).map(lambda value: f"{value}aZ7"))
def test_the_generators_form_is_known(value: str) -> None:
    assert is_generated(SecretStr(value))
    assert is_placeholder(SecretStr(value))


@pytest.mark.parametrize("value", ["0123456789abcdef" * 2, "aZ7" * 11, "é" + "aZ7" * 10 + "a", ""])
def test_what_the_generator_cannot_make_is_not_taken_for_its_work(value: str) -> None:
    assert not is_generated(SecretStr(value))


@pytest.mark.parametrize(
    ("secret", "value"),
    [
        ("secret-key", "CHANGE_THIS_SECRET_KEY_OPENSSL_RAND_HEX_32"),
        ("webhook-secret", "CHANGE_THIS_WEBHOOK_SECRET_TOKEN_URLSAFE_32"),
        ("encryption-key", "CHANGE_THIS_ENCRYPTION_KEY_FERNET_GENERATE_KEY"),
        ("binance-api-key", "your_binance_api_key_here"),
        ("binance-api-secret", "your_binance_api_secret_here"),
        ("openai-api-key", "sk-..."),
        ("anthropic-api-key", "sk-ant-..."),
        ("telegram-bot-token", "123456789:ABC-DEF..."),
        ("telegram-bot-token", ":".join(("123456", "ABC-DEF1234ghIkl-zyx57W2v1u123ew11"))),
    ],
)
def test_what_stands_in_examples_is_a_placeholder(secret: str, value: str) -> None:
    assert is_placeholder(SecretStr(value))
    assert (problem(secret, SecretStr(value)) or "").startswith(f"{secret}: is the placeholder of an example; allowed: ")


def test_a_value_that_only_holds_words_of_an_example_is_told_but_is_nobodys_placeholder() -> None:
    somebodys = SecretStr(f"{some(URL_SAFE, 40)}...changeme")
    assert problem("webhook-secret", somebodys)
    assert not is_placeholder(somebodys)


def test_a_key_of_anthropic_is_none_of_openai_and_the_other_way_round() -> None:
    assert problem("openai-api-key", SecretStr(value_of("anthropic-api-key")))
    assert problem("anthropic-api-key", SecretStr(value_of("openai-api-key")))


@pytest.mark.parametrize("ending", ["", "\n"])
def test_binances_secret_may_be_a_private_key(ending: str) -> None:
    assert problem("binance-api-secret", SecretStr(private_key().rstrip("\n") + ending)) is None
    assert problem("binance-api-key", SecretStr(private_key()))


def test_a_private_key_with_a_passphrase_or_without_its_end_is_refused() -> None:
    key = private_key()
    assert problem("binance-api-secret", SecretStr(key.replace("PRIVATE", "ENCRYPTED PRIVATE")))
    assert problem("binance-api-secret", SecretStr(key[: key.index("-----END")]))
    assert problem("binance-api-secret", SecretStr(key.replace("BEGIN PRIVATE", "BEGIN RSA PRIVATE")))


def test_standard_base64_is_no_fernet_key() -> None:
    assert problem("encryption-key", SecretStr(f"+/{value_of('encryption-key')[2:]}"))


def test_everything_wrong_is_told_at_once() -> None:
    given_values = {secret: SecretStr(value) for secret, value in values().items()}
    assert list(problems(given_values)) == []
    given_values |= {"secret-key": SecretStr(""), "openai-api-key": SecretStr("sk-...")}
    assert [line.split(";")[0] for line in problems(given_values)] == [
        "secret-key: is empty",
        "openai-api-key: is the placeholder of an example",
    ]


def test_one_value_for_two_secrets_is_told() -> None:
    twice = SecretStr(value_of("binance-api-key"))
    told = list(problems({"binance-api-key": twice, "binance-api-secret": twice}))
    assert told == ["binance-api-secret: is the same value as binance-api-key; allowed: a value of its own"]
