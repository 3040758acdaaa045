"""Addresses of this machine, and how S3 Control is asked there."""

from io import BytesIO
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.session import Session
from urllib3 import HTTPResponse

from tradingbot_infra.endpoints import is_on_this_machine, reach_s3_control

ACCOUNT = "123456789012"


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True)])
def test_loopback_addresses_and_localhost_are_on_this_machine(host: str, expected: bool) -> None:
    assert is_on_this_machine(host) is expected


@pytest.mark.parametrize("host", ["10.0.0.1", "s3-control.ap-southeast-2.amazonaws.com", f"{ACCOUNT}.127.0.0.1", ""])
def test_other_hosts_are_not(host: str) -> None:
    assert not is_on_this_machine(host)


def asked(endpoint: str | None) -> str:
    """The URL that a client of S3 Control asks."""
    session = Session()
    session.set_credentials("made-up", "made-up")
    client: Any = session.create_client("s3control", region_name="ap-southeast-2", endpoint_url=endpoint)
    reach_s3_control(client)
    urls: list[str] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        urls.append(request.url)
        return AWSResponse(
            request.url, 200, HTTPHeaders(), HTTPResponse(BytesIO(b"<PublicAccessBlockConfiguration/>"), preload_content=False)
        )

    client.meta.events.register_last("before-send.s3-control", answer)
    client.get_public_access_block(AccountId=ACCOUNT)
    (url,) = urls
    return url.partition("/v20180820")[0]


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:4566", "http://localhost:4566"])
def test_an_endpoint_on_this_machine_is_asked_as_it_is_named(endpoint: str) -> None:
    assert asked(endpoint) == endpoint


def test_awss_own_endpoint_keeps_the_account_before_its_name() -> None:
    assert asked(None) == f"https://{ACCOUNT}.s3-control.ap-southeast-2.amazonaws.com"


def test_another_endpoint_keeps_it_too() -> None:
    assert asked("https://s3.example.com") == f"https://{ACCOUNT}.s3.example.com"
