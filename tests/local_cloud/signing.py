"""Requests to addresses that boto3 has no call for, signed as it would sign them."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

REGION = "ap-southeast-2"
OWN = ("local-cloud", "local-cloud")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def send(
    url: str,
    body: bytes = b"",
    *,
    service: str | None,
    headers: Mapping[str, str] | None = None,
    keys: tuple[str, ...] = OWN,
    method: str = "POST",
) -> Answer:
    """Sends a request; without a service it is not signed."""
    request = AWSRequest(method=method, url=url, data=body, headers=dict(headers or {}))
    if service is not None:
        SigV4Auth(Credentials(*keys), service, REGION).add_auth(request)
    prepared = urllib.request.Request(url, data=body if method == "POST" else None, headers=dict(request.headers), method=method)  # noqa: S310 - the local cloud's
    try:
        with urllib.request.urlopen(prepared, timeout=30) as response:  # noqa: S310 - as above
            return Answer(response.status, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read())
