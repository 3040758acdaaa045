"""Who signed a request, and as whom Lambda functions sign."""

import uuid

import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import callers

ACCOUNT = "000000000000"


def signed_with(key: str) -> dict[str, str]:
    return {"authorization": f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/ec2/aws4_request, Signature=x"}


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions sign with their role until the end of the test."""
    for module in (lambda_runtime, lambda_svc):
        monkeypatch.setattr(module, "execution_credentials", lambda_runtime.execution_credentials)
    callers.let_functions_sign_with_their_role()


@pytest.mark.usefixtures("functions")
def test_a_function_signs_with_its_role_and_is_no_root_user() -> None:
    name = uuid.uuid4().hex
    role = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument="{}")["Role"]
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}"
    given = lambda_svc.execution_credentials({"FunctionName": name, "FunctionArn": arn, "Role": role["Arn"]})
    identity = callers.user_identity(signed_with(given["AWS_ACCESS_KEY_ID"]), {})
    assert (identity["type"], identity["accountId"]) == ("AssumedRole", ACCOUNT)
    assert identity["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{name}"
    assert identity["sessionContext"]["sessionIssuer"]["principalId"] == role["RoleId"]


@pytest.mark.usefixtures("functions")
def test_a_function_without_a_role_keeps_the_key_that_ministack_gives_it() -> None:
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    assert lambda_svc.execution_credentials({"FunctionName": "f", "FunctionArn": arn})["AWS_ACCESS_KEY_ID"] == ACCOUNT


def test_a_request_without_a_signature_is_anonymous() -> None:
    assert callers.user_identity({}, {}) == {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
