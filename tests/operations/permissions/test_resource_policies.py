"""What the policy of a secret or key says about a role, and when it says nothing that can be relied on."""

import json
from typing import Any

import pytest

from tests.operations.permissions.sample import ACCOUNT, ROLE
from tradingbot_infra.operations.permissions.resource_policies import Call, PolicyAnswer, policy_answer

CALL = Call(ROLE, "kms:Decrypt", (("kms:ViaService", "secretsmanager.ap-southeast-2.amazonaws.com"),))
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def said(*statements: dict[str, Any]) -> PolicyAnswer:
    return policy_answer(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}), CALL)


def statement(principal: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "kms:Decrypt", "Resource": "*", **more}


@pytest.mark.parametrize("principal", [{"AWS": ROOT}, {"AWS": ACCOUNT}, {"AWS": ["arn:aws:iam::444455556666:root", ROOT]}])
def test_its_account_may_decide_for_it(principal: Any) -> None:
    assert said(statement(principal)) is PolicyAnswer.ACCOUNT


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ROLE}])
def test_it_may_be_let_in_by_name_or_with_everybody(principal: Any) -> None:
    assert said(statement(principal), statement({"AWS": ROOT})) is PolicyAnswer.ROLE


@pytest.mark.parametrize(
    "principal",
    [{"Service": "logs.amazonaws.com"}, {"AWS": "arn:aws:iam::444455556666:root"}, {"AWS": f"{ROLE}-other"}, {"AWS": f"{ACCOUNT}0"}, {}],
)
def test_others_are_others(principal: Any) -> None:
    assert said(statement(principal)) is PolicyAnswer.SILENT


def test_without_statements_nothing_is_said() -> None:
    assert said() is PolicyAnswer.SILENT


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:decrypt", "kms:*", "kms:De*", "*", ["kms:Encrypt", "kms:Decryp?"]])
def test_actions_have_wildcards_and_no_case(action: Any) -> None:
    assert said(statement({"AWS": ROOT}, Action=action)) is PolicyAnswer.ACCOUNT


@pytest.mark.parametrize("action", ["kms:Encrypt", "kms:Decrypt?", "xkms:Decrypt", [], "kms.Decrypt"])
def test_other_actions_are_others(action: Any) -> None:
    assert said(statement({"AWS": ROOT}, Action=action)) is PolicyAnswer.SILENT


@pytest.mark.parametrize("principal", ["*", {"AWS": ROLE}, {"AWS": ROOT}])
def test_a_denial_outweighs_what_allows_it(principal: Any) -> None:
    assert said(statement({"AWS": ROLE}), statement(principal, Effect="Deny")) is PolicyAnswer.DENIED


def test_one_statement_may_stand_without_a_list() -> None:
    assert policy_answer(json.dumps({"Statement": statement({"AWS": ROOT})}), CALL) is PolicyAnswer.ACCOUNT


VIA = "kms:ViaService"
CONDITIONS: list[tuple[dict[str, Any], bool]] = [
    ({"StringEquals": {VIA: "secretsmanager.ap-southeast-2.amazonaws.com"}}, True),
    ({"StringEquals": {VIA: ["s3.amazonaws.com", "secretsmanager.ap-southeast-2.amazonaws.com"]}}, True),
    ({"StringEquals": {VIA.lower(): "secretsmanager.*"}}, False),
    ({"StringLike": {VIA: "secretsmanager.*.amazonaws.com"}}, True),
    ({"StringNotEquals": {VIA: "secretsmanager.ap-southeast-2.amazonaws.com"}}, False),
    ({"StringNotLike": {VIA: ["s3.*"]}}, True),
    ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/ecs/*"}}, True),
    ({"ArnNotLike": {"aws:PrincipalArn": ROLE}}, False),
    ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}, "StringLike": {VIA: "s3.*"}}, False),
]


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS)
def test_comparisons_of_what_is_known_are_made(condition: dict[str, Any], holds: bool) -> None:
    assert said(statement({"AWS": ROOT}, Condition=condition)) is (PolicyAnswer.ACCOUNT if holds else PolicyAnswer.SILENT)
    assert said(statement({"AWS": ROOT}), statement("*", Effect="Deny", Condition=condition)) is (
        PolicyAnswer.DENIED if holds else PolicyAnswer.ACCOUNT
    )


@pytest.mark.parametrize(
    "condition", [{"StringEquals": {"aws:SourceVpce": "vpce-1"}}, {"Bool": {VIA: "true"}}, {"Null": {"aws:SourceVpce": "true"}}]
)
def test_a_condition_that_cannot_be_judged_leaves_it_open(condition: dict[str, Any]) -> None:
    conditional = statement({"AWS": ROOT}, Condition=condition)
    assert said(conditional) is PolicyAnswer.NOT_ASSESSED
    assert said(conditional, statement({"AWS": ROOT})) is PolicyAnswer.ACCOUNT
    assert said(statement({"AWS": ROOT}), {**conditional, "Effect": "Deny"}) is PolicyAnswer.NOT_ASSESSED


def test_a_condition_that_fails_for_certain_outweighs_one_that_cannot_be_judged() -> None:
    condition = {"StringEquals": {"aws:SourceVpce": "vpce-1", VIA: "s3.amazonaws.com"}}
    assert said(statement({"AWS": ROOT}), statement("*", Effect="Deny", Condition=condition)) is PolicyAnswer.ACCOUNT


@pytest.mark.parametrize("instead", [{"NotAction": "kms:Decrypt"}, {"NotPrincipal": {"AWS": ROOT}}])
def test_what_is_policy_answer_exclusion_leaves_it_open(instead: dict[str, Any]) -> None:
    assert said(statement({"AWS": ROOT}), {**statement("*"), "Effect": "Deny", **instead}) is PolicyAnswer.NOT_ASSESSED
