"""Keeps values out of logs and errors while a call carries them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr

from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.failures import code_of


@contextmanager
def shielded(value: SecretStr | None = None) -> Iterator[None]:
    """While it lasts, nothing is logged at DEBUG, and no error leaves that quotes the value.

    botocore logs the parameters of each request and the body of each answer at DEBUG, whatever they hold.

    Raises NotAnswered in place of an error of AWS or boto3 that quotes the value.
    """
    before = logging.root.manager.disable
    logging.disable(max(before, logging.DEBUG))
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        if value is not None and _quotes(error, value):
            raise NotAnswered(f"AWS refused a value, in words that quote it: {code_of(error) or type(error).__name__}") from None
        raise
    finally:
        logging.disable(before)


def _quotes(error: Exception, value: SecretStr) -> bool:
    # A key of several lines is quoted with its line ends written in one way or another, so its longest line decides.
    longest = max(value.get_secret_value().splitlines(), key=len, default="")
    return bool(longest) and longest in str(error)
