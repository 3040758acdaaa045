"""A session reaches the account that it is told to, and knows when that is this machine."""

import hashlib
import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from urllib3 import HTTPResponse

from tests.deployed import REGION, Deployed
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.missing import NOT_AWS
from tradingbot_infra.operations.session import BILLING_REGION, Session


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up keys: nothing here asks AWS anything."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("endpoint", "local"),
    [
        (None, False),
        ("http://127.0.0.1:4566", True),
        ("http://localhost:4566", True),
        ("http://[::1]:4566", True),
        ("https://ecs.example.com", False),
        ("http://127.example.com", False),
    ],
)
def test_an_endpoint_on_this_machine_is_local(monkeypatch: pytest.MonkeyPatch, endpoint: str | None, local: bool) -> None:
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert Session.of_account(region=REGION, profile=None).local is local


def test_every_client_is_of_the_environments_region_whatever_the_shell_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    session = Session.of_account(region=REGION, profile=None)
    assert {session.ecs.meta.region_name, session.secretsmanager.meta.region_name, session.elbv2.meta.region_name} == {REGION}


def test_billing_is_asked_where_it_answers() -> None:
    session = Session.of_account(region=REGION, profile=None)
    assert session.pricing.meta.region_name == BILLING_REGION
    assert session.pricing.meta.endpoint_url == "https://api.pricing.us-east-1.amazonaws.com"
    assert session.ce.meta.endpoint_url == "https://ce.us-east-1.amazonaws.com"


def test_calls_are_tried_again_by_botocores_own_configuration() -> None:
    config: Any = Session.of_account(region=REGION, profile=None).ecs.meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": 5}


def test_a_client_is_made_once() -> None:
    session = Session.of_account(region=REGION, profile=None)
    assert session.ecs is session.ecs


@pytest.mark.local_cloud
def test_the_local_clouds_account_is_no_real_one(deployed: Deployed) -> None:
    assert deployed.session.local
    assert deployed.session.account == "000000000000"


def test_a_profile_of_aws_login_gives_its_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore leaves the sign-in to awscrt, without which it refuses the profile."""
    who = "arn:aws:iam::111122223333:user/dev"
    (tmp_path / "config").write_text(f"[profile trading]\nlogin_session = {who}\n", encoding="utf-8")
    token = {
        "accessToken": {
            "accessKeyId": "made-up-id",
            "secretAccessKey": "made-up",
            "sessionToken": "made-up",
            "accountId": "111122223333",
            "expiresAt": "2099-01-01T00:00:00Z",
        },
        "tokenType": "aws_sigv4",
        "clientId": "made-up",
        "refreshToken": "made-up",
        "idToken": "made-up",
        "dpopKey": "made-up",
    }
    (tmp_path / f"{hashlib.sha256(who.encode()).hexdigest()}.json").write_text(json.dumps(token), encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    client: Any = Session.of_account(region=REGION, profile="trading").sts
    assert client._request_signer._credentials.access_key == "made-up-id"  # noqa: SLF001 - what a request would be signed with


@pytest.mark.parametrize(
    "endpoint",
    ["not a url", "localhost:4566", "http://", "ftp://there", "http://127.0.0.1:99999", "http://127.0.0.1:0", "http://[::1", " "],
)
def test_an_endpoint_that_is_no_url_is_named(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    with pytest.raises(NotAnswered, match=r"; allowed in AWS_ENDPOINT_URL and endpoint_url of a profile: http:// or https:// with a host$"):
        _ = Session.of_account(region=REGION, profile=None).sts


PAGES = {
    "empty": (200, {}, b""),
    "page": (200, {"Content-Type": "text/html"}, b"<html><body>Sign in</body></html>"),
    "object": (200, {"Content-Type": "application/json"}, b"{}"),
    "refusal": (403, {"Content-Type": "text/html"}, b"<html>denied</html>"),
    "absent": (404, {}, b""),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("protocol", ["query", "json"])
def test_a_server_that_is_not_aws_is_recognized(page: str, protocol: str) -> None:
    status, headers, body = PAGES[page]
    session = Session.of_account(region=REGION, profile=None)
    client: Any = session.sts if protocol == "query" else session.secretsmanager
    raw = HTTPResponse(body=BytesIO(body), preload_content=False)
    client.meta.events.register("before-send", lambda **_: AWSResponse("", status, HTTPHeaders.from_dict(headers), raw))
    with pytest.raises(NotAnswered, match=f"^{re.escape(NOT_AWS)}$"):
        _ = session.account if protocol == "query" else client.list_secrets()


def test_a_presigned_url_is_one_that_s3_takes_in_the_buckets_region_and_for_objects_under_a_kms_key() -> None:
    client = Session.of_account(region=REGION, profile=None).s3
    url = client.generate_presigned_url("put_object", Params={"Bucket": "dumps", "Key": "a/b"}, ExpiresIn=60)
    assert url.startswith(f"https://dumps.s3.{REGION}.amazonaws.com/a/b?X-Amz-Algorithm=AWS4-HMAC-SHA256&")
