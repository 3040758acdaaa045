"""The two roles of a task have the stack's policies, which name every action."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tests.operations.verification.standing import outcomes, told
from tradingbot_infra.operations.live.roles import Role, allowed_actions, allowed_in_simulation
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.roles import FAR_OUTSIDE, Roles, narrow, nothing_else_allowed, policies

START, RUN = "arn:aws:iam::111122223333:policy/start", "arn:aws:iam::111122223333:policy/run"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
REVERT = plain(revert("service"))


def role(name: str, *attached: str, inline: tuple[str, ...] = (), actions: tuple[str, ...] = ("logs:PutLogEvents",)) -> Role:
    """A role with these policies."""
    return Role(f"arn:aws:iam::111122223333:role/{name}", name, attached, inline, actions)


def roles(execution: Role | None, task: Role | None) -> Roles:
    """Both roles."""
    return {"execution role": execution, "task role": task}


GOOD = roles(role("start", START), role("run", RUN))


def test_the_policies_of_the_stack_pass() -> None:
    assert told(policies(GOOD, {START, RUN})) == [(Outcome.PASS, "2 roles have 2 policies of the stack, and no others")]


def test_a_policy_from_elsewhere_fails_with_the_command_that_takes_it_away() -> None:
    (finding,) = policies(roles(role("start", START), role("run", RUN, ADMINISTRATOR)), {START, RUN})
    assert (finding.outcome, finding.found) == (Outcome.FAIL, f"the task role also has {ADMINISTRATOR}")
    assert plain(finding.next_step) == f"aws iam detach-role-policy --role-name run --policy-arn {ADMINISTRATOR}"


def test_an_inline_policy_fails_with_the_command_that_takes_it_away() -> None:
    (finding,) = policies(roles(role("start", START, inline=("extra",)), role("run", RUN)), {START, RUN})
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "the execution role also has the inline policy extra")
    assert plain(finding.next_step) == "aws iam delete-role-policy --role-name start --policy-name extra"


def test_a_policy_that_was_detached_fails() -> None:
    (finding,) = policies(roles(role("start"), role("run", RUN)), {START, RUN})
    assert (finding.outcome, finding.found, plain(finding.next_step)) == (Outcome.FAIL, "start is attached to no role", REVERT)


def test_a_role_that_is_gone_fails() -> None:
    assert (Outcome.FAIL, "there is no task role") in told(policies(roles(role("start", START), None), {START, RUN}))


@pytest.mark.parametrize("action", ["*", "s3:*", "s3:Get*", "s3:GetObjec?"])
def test_an_action_with_a_wildcard_fails(action: str) -> None:
    (finding,) = narrow(roles(role("start", START), role("run", RUN, actions=("logs:PutLogEvents", action))))
    assert (finding.outcome, finding.found) == (Outcome.FAIL, f"the task role allows {action}")


def test_actions_that_are_named_whole_pass() -> None:
    assert told(narrow(GOOD)) == [(Outcome.PASS, "2 actions, none with a wildcard")]


def test_what_a_simulation_lets_through_fails() -> None:
    assert told(nothing_else_allowed({"execution role": [], "task role": ["iam:CreateUser"]})) == [
        (Outcome.FAIL, "the task role may do iam:CreateUser")
    ]
    assert outcomes(nothing_else_allowed({"execution role": [], "task role": []})) == {Outcome.PASS}


def test_another_secret_is_among_what_is_far_outside() -> None:
    assert set(FAR_OUTSIDE) == {"iam:CreateUser", "s3:ListAllMyBuckets", "secretsmanager:GetSecretValue"}


@pytest.mark.parametrize(
    ("statement", "actions"),
    [
        ({"Effect": "Allow", "Action": "s3:GetObject"}, ["s3:GetObject"]),
        ({"Effect": "Allow", "Action": ["s3:GetObject", "s3:*"]}, ["s3:GetObject", "s3:*"]),
        ({"Effect": "Deny", "Action": "*"}, []),
        ({"Effect": "Allow", "NotAction": "iam:*"}, ["*"]),
    ],
)
def test_actions_of_a_statement(statement: dict[str, Any], actions: list[str]) -> None:
    assert allowed_actions({"Statement": statement}) == allowed_actions({"Statement": [statement]}) == actions


@pytest.mark.parametrize(("decision", "let_through"), [("allowed", True), ("implicitDeny", False), ("explicitDeny", False)])
def test_a_simulation_lets_through_what_it_allows(decision: str, let_through: bool) -> None:
    with boto3_client("iam") as (iam, stub):
        answer = {"EvaluationResults": [{"EvalActionName": "s3:GetObject", "EvalDecision": decision}]}
        stub.add_response("simulate_principal_policy", answer)
        assert allowed_in_simulation(session_over(iam=iam), role("run").arn, "s3:GetObject", "*") is let_through


@given(st.lists(st.lists(st.text(min_size=1), min_size=1)))
def test_no_allowed_action_of_any_policy_is_lost(actions: list[list[str]]) -> None:
    statements = [{"Effect": "Allow", "Action": each} for each in actions]
    assert allowed_actions({"Statement": statements}) == [action for each in actions for action in each]
