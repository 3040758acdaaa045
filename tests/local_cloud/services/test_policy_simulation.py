"""What a role may do, under the caller's context."""

import json
import uuid
from typing import Any

import pytest

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

KEY = "arn:aws:kms:ap-southeast-2:000000000000:key/1"
SECRET = "arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:app"  # noqa: S105 - the name of a secret
VIA = "secretsmanager.ap-southeast-2.amazonaws.com"
DECRYPT = {
    "Effect": "Allow",
    "Action": "kms:Decrypt",
    "Resource": KEY,
    "Condition": {"StringEquals": {"kms:ViaService": VIA}},
}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def role_with(*statements: dict[str, Any], **settings: object) -> str:
    name = uuid.uuid4().hex
    arn: str = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument="{}", **settings)["Role"]["Arn"]
    call("iam", "PutRolePolicy", RoleName=name, PolicyName="inline", PolicyDocument=policy(*statements))
    return arn


def context(key: str, *values: str, kind: str = "string") -> dict[str, Any]:
    return {"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": kind}


def simulated(role: str, action: str, *resources: str, entries: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    named = {"ResourceArns": list(resources)} if resources else {}
    answer = call("iam", "SimulatePrincipalPolicy", PolicySourceArn=role, ActionNames=[action], **named, ContextEntries=list(entries))
    (result,) = answer["EvaluationResults"]
    assert result["EvalActionName"] == action
    return dict(result)


def custom(action: str, resource: str, *statements: dict[str, Any], entries: tuple[dict[str, Any], ...] = ()) -> str:
    answer = call(
        "iam",
        "SimulateCustomPolicy",
        PolicyInputList=[policy(*statements)],
        ActionNames=[action],
        ResourceArns=[resource],
        ContextEntries=list(entries),
    )
    return str(answer["EvaluationResults"][0]["EvalDecision"])


@pytest.mark.parametrize(
    ("entries", "decision"),
    [
        ((context("kms:ViaService", VIA),), "allowed"),
        ((context("KMS:viaservice", VIA),), "allowed"),
        ((context("kms:ViaService", "s3.ap-southeast-2.amazonaws.com"),), "implicitDeny"),
        ((context("kms:CallerAccount", VIA),), "implicitDeny"),
        ((), "implicitDeny"),
    ],
    ids=["given", "in-other-letters", "another-service", "another-key", "not-given"],
)
def test_a_statement_with_a_condition_counts_only_in_its_context(entries: tuple[dict[str, Any], ...], decision: str) -> None:
    assert simulated(role_with(DECRYPT), "kms:Decrypt", KEY, entries=entries)["EvalDecision"] == decision


def test_ministack_still_denies_whatever_the_context() -> None:
    answer = own(
        "iam",
        "SimulatePrincipalPolicy",
        PolicySourceArn=role_with(DECRYPT),
        ActionNames=["kms:Decrypt"],
        ResourceArns=[KEY],
        ContextEntries=[context("kms:ViaService", VIA)],
    )
    assert answer["EvaluationResults"][0]["EvalDecision"] == "implicitDeny"


def test_each_resource_has_its_decision_and_the_action_the_strictest() -> None:
    role = role_with({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": [f"{SECRET}-a", f"{SECRET}-b"]})
    result = simulated(role, "secretsmanager:GetSecretValue", f"{SECRET}-a", f"{SECRET}-b", f"{SECRET}-c")
    decisions = {one["EvalResourceName"]: one["EvalResourceDecision"] for one in result["ResourceSpecificResults"]}
    assert decisions == {f"{SECRET}-a": "allowed", f"{SECRET}-b": "allowed", f"{SECRET}-c": "implicitDeny"}
    assert (result["EvalResourceName"], result["EvalDecision"]) == ("*", "implicitDeny")
    assert simulated(role, "secretsmanager:GetSecretValue", f"{SECRET}-a", f"{SECRET}-b")["EvalDecision"] == "allowed"


def test_one_resource_is_named_in_the_result_itself() -> None:
    result = simulated(role_with({"Effect": "Allow", "Action": "*", "Resource": "*"}), "kms:Decrypt", KEY)
    assert (result["EvalResourceName"], result["EvalDecision"]) == (KEY, "allowed")


def test_a_deny_wins_over_an_allow() -> None:
    deny = {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}
    assert (
        simulated(role_with(DECRYPT, deny), "kms:Decrypt", KEY, entries=(context("kms:ViaService", VIA),))["EvalDecision"] == "explicitDeny"
    )


def test_missing_context_is_named_for_each_resource_it_matters_to() -> None:
    role = role_with(DECRYPT, {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": f"{KEY}2"})
    result = simulated(role, "kms:Decrypt", KEY, f"{KEY}2")
    missing = {one["EvalResourceName"]: one.get("MissingContextValues") for one in result["ResourceSpecificResults"]}
    assert missing == {KEY: ["kms:ViaService"], f"{KEY}2": []}
    assert result["MissingContextValues"] == []


def test_context_that_was_given_is_not_missing_whatever_it_says() -> None:
    result = simulated(role_with(DECRYPT), "kms:Decrypt", KEY, entries=(context("KMS:ViaService", "s3.amazonaws.com"),))
    assert [one["MissingContextValues"] for one in result["ResourceSpecificResults"]] == [[]]


def test_without_resources_missing_context_is_in_the_result_itself() -> None:
    anywhere = {**DECRYPT, "Resource": "*"}
    result = simulated(role_with(anywhere), "kms:Decrypt")
    assert (result["EvalResourceName"], result["MissingContextValues"]) == ("*", ["kms:ViaService"])
    assert "ResourceSpecificResults" not in result


@pytest.mark.parametrize(("values", "decision"), [(("a", "b"), "allowed"), (("a", "z"), "implicitDeny"), (("b",), "allowed")])
def test_a_list_in_the_context_is_a_set_of_values(values: tuple[str, ...], decision: str) -> None:
    condition = {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}
    statement = {"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*", "Condition": condition}
    assert custom("ec2:CreateTags", "*", statement, entries=(context("aws:TagKeys", *values, kind="stringList"),)) == decision


@pytest.mark.parametrize(("secure", "decision"), [("true", "allowed"), ("false", "explicitDeny")])
def test_other_types_of_context_count_too(secure: str, decision: str) -> None:
    allow = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "sns:Publish", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": False}}}
    assert custom("sns:Publish", "topic", allow, deny, entries=(context("aws:SecureTransport", secure, kind="boolean"),)) == decision


def test_a_permissions_boundary_narrows_what_policies_allow() -> None:
    narrow = call(
        "iam", "CreatePolicy", PolicyName=uuid.uuid4().hex, PolicyDocument=policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    )
    role = role_with({"Effect": "Allow", "Action": "*", "Resource": "*"}, PermissionsBoundary=narrow["Policy"]["Arn"])
    assert simulated(role, "s3:GetObject")["EvalDecision"] == "allowed"
    assert simulated(role, "kms:Decrypt")["EvalDecision"] == "implicitDeny"


def test_a_role_below_a_path_is_found_by_its_name() -> None:
    role = role_with({"Effect": "Allow", "Action": "*", "Resource": "*"}, Path="/service-role/")
    assert "/service-role/" in role
    assert simulated(role, "s3:GetObject")["EvalDecision"] == "allowed"


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("arn:aws:iam::000000000000:role/none", "NoSuchEntity"),
        ("arn:aws:iam::000000000000:user/none", "NoSuchEntity"),
        ("arn:aws:iam::000000000000:group/any", "InvalidInput"),
        ("arn:aws:sts::000000000000:assumed-role/a/b", "InvalidInput"),
    ],
)
def test_what_is_no_user_or_role_is_refused(arn: str, code: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        simulated(arn, "s3:GetObject")
    assert raised.value.code == code


def test_a_resource_policy_is_refused_and_not_ignored() -> None:
    with pytest.raises(LocalApiError, match="does not simulate ResourcePolicy"):
        call("iam", "SimulateCustomPolicy", PolicyInputList=[policy(DECRYPT)], ActionNames=["kms:Decrypt"], ResourcePolicy=policy(DECRYPT))


def matched(result: dict[str, Any]) -> list[str]:
    return [statement["SourcePolicyId"] for statement in result["MatchedStatements"]]


def test_the_policy_that_decides_is_named() -> None:
    role = role_with({"Effect": "Allow", "Action": "*", "Resource": "*"})
    name = role.rpartition("/")[2]
    assert matched(simulated(role, "s3:GetObject")) == [f"role_{name}_inline"]
    denying = call(
        "iam", "CreatePolicy", PolicyName=uuid.uuid4().hex, PolicyDocument=policy({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})
    )
    call("iam", "AttachRolePolicy", RoleName=name, PolicyArn=denying["Policy"]["Arn"])
    assert matched(simulated(role, "s3:GetObject")) == [denying["Policy"]["PolicyName"]]
    assert matched(simulated(role_with(DECRYPT), "s3:GetObject")) == []


@pytest.mark.parametrize(
    ("limit", "decision", "allowed"), [("Allow", "allowed", True), ("Deny", "explicitDeny", False), ("Nothing", "implicitDeny", False)]
)
def test_the_result_shows_whether_the_boundary_denied_it(limit: str, decision: str, allowed: bool) -> None:
    boundary = policy({"Effect": limit, "Action": "s3:*", "Resource": "*"})
    everything = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    answer = call(
        "iam",
        "SimulateCustomPolicy",
        PolicyInputList=[everything],
        PermissionsBoundaryPolicyInputList=[boundary],
        ActionNames=["s3:GetObject"],
    )
    (result,) = answer["EvaluationResults"]
    assert result["EvalDecision"] == decision
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": allowed}


def test_a_user_may_what_its_groups_may() -> None:
    name = uuid.uuid4().hex
    user = call("iam", "CreateUser", UserName=name)["User"]["Arn"]
    call("iam", "CreateGroup", GroupName=name)
    call(
        "iam",
        "PutGroupPolicy",
        GroupName=name,
        PolicyName="p",
        PolicyDocument=policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}),
    )
    assert simulated(user, "s3:GetObject")["EvalDecision"] == "implicitDeny"
    call("iam", "AddUserToGroup", GroupName=name, UserName=name)
    assert simulated(user, "s3:GetObject")["EvalDecision"] == "allowed"
    call(
        "iam", "PutUserPolicy", UserName=name, PolicyName="p", PolicyDocument=policy({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})
    )
    assert matched(simulated(user, "s3:GetObject")) == [f"user_{name}_p"]


def test_a_policy_of_aws_counts() -> None:
    name = uuid.uuid4().hex
    role = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    call("iam", "AttachRolePolicy", RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert simulated(role, "s3:GetObject")["EvalDecision"] == "allowed"
