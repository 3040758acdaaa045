"""Signs OTLP requests with Signature Version 4: CloudWatch and X-Ray take no others, and OpenTelemetry's exporters do not sign."""

import threading
from typing import Any

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError
from botocore.session import get_session
from requests.auth import AuthBase


class Signature(AuthBase):
    """Signs for one service. Credentials of the task's role are read when first needed, and again before they expire."""

    def __init__(self, service: str, region: str) -> None:
        self._service = service
        self._region = region
        self._credentials: Any = None
        self._lock = threading.Lock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the signature.

        Raises:
            NoCredentialsError: the task has none.
        """
        signed = AWSRequest(
            method=request.method,
            url=request.url,
            data=request.body,
            headers={"Content-Type": request.headers.get("Content-Type", "application/x-protobuf")},
        )
        SigV4Auth(self._frozen(), self._service, self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request

    def _frozen(self) -> Any:
        with self._lock:
            self._credentials = self._credentials or get_session().get_credentials()
        if self._credentials is None:
            raise NoCredentialsError
        return self._credentials.get_frozen_credentials()


def signing_session(service: str, region: str) -> requests.Session:
    """A session of `requests` whose every request is signed."""
    session = requests.Session()
    session.trust_env = False  # a proxy or a .netrc of the environment must not see or change what is signed
    session.auth = Signature(service, region)
    return session
