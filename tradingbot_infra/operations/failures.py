"""Errors of AWS and boto3: what they mean, and one line that says what to do."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's name
    CredentialRetrievalError,
    HTTPClientError,
    LoginError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
    WaiterError,
)
from botocore.parsers import ResponseParserError

from tradingbot_infra.endpoints import is_on_this_machine
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.missing import NOT_AWS, Missing
from tradingbot_infra.operations.printed_commands import Step, revert

Result = TypeVar("Result")

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
_UNKNOWN_KEYS = frozenset({"AuthFailure", "InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"})
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException", "UnauthorizedOperation", "403"}
)
_THROTTLED = frozenset(
    {"RequestLimitExceeded", "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "SlowDown"}
)
_NO_SUCH_API = frozenset({"400", "404", "501", "InvalidAction", "NotImplemented", "UnknownOperationException", "UnsupportedOperation"})
_FREE_PLAN = re.compile(r"FreeTierRestrictionError|free tier customers|free plan accounts")
"""How services refuse what AWS's free plan does not have; CloudFormation quotes the message without its code."""
_SIGN_IN = frozenset({"CreateOAuth2Token", "CreateToken", "GetRoleCredentials"})
"""Operations by which boto3 itself gets the credentials of a profile of `aws configure sso` or `aws login`."""
_WITHOUT_AN_ANSWER: tuple[tuple[type[BotoCoreError] | tuple[type[BotoCoreError], ...], str], ...] = (
    ((NoCredentialsError, PartialCredentialsError), "There are no AWS credentials: `aws configure sso`, or set AWS_PROFILE"),
    ((SSOError, TokenRetrievalError), "The AWS sign-in has expired: `aws sso login`, then again"),
    (LoginError, "The AWS sign-in cannot be used ({said}): `aws login`, then again"),
    (CredentialRetrievalError, "{said}: the profile's credential_process or role gives no credentials: check it in ~/.aws/config"),
    (ProfileNotFound, "{said}: `aws configure list-profiles` names those there are"),
    (WaiterError, "AWS did not finish in time: {said}"),
)
"""What an error means that boto3 raises without an answer of AWS."""
_ACTION = re.compile(r"not authorized to perform:? (?P<action>[\w-]+:\w+)")


@dataclass(frozen=True)
class Unread:
    """A fact that could not be read. `deleted` is whether the resource should exist and does not; `fix` makes it readable."""

    why: str
    fix: Step
    deleted: bool


def unread(error: Exception) -> Unread | None:
    """Why a fact could not be read; None for an error that would spoil every other fact too.

    A deleted resource is a failure for `verify`, which asks for it. For `doctor` it leaves the check not assessed: another check
    names the cause.
    """
    if isinstance(error, Missing):
        return Unread(error.found, error.fix, deleted=True)
    if is_denied(error):
        return Unread(f"these credentials may not do {missing_action(error)}", "have it allowed, or take another --profile", deleted=False)
    if is_not_offered(error):
        return Unread(f"the endpoint does not offer {missing_action(error)}", "", deleted=False)
    if is_missing(error):
        return Unread(f"what {missing_action(error)} asks for does not exist any more", revert(), deleted=True)
    return None


def results(check: Callable[[], Iterable[Result]], *, otherwise: Callable[[Unread], Result]) -> Iterator[Result]:
    """The results of a check, and `otherwise` in place of what could not be read.

    Every other error of AWS or boto3 escapes: bad credentials and a broken network would spoil all that follows.
    """
    try:
        yield from check()
    except Exception as error:
        found = unread(error)
        if found is None:
            raise
        yield otherwise(found)


def code_of(error: Exception) -> str:
    """The error code of a service's answer, such as `ImageNotFoundException`; empty for anything else."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def is_missing(error: Exception) -> bool:
    """Whether a service says that what was asked for does not exist."""
    return bool(re.search(r"NotFound|NoSuch|DoesNotExist|NonExist|NotExist", code_of(error), re.IGNORECASE))


def is_denied(error: Exception) -> bool:
    """Whether these credentials may not do what was asked."""
    return code_of(error) in _DENIED


def is_of_this_request(error: Exception) -> bool:
    """Whether a service refused this one request: an error of the credentials would spoil every other."""
    return isinstance(error, ClientError) and code_of(error) not in _EXPIRED | _UNKNOWN_KEYS and error.operation_name not in _SIGN_IN


def is_not_offered(error: Exception) -> bool:
    """Whether the endpoint has no such API: the local cloud does not offer all of AWS's."""
    return code_of(error) in _NO_SUCH_API


def missing_action(error: Exception) -> str:
    """The IAM action that a refusal names, such as `ecs:DescribeServices`, else the operation that was called."""
    named = _ACTION.search(str(error))
    if named:
        return named["action"]
    return error.operation_name if isinstance(error, ClientError) else ""


def is_of_free_plan(message: str) -> bool:
    """Whether a service refused something because the account is on AWS's free plan."""
    return bool(_FREE_PLAN.search(message))


def in_one_line(error: Exception) -> NotAnswered | None:
    """The error in one line, for the person at the terminal; None for an error of neither AWS nor boto3."""
    if isinstance(error, ClientError):
        return NotAnswered(_answer(error))
    if isinstance(error, BotoCoreError):
        return NotAnswered(_before_an_answer(error))
    return NotAnswered(NOT_AWS) if isinstance(error, ResponseParserError) else None


def _answer(error: ClientError) -> str:
    code = code_of(error)
    if error.operation_name in _SIGN_IN:
        return f"The sign-in of the profile is refused ({_said(error)}): `aws sso login` or `aws login`, or another profile, then again"
    if code in _EXPIRED:
        return "The AWS credentials have expired: `aws sso login`, `aws login`, or new keys, then again"
    if code in _UNKNOWN_KEYS:
        return (
            "AWS does not know these credentials: check AWS_PROFILE, or `aws sts get-caller-identity`; "
            "it says the same in a region that the account has not enabled"
        )
    if code in _DENIED:
        return f"These credentials may not do {missing_action(error)}: have it allowed, or take another profile"
    if code in _THROTTLED:
        return f"AWS throttles {error.operation_name} even after several tries: wait a minute, then again"
    if is_not_offered(error):
        return f"The endpoint does not offer {error.operation_name}"
    if is_of_free_plan(str(error)):
        return f"AWS's free plan refuses {error.operation_name}: upgrade the account in the billing console, then again"
    return f"{error.operation_name} failed: {_said(error)}"


def _said(error: ClientError) -> str:
    """The code and the message of an answer; one of the two where a proxy or another server answered with only that."""
    message = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    return (
        ": ".join(part for part in (code_of(error), message) if part)
        or f"HTTP {error.response.get('ResponseMetadata', {}).get('HTTPStatusCode', 'error')}"
    )


def _before_an_answer(error: BotoCoreError) -> str:
    said = _one_line(error)
    if isinstance(error, ConnectionError | HTTPClientError):
        return f"{said}: {_reachable(str(error.kwargs.get('endpoint_url', '')))}"
    return next((words.format(said=said) for kind, words in _WITHOUT_AN_ANSWER if isinstance(error, kind)), said)


def _reachable(endpoint: str) -> str:
    """What to check about an endpoint that does not answer."""
    host = urlsplit(endpoint).hostname or ""
    if host.endswith((".amazonaws.com", ".api.aws")):
        return "check the network, and whether AWS has the region"
    return (
        "no local cloud answers there; `make up` starts one"
        if is_on_this_machine(host)
        else "check the network, proxies and AWS_ENDPOINT_URL"
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".: ")
