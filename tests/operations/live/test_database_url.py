"""The address of the database, taken apart so that no part of it can be shown."""

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.database_url import DatabaseUrl, Mismatch, read_database_url

HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z0-9-]{1,20}){1,3}", fullmatch=True).filter(lambda host: not host.endswith("-"))
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
PORTS = st.integers(1, 65535)
NAMES_OF_PRODUCTION = load_config("production").names


@given(HOSTS, PORTS, NAMES)
def test_an_address_matches_where_it_leads_and_nothing_else(host: str, port: int, name: str) -> None:
    for user in ("", "trader@"):
        url = DatabaseUrl.of(f"postgresql://{user}{host}:{port}/{name}")
        assert url.mismatches(host=host.upper(), port=port, name=name, user="trader") == ()
        assert not url.has_password
    wrong = (Mismatch.HOST, Mismatch.PORT, Mismatch.NAME, Mismatch.USER)
    assert url.mismatches(host=f"x{host}", port=port % 65535 + 1, name=f"{name}_", user="other") == wrong


@given(st.text(max_size=80))
def test_any_text_is_taken_apart_without_an_error_and_never_shown(value: str) -> None:
    url = DatabaseUrl.of(f"postgresql://{value}")
    assert url.mismatches(host="h", port=1, name="n", user="u")
    assert repr(url).startswith("<tradingbot_infra.operations.live.database_url.DatabaseUrl object at ")


@given(st.from_regex(r"[A-Za-z0-9]{1,20}", fullmatch=True), HOSTS)
def test_a_password_is_one_wherever_it_stands(secret: str, host: str) -> None:
    for value in (f"postgresql://u:{secret}@{host}/n", f"postgresql://{host}/n?password={secret}"):
        assert DatabaseUrl.of(value).has_password
    for value in (f"postgresql://{host}/n?sslmode=require", f"postgresql://u@{host}/n"):
        assert not DatabaseUrl.of(value).has_password


@pytest.mark.parametrize("value", ["", "mysql://h/n", "postgresql:///n", "https://h:5432/n"])
def test_what_is_no_address_of_postgresql_is_unreadable(value: str) -> None:
    assert DatabaseUrl.of(value).mismatches(host="h", port=5432, name="n", user="u") == (Mismatch.UNREADABLE,)


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "InvalidRequestException"])
def test_a_secret_that_nobody_can_read_has_no_address(code: str) -> None:
    with boto3_client("secretsmanager") as (client, stubber):
        stubber.add_client_error("get_secret_value", code)
        assert read_database_url(session_over(secretsmanager=client), NAMES_OF_PRODUCTION) is None


def test_a_refusal_is_no_missing_secret() -> None:
    with boto3_client("secretsmanager") as (client, stubber):
        stubber.add_client_error("get_secret_value", "AccessDeniedException")
        with pytest.raises(ClientError):
            read_database_url(session_over(secretsmanager=client), NAMES_OF_PRODUCTION)
