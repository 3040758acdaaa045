"""Every way in which AWS refuses ends in one line that says what to do."""

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    LoginTokenLoadError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
    WaiterError,
)
from botocore.parsers import ResponseParserError

from tradingbot_infra.operations.failures import code_of, in_one_line, is_denied, is_missing, is_not_offered, missing_action
from tradingbot_infra.operations.missing import NOT_AWS

LOCALLY = "no local cloud answers there; `make up` starts one"
ELSEWHERE = "check the network, proxies and AWS_ENDPOINT_URL"


def answer(code: str, message: str = "", operation: str = "DescribeServices") -> ClientError:
    """What a service answers."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            answer("FreeTierRestrictionError", "The specified backup retention period exceeds the maximum", "CreateDBInstance"),
            "AWS's free plan refuses CreateDBInstance: upgrade the account in the billing console, then again",
        ),
        (
            NoCredentialsError(),
            "There are no AWS credentials: `aws configure sso`, or set AWS_PROFILE",
        ),
        (
            PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
            "There are no AWS credentials: `aws configure sso`, or set AWS_PROFILE",
        ),
        (
            ProfileNotFound(profile="desk"),
            "The config profile (desk) could not be found: `aws configure list-profiles` names those there are",
        ),
        (UnauthorizedSSOTokenError(), "The AWS sign-in has expired: `aws sso login`, then again"),
        (SSOTokenLoadError(error_msg="gone"), "The AWS sign-in has expired: `aws sso login`, then again"),
        (TokenRetrievalError(provider="sso", error_msg="gone"), "The AWS sign-in has expired: `aws sso login`, then again"),
        (answer("ExpiredToken"), "The AWS credentials have expired: `aws sso login`, `aws login`, or new keys, then again"),
        (answer("ExpiredTokenException"), "The AWS credentials have expired: `aws sso login`, `aws login`, or new keys, then again"),
        (
            answer("UnrecognizedClientException"),
            (
                "AWS does not know these credentials: check AWS_PROFILE, or `aws sts get-caller-identity`; "
                "it says the same in a region that the account has not enabled"
            ),
        ),
        (
            answer(
                "AccessDeniedException", "User: arn:aws:iam::1:user/a is not authorized to perform: ecs:DescribeServices on resource: x"
            ),
            "These credentials may not do ecs:DescribeServices: have it allowed, or take another profile",
        ),
        (
            answer("AccessDenied", "User is not authorized to perform: rds:DescribeDBInstances because of a service control policy"),
            "These credentials may not do rds:DescribeDBInstances: have it allowed, or take another profile",
        ),
        (
            answer("UnauthorizedOperation", "You are not authorized to perform this operation.", "DescribeVpcs"),
            "These credentials may not do DescribeVpcs: have it allowed, or take another profile",
        ),
        (
            answer("ThrottlingException", "Rate exceeded"),
            "AWS throttles DescribeServices even after several tries: wait a minute, then again",
        ),
        (answer("400", "", "GetCostAndUsage"), "The endpoint does not offer GetCostAndUsage"),
        (
            EndpointConnectionError(endpoint_url="http://127.0.0.1:9/"),
            f'Could not connect to the endpoint URL: "http://127.0.0.1:9/": {LOCALLY}',
        ),
        (
            EndpointConnectionError(endpoint_url="https://ecs.nowhere-1.amazonaws.com/"),
            (
                'Could not connect to the endpoint URL: "https://ecs.nowhere-1.amazonaws.com/": '
                "check the network, and whether AWS has the region"
            ),
        ),
        (
            answer("ForbiddenException", "No access", "GetRoleCredentials"),
            (
                "The sign-in of the profile is refused (ForbiddenException: No access): "
                "`aws sso login` or `aws login`, or another profile, then again"
            ),
        ),
        (
            ClientError({"Error": {}, "ResponseMetadata": {"HTTPStatusCode": 418}}, "GetRoleCredentials"),  # type: ignore[typeddict-item]  # what botocore makes of a page
            "The sign-in of the profile is refused (HTTP 418): `aws sso login` or `aws login`, or another profile, then again",
        ),
        (
            CredentialRetrievalError(provider="custom-process", error_msg=""),
            (
                "Error when retrieving credentials from custom-process: the profile's credential_process or role gives no credentials: "
                "check it in ~/.aws/config"
            ),
        ),
        (
            LoginTokenLoadError(error_msg="no session"),
            "The AWS sign-in cannot be used (Error loading login session token: no session): `aws login`, then again",
        ),
        (ResponseParserError("no element found,\n invalid XML received"), NOT_AWS),
        (
            ConnectTimeoutError(endpoint_url="https://ecs/"),
            f'Connect timeout on endpoint URL: "https://ecs/": {ELSEWHERE}',
        ),
        (
            ReadTimeoutError(endpoint_url="https://ecs/"),
            f'Read timeout on endpoint URL: "https://ecs/": {ELSEWHERE}',
        ),
        (
            WaiterError(name="tasks_running", reason="Max attempts exceeded", last_response={}),
            "AWS did not finish in time: Waiter tasks_running failed: Max attempts exceeded",
        ),
        (answer("InvalidParameterException", "The\n task is gone"), "DescribeServices failed: InvalidParameterException: The task is gone"),
        (answer("InternalFailure"), "DescribeServices failed: InternalFailure"),
        (BotoCoreError(), "An unspecified error occurred"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_an_error_of_aws_is_told_in_one_line(error: Exception, line: str) -> None:
    assert str(in_one_line(error)) == line


def test_an_error_of_the_program_is_not_taken_for_one_of_aws() -> None:
    assert in_one_line(KeyError("taskDefinition")) is None


@pytest.mark.parametrize(
    "code",
    [
        "ResourceNotFoundException",
        "ImageNotFoundException",
        "DBInstanceNotFound",
        "NoSuchEntity",
        "ReplicationGroupNotFoundFault",
        "InvalidGroup.NotFound",
        "WAFNonexistentItemException",
        "RepositoryNotFoundException",
    ],
)
def test_what_does_not_exist_is_told_from_what_is_denied(code: str) -> None:
    assert is_missing(answer(code))
    assert not is_denied(answer(code))
    assert not is_missing(answer("AccessDeniedException"))
    assert is_denied(answer("AccessDeniedException"))


def test_an_api_that_the_endpoint_lacks_is_told_from_a_refusal() -> None:
    assert is_not_offered(answer("400"))
    assert not is_not_offered(answer("ValidationException"))


def test_the_code_of_what_is_no_answer_is_empty() -> None:
    assert code_of(ValueError("no")) == ""
    assert missing_action(ValueError("no")) == ""
