"""Signatures of requests (SigV4). The local cloud's other services do not look at them."""

from hashlib import sha256
from typing import Any

from ministack.core import sigv4
from ministack.core.sigv4 import UNSIGNED_PAYLOAD
from ministack.services import sts
from ministack.services.iam import _access_keys

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import HttpRequest

_OWN_SECRETS = ("local-cloud", "test")
"""The dummies that `make up`, tasks and this project's clients sign with, and functions."""
_FORBIDDEN = 403
_PAYLOAD = "x-amz-content-sha256"
_ALGORITHM = "AWS4-HMAC-SHA256"


def require(request: HttpRequest, service: str) -> None:
    """Raises LocalApiError with AWS's code unless the request is signed for this service.

    The signature itself is computed again where the secret of the key is known: for tasks, functions, `make up` and users of IAM.
    """
    if not request.headers.get("authorization", "").startswith(_ALGORITHM):
        raise LocalApiError("MissingAuthenticationTokenException", "Missing Authentication Token", _FORBIDDEN)
    signature = sigv4.parse_header_signature(request.headers)
    if isinstance(signature, tuple):
        raise LocalApiError(f"{signature[0]}Exception", signature[1], _FORBIDDEN)
    if signature.service != service:
        raise LocalApiError("InvalidSignatureException", f"Credential should be scoped to correct service: '{service}'.", _FORBIDDEN)
    signed = (request.method, request.path, request.query, request.headers, request.body)
    failures = [sigv4.header_signature_failure(signature, secret, *signed) for secret in _secrets(signature.access_key_id)]
    failure: Any = sigv4.request_time_failure(signature) or (failures[0] if failures and None not in failures else None)
    if failure is None and request.headers.get(_PAYLOAD, UNSIGNED_PAYLOAD) not in (UNSIGNED_PAYLOAD, sha256(request.body).hexdigest()):
        failure = ("", f"The value of {_PAYLOAD} is not the hash of the body")
    if failure is not None:
        raise LocalApiError("InvalidSignatureException", failure[1], _FORBIDDEN)


def _secrets(key: str) -> tuple[str, ...]:
    """What may have signed with this key; empty if that is not known."""
    session = sts._sessions.get(key)  # noqa: SLF001 - it has no other table of sessions
    own = (session or _access_keys.get(key) or {}).get("SecretAccessKey")
    if own:
        return (str(own),)
    return _OWN_SECRETS if session is not None or key in _OWN_SECRETS else ()
