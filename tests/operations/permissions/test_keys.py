"""Whether a key decrypts: its state and its own policy, and what remains open when those may not be seen."""

import json
from typing import Any

import pytest

from tests.operations.permissions.sample import ACCOUNT, KEY, ROLE
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.permissions.keys import KeyLook, look_at_key
from tradingbot_infra.operations.verdict import NotAssessed

ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def policy(*statements: dict[str, Any]) -> dict[str, str]:
    return {"Policy": json.dumps({"Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*", **each} for each in statements]})}


def looked_at(state: str = "Enabled", **answer: Any) -> KeyLook:
    with boto3_client("kms") as (client, stubber):
        stubber.add_response("describe_key", {"KeyMetadata": {"KeyId": "1", "Arn": KEY, "KeyState": state}}, {"KeyId": "alias/secrets"})
        stubber.add_response("get_key_policy", answer or policy({"Principal": ROOT}), {"KeyId": KEY, "PolicyName": "default"})
        return look_at_key(session_over(kms=client), ROLE, "alias/secrets")


def test_a_key_that_leaves_it_to_its_account_is_no_finding_and_known_by_its_arn() -> None:
    look = looked_at()
    assert (look.arn, look.granted, look.found.passes) == (KEY, False, True)


def test_a_key_that_lets_the_role_in_by_name_asks_nothing_of_the_roles_policies() -> None:
    assert looked_at(**policy({"Principal": {"AWS": ROLE}})).granted is True


def test_the_policy_of_a_key_of_aws_lets_everybody_of_the_account_in_by_secrets_manager() -> None:
    condition = {"StringEquals": {"kms:ViaService": "secretsmanager.ap-southeast-2.amazonaws.com", "kms:CallerAccount": ACCOUNT}}
    assert looked_at(**policy({"Principal": {"AWS": "*"}, "Condition": condition})).granted is True


@pytest.mark.parametrize(
    ("state", "fix"),
    [
        ("Disabled", f"aws kms enable-key --key-id {KEY}"),
        ("PendingDeletion", f"aws kms cancel-key-deletion --key-id {KEY} && aws kms enable-key --key-id {KEY}"),
    ],
)
def test_a_key_that_does_not_work_is_told_with_what_brings_it_back(state: str, fix: str) -> None:
    (denial,) = looked_at(state).found.problems
    assert (denial.cause, denial.action, denial.resources, denial.decision, plain(denial.fix)) == (
        "key_state",
        "kms:Decrypt",
        (KEY,),
        "",
        fix,
    )
    assert denial.text == f"The KMS key {KEY} is {state}, so it decrypts nothing"


@pytest.mark.parametrize(
    ("statements", "decision"),
    [
        ([], "implicit_deny"),
        ([{"Principal": ROOT, "Action": "kms:Encrypt"}], "implicit_deny"),
        ([{"Principal": ROOT}, {"Principal": {"AWS": ROLE}, "Effect": "Deny"}], "explicit_deny"),
    ],
)
def test_a_key_whose_policy_does_not_admit_the_role_is_told(statements: list[dict[str, Any]], decision: str) -> None:
    (denial,) = looked_at(**policy(*statements)).found.problems
    assert (denial.cause, denial.decision) == ("key_policy", decision)
    assert "Starter" in denial.text


def test_a_policy_with_conditions_that_cannot_be_judged_leaves_it_open() -> None:
    look = looked_at(**policy({"Principal": ROOT, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}))
    assert (look.granted, look.found.passes) == (False, None)


def test_a_key_that_is_gone_is_told_and_no_permission_on_it_is_asked_for() -> None:
    with boto3_client("kms") as (client, stubber):
        stubber.add_client_error("describe_key", "NotFoundException")
        look = look_at_key(session_over(kms=client), ROLE, KEY)
    assert look.granted
    assert [denial.cause for denial in look.found.problems] == ["key_state"]


def test_a_key_that_may_not_be_described_leaves_it_open_and_names_the_missing_action() -> None:
    with boto3_client("kms") as (client, stubber):
        stubber.add_client_error("describe_key", "AccessDeniedException", "x is not authorized to perform: kms:DescribeKey on resource: y")
        look = look_at_key(session_over(kms=client), ROLE, KEY)
    assert look.found.not_assessed == (NotAssessed("The state of KMS keys cannot be assessed without kms:DescribeKey"),)
    assert (look.arn, look.granted, look.found.passes) == (KEY, False, None)


def test_a_policy_that_may_not_be_read_leaves_it_open() -> None:
    with boto3_client("kms") as (client, stubber):
        stubber.add_response("describe_key", {"KeyMetadata": {"KeyId": "1", "Arn": KEY, "KeyState": "Enabled"}})
        stubber.add_client_error("get_key_policy", "AccessDeniedException", "x is not authorized to perform: kms:GetKeyPolicy")
        look = look_at_key(session_over(kms=client), ROLE, KEY)
    assert look.found.not_assessed == (NotAssessed("Policies of KMS keys cannot be assessed without kms:GetKeyPolicy"),)
