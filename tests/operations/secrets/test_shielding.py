"""While a call carries a value, botocore's own logging and errors do not."""

import logging

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from pydantic import SecretStr

from tests.operations.secrets.sample import private_key, value_of
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.secrets.shielding import shielded


def refusal(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "PutSecretValue")


def test_nothing_is_logged_at_debug_meanwhile_and_all_of_it_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    log = logging.getLogger("botocore.endpoint")
    with shielded():
        log.debug("a body")
        log.info("a fact")
    log.debug("another body")
    assert [record.message for record in caplog.records] == ["a fact", "another body"]


def test_logging_that_was_disabled_further_stays_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.disable(logging.WARNING)
    try:
        with shielded():
            logging.getLogger("botocore").warning("quiet")
        assert logging.root.manager.disable == logging.WARNING
    finally:
        logging.disable(logging.NOTSET)
    assert caplog.records == []


@pytest.mark.parametrize("value", [value_of("secret-key"), private_key()], ids=["one line", "several lines"])
def test_an_error_that_quotes_the_value_is_told_without_it(value: str) -> None:
    with pytest.raises(NotAnswered) as caught, shielded(SecretStr(value)):
        raise refusal(f"1 validation error: {value!r} failed to satisfy constraint")
    assert str(caught.value) == "AWS refused a value, in words that quote it: ValidationException"
    assert caught.value.__suppress_context__


def test_any_other_error_goes_on_as_it_is() -> None:
    error = refusal("The request was denied")
    with pytest.raises(ClientError) as caught, shielded(SecretStr(value_of("secret-key"))):
        raise error
    assert caught.value is error
    with pytest.raises(EndpointConnectionError), shielded(SecretStr("")):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")
