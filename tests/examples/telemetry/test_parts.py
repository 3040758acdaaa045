"""Signing, the quiet log, and counting clients without knowing them."""

import logging

import pytest
import requests
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError

from trading_api.telemetry.quiet import hush
from trading_api.telemetry.signing import Signature, signing_session
from trading_api.telemetry.users import MOST, SECONDS, ActiveUsers


class Session:
    """A session of botocore with credentials that change."""

    def __init__(self, credentials: Credentials | None) -> None:
        self.credentials = credentials

    def get_credentials(self) -> Credentials | None:
        """Those at hand."""
        return self.credentials


def signed(signature: Signature, body: bytes = b"x") -> requests.PreparedRequest:
    return signature(requests.Request("POST", "https://xray.ap-southeast-2.amazonaws.com/v1/traces", data=body).prepare())


def test_a_request_is_signed_for_its_service_with_the_token_of_the_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trading_api.telemetry.signing.get_session", lambda: Session(Credentials("id", "secret", "token")))
    request = signed(Signature("xray", "ap-southeast-2"))
    assert "/ap-southeast-2/xray/aws4_request" in request.headers["Authorization"]
    assert request.headers["X-Amz-Security-Token"] == "token"
    assert "secret" not in str(request.headers)


def test_another_body_has_another_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trading_api.telemetry.signing.get_session", lambda: Session(Credentials("id", "secret")))
    signature = Signature("xray", "ap-southeast-2")
    first, second = (str(signed(signature, body).headers["Authorization"]).partition("Signature=")[2] for body in (b"x", b"y"))
    assert first != second


def test_credentials_that_were_refreshed_sign_the_next_request(monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = Credentials("first", "secret")
    monkeypatch.setattr("trading_api.telemetry.signing.get_session", lambda: Session(credentials))
    signature = Signature("xray", "ap-southeast-2")
    assert "Credential=first/" in signed(signature).headers["Authorization"]
    credentials.access_key = "second"
    assert "Credential=second/" in signed(signature).headers["Authorization"]


def test_without_credentials_nothing_is_sent_and_they_are_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(None)
    monkeypatch.setattr("trading_api.telemetry.signing.get_session", lambda: session)
    signature = Signature("xray", "ap-southeast-2")
    with pytest.raises(NoCredentialsError):
        signed(signature)
    session.credentials = Credentials("id", "secret")
    assert "Authorization" in signed(signature).headers


def test_no_proxy_and_no_netrc_of_the_environment_is_asked() -> None:
    assert signing_session("xray", "ap-southeast-2").trust_env is False


def test_trouble_of_a_library_is_one_warning_of_each_kind_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    hush("noisy")
    for number in range(3):
        logging.getLogger("noisy.part").error("Failed to reach %s", f"https://user:password@host/{number}")
    logging.getLogger("noisy").error("Another kind")
    logging.getLogger("noisy").info("Nothing wrong")
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "password" not in str([vars(record) for record in caplog.records])


def test_a_client_counts_once_for_fifteen_minutes() -> None:
    now = 0.0
    users = ActiveUsers(lambda: now)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
        users.seen(address)
    assert users.count() == 2
    now = SECONDS - 1
    users.seen("192.0.2.1")
    now = SECONDS + 1
    assert users.count() == 1


def test_addresses_are_not_kept_and_their_number_is_bounded() -> None:
    users = ActiveUsers()
    for number in range(MOST + 5):
        users.seen(f"192.0.2.{number}")
    assert users.count() == MOST
    assert "192.0.2" not in str(vars(users))
