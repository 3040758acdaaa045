"""IAM's answers become denials: each action once, with all its resources, the policy that is to blame, and what to do."""

from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.operations.permissions.sample import ROLE, secret
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.permissions.findings import Denial, Permissions
from tradingbot_infra.operations.permissions.simulation import Need, denials
from tradingbot_infra.operations.verdict import NotAssessed

READ, FIX = "secretsmanager:GetSecretValue", "restore the policy"
TOKEN, DATABASE = secret("token"), secret("database")


def simulated(results: Sequence[dict[str, Any]], *needs: Need) -> Permissions:
    with boto3_client("iam") as (client, stubber):
        stubber.add_response("simulate_principal_policy", {"EvaluationResults": list(results)})
        return denials(session_over(iam=client), ROLE, needs or [Need((READ,), TOKEN)], fix=FIX)


def result(decision: str = "implicitDeny", **more: Any) -> dict[str, Any]:
    return {"EvalActionName": READ, "EvalResourceName": TOKEN, "EvalDecision": decision, **more}


def test_what_is_allowed_is_no_finding() -> None:
    permissions = simulated([result("allowed")])
    assert permissions == Permissions()
    assert permissions.passes is True


def test_what_no_policy_allows_is_told_with_what_restores_it() -> None:
    permissions = simulated([result()])
    text = f"Starter may not do {READ} on secret:tradingbot/token-AbCdEf: no policy of the role allows it"
    assert permissions.problems == (Denial("identity_policy", READ, (TOKEN,), "implicit_deny", text, FIX),)
    assert permissions.passes is False


def test_what_a_policy_denies_is_told_with_its_name() -> None:
    (denial,) = simulated([result("explicitDeny", MatchedStatements=[{"SourcePolicyId": "NoSecrets"}])]).problems
    assert denial.decision == "explicit_deny"
    assert denial.text.endswith(": NoSecrets denies it")
    assert plain(denial.fix).startswith("`aws iam list-attached-role-policies --role-name Starter`")


def test_a_policy_that_allowed_it_is_not_blamed() -> None:
    (denial,) = simulated([result("implicitDeny", MatchedStatements=[{"SourcePolicyId": "Reader"}])]).problems
    assert "Reader" not in denial.text


@pytest.mark.parametrize(
    ("detail", "blamed"),
    [
        ({"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}, "a policy of the organization does not allow it"),
        (
            {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}},
            "the role's permissions boundary does not allow it",
        ),
    ],
)
def test_what_the_role_cannot_mend_itself_is_told_apart(detail: dict[str, Any], blamed: str) -> None:
    (denial,) = simulated([result(**detail)]).problems
    assert denial.text.endswith(blamed)
    assert plain(denial.fix) != FIX


def test_a_boundary_and_an_organization_that_allow_it_are_not_blamed() -> None:
    allowing: dict[str, Any] = {
        "OrganizationsDecisionDetail": {"AllowedByOrganizations": True},
        "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": True},
    }
    assert simulated([result(**allowing)]).problems[0].fix == FIX


def of(resource: str, decision: str) -> dict[str, Any]:
    return {"EvalResourceName": resource, "EvalResourceDecision": decision}


def test_of_several_resources_only_those_that_are_denied_are_told_and_in_one_denial() -> None:
    inside = [of(TOKEN, "implicitDeny"), of("arn:allowed", "allowed"), of(DATABASE, "implicitDeny")]
    (denial,) = simulated([result(ResourceSpecificResults=inside)]).problems
    assert denial.resources == (TOKEN, DATABASE)
    assert "on secret:tradingbot/token-AbCdEf and 1 more:" in denial.text


def test_different_decisions_about_one_action_are_two_denials() -> None:
    inside = [of(TOKEN, "implicitDeny"), of(DATABASE, "explicitDeny")]
    assert [denial.decision for denial in simulated([result(ResourceSpecificResults=inside)]).problems] == [
        "implicit_deny",
        "explicit_deny",
    ]


def test_a_decision_that_waits_for_the_call_is_not_assessable() -> None:
    permissions = simulated([result(MissingContextValues=["aws:SourceVpce"])])
    assert permissions.problems == ()
    assert permissions.passes is None
    assert permissions.not_assessed == (
        NotAssessed(f"Starter: whether it may do {READ} depends on aws:SourceVpce, known only when it is done"),
    )


def test_needs_of_the_same_actions_and_context_are_asked_together_and_others_apart() -> None:
    context = (("kms:ViaService", "secretsmanager"),)
    needs = [Need((READ,), TOKEN), Need(("kms:Decrypt",), "key", context), Need((READ,), DATABASE), Need((READ,), TOKEN)]
    empty: dict[str, Any] = {"EvaluationResults": []}
    entry = {"ContextKeyName": "kms:ViaService", "ContextKeyType": "string", "ContextKeyValues": ["secretsmanager"]}
    with boto3_client("iam") as (client, stubber):
        first = {"PolicySourceArn": ROLE, "ActionNames": [READ], "ResourceArns": [TOKEN, DATABASE], "ContextEntries": []}
        stubber.add_response("simulate_principal_policy", empty, first)
        second = {"PolicySourceArn": ROLE, "ActionNames": ["kms:Decrypt"], "ResourceArns": ["key"], "ContextEntries": [entry]}
        stubber.add_response("simulate_principal_policy", empty, second)
        assert denials(session_over(iam=client), ROLE, needs, fix=FIX).passes is True


def test_every_page_counts() -> None:
    with boto3_client("iam") as (client, stubber):
        stubber.add_response("simulate_principal_policy", {"EvaluationResults": [], "IsTruncated": True, "Marker": "more"})
        stubber.add_response("simulate_principal_policy", {"EvaluationResults": [result()], "IsTruncated": False})
        assert denials(session_over(iam=client), ROLE, [Need((READ,), TOKEN)], fix=FIX).passes is False


def refused(code: str, message: str = "") -> Permissions:
    with boto3_client("iam") as (client, stubber):
        stubber.add_client_error("simulate_principal_policy", code, message)
        return denials(session_over(iam=client), ROLE, [Need((READ,), TOKEN), Need(("ecr:GetAuthorizationToken",), "*")], fix=FIX)


def test_credentials_that_may_not_simulate_leave_it_open_and_the_missing_action_is_named() -> None:
    permissions = refused("AccessDenied", "User x is not authorized to perform: iam:SimulatePrincipalPolicy on resource y")
    assert permissions == Permissions(
        not_assessed=(NotAssessed("Starter: its permissions cannot be simulated without iam:SimulatePrincipalPolicy"),)
    )


def test_a_role_that_does_not_exist_is_told() -> None:
    (denial,) = refused("NoSuchEntity").problems
    assert (denial.cause, denial.resources, denial.text, plain(denial.fix)) == ("no_role", (ROLE,), "The role Starter does not exist", FIX)


def test_other_failures_are_not_taken_for_an_answer() -> None:
    with pytest.raises(ClientError, match="ServiceFailure"):
        refused("ServiceFailure")


def test_permissions_add_up_and_tell_nothing_twice() -> None:
    denied = simulated([result()])
    open_question = Permissions(not_assessed=(NotAssessed("something"),))
    assert denied + open_question + denied + open_question == Permissions(denied.problems, (NotAssessed("something"),))
    assert (Permissions() + open_question).passes is None
