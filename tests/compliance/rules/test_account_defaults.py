"""Rules for settings of the account without a CloudFormation type, and for the support role."""

from typing import Any

import pytest

from tests.compliance.account_stack import account_stack, part
from tests.compliance.builders import judge
from tradingbot_infra.compliance.reading.account_stack import STACK
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import account_defaults as rules
from tradingbot_infra.compliance.rules import iam
from tradingbot_infra.compliance.status import Status

ALL = [value for value in vars(rules).values() if isinstance(value, Rule)]
HERE = {"AWS": {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":root"]]}}
WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
SHARED = {
    rules.password_policy: "Passwords",
    rules.password_length: "Passwords",
    rules.password_reuse: "Passwords",
    rules.s3_public_block: "Block",
    rules.ebs_default: "Ebs",
    rules.default_vpc: "DefaultVpcs",
    rules.support_role: "Support",
}


def status(rule: Rule, name: str, **properties: object) -> Status:
    return judge(rule, account_stack(**{name: part(name, **properties)}))[STACK]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_sound_stack_passes(rule: Rule) -> None:
    assert judge(rule, account_stack()) == {STACK: Status.PASS}


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_stack_without_it_fails(rule: Rule) -> None:
    assert judge(rule, account_stack(**{SHARED[rule]: None})) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ({"MinimumPasswordLength": 13}, ("acct.password_policy", "acct.pw_length")),
        ({"MinimumPasswordLength": None}, ("acct.password_policy", "acct.pw_length")),
        ({"PasswordReusePrevention": 5}, ("acct.password_policy", "acct.pw_reuse")),
        ({"MaxPasswordAge": 0}, ("acct.password_policy",)),
        ({"MaxPasswordAge": 365}, ("acct.password_policy",)),
        ({"RequireSymbols": False}, ("acct.password_policy",)),
        ({"RequireNumbers": None}, ("acct.password_policy",)),
        ({"MinimumPasswordLength": "16"}, ()),
    ],
    ids=str,
)
def test_a_password_policy_is_judged_by_each_parameter(change: dict[str, Any], failing: tuple[str, ...]) -> None:
    judged = (rules.password_policy, rules.password_length, rules.password_reuse)
    assert {rule.id for rule in judged if status(rule, "Passwords", **change) is Status.FAIL} == set(failing)


@pytest.mark.parametrize("member", ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"])
def test_each_member_of_the_account_s_block_counts(member: str) -> None:
    assert status(rules.s3_public_block, "Block", **{member: False}) is Status.FAIL
    assert status(rules.s3_public_block, "Block", **{member: None}) is Status.FAIL


@pytest.mark.parametrize(("rule", "name"), [(rules.ebs_default, "Ebs"), (rules.default_vpc, "DefaultVpcs")])
def test_a_call_of_something_else_than_the_function_does_not_pass(rule: Rule, name: str) -> None:
    assert status(rule, name, ServiceToken={"Ref": "Topic"}) is Status.FAIL
    elsewhere = status(rule, name, ServiceToken="arn:aws:lambda:ap-southeast-2:999988887777:function:theirs")
    assert elsewhere is Status.NOT_ASSESSED


@pytest.mark.parametrize(
    "statement",
    [
        {"Principal": HERE},
        {"Principal": HERE, "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}},
        {"Principal": HERE, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
        {"Principal": HERE, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": ["true", "false"]}}},
        {"Principal": {"AWS": "*"}, "Condition": WITH_MFA},
        {"Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Condition": WITH_MFA},
        {"Principal": {"Service": "ec2.amazonaws.com"}, "Condition": WITH_MFA},
    ],
    ids=str,
)
def test_a_support_role_for_others_than_people_with_mfa_fails(statement: dict[str, Any]) -> None:
    document = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", **statement}]}
    assert status(rules.support_role, "Support", AssumeRolePolicyDocument=document) is Status.FAIL


def test_a_support_role_with_more_than_its_policy_fails() -> None:
    arns = ["arn:aws:iam::aws:policy/AWSSupportAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess"]
    assert status(rules.support_role, "Support", ManagedPolicyArns=arns) is Status.FAIL


def test_a_role_of_people_with_mfa_is_a_trust_that_the_packs_take() -> None:
    assert judge(iam.trust, account_stack())["Support"] is Status.PASS
    document = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": HERE}]}
    changed = account_stack(Support=part("Support", AssumeRolePolicyDocument=document))
    assert judge(iam.trust, changed)["Support"] is Status.FAIL
