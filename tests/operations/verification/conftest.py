"""What verification is tried on: servers of this machine, and the deployed production with its secrets filled."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import pytest

from tests.operations.stubs import boto3_client, session_over
from tests.operations.verification.servers import self_signed, serving
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.facts import Facts


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of HOST with its key."""
    if which("openssl") is None:
        pytest.skip("openssl makes the certificate, and is not here")
    return self_signed(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def secure_port(certificate: Path) -> Iterator[int]:
    """The port of a server with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context) as port:
        yield port


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process trusts that certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture
def account() -> Iterator[Facts]:
    """Facts of production in an account, with nothing to read them from: a test plants what should be looked at."""
    with boto3_client("sts") as (sts, _):
        yield Facts(session_over(sts=sts), load_config("production"), now=datetime.now(UTC), price_of=lambda _: None)
