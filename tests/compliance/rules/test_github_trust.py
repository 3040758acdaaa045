"""Trust in GitHub's workflows: what the settings make passes, and whatever admits one job more does not."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from tests.compliance.builders import assembly_of, judge, resource
from tradingbot_infra.compliance.rules import access, iam
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import Assembly

HOST = "token.actions.githubusercontent.com"
PROVIDER = {"Ref": "GitHub"}
ADOPTED = f"arn:aws:iam::111122223333:oidc-provider/{HOST}"
IDS: dict[str, object] = {"github_repository": "acme/infra", "github_owner_id": "11", "github_repository_id": "22"}
SETTINGS: dict[str, object] = {**IDS, "github_image_repository": "acme/app", "github_image_repository_id": "33"}
SUBJECTS = ["repo:acme/infra:environment:production", "repo:acme@11/infra@22:environment:production"]

Change = Callable[[dict[str, Any]], None]


def trusted(repository: str = "22", subjects: object = None, **asked: object) -> dict[str, Any]:
    """The statement by which jobs of an environment assume a role."""
    known = {"aud": "sts.amazonaws.com", "sub": subjects or SUBJECTS, "ref": "refs/heads/main", "repository_id": repository, **asked}
    keys = {f"{HOST}:{name}": value for name, value in known.items() if value is not None}
    return {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": PROVIDER},
        "Condition": {"StringEquals": keys},
    }


def assembly(*statements: object, url: str = f"https://{HOST}", settings: Mapping[str, object] = SETTINGS) -> Assembly:
    role = resource("AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}})
    provider = resource("AWS::IAM::OIDCProvider", {"Url": url, "ClientIdList": ["sts.amazonaws.com"]})
    config = load_config("production", settings)
    return replace(assembly_of({"Role": role, "GitHub": provider}), config=config)


def status(*statements: object, **settings: object) -> Status:
    return judge(iam.trust, assembly(*statements, settings=settings or SETTINGS))["Role"]


@pytest.mark.parametrize(
    "statement",
    [
        trusted(),
        trusted(subjects=SUBJECTS[0]),
        trusted(subjects=["repo:acme/infra:environment:staging"]),
        trusted(subjects="repo:acme@11/infra@22:ref:refs/heads/main"),
        trusted("33", "repo:acme@11/app@33:ref:refs/heads/main"),
    ],
)
def test_jobs_of_a_repository_of_the_settings_may_assume_a_role(statement: dict[str, Any]) -> None:
    assert status(statement) is Status.PASS
    assert judge(access.this_account, assembly(statement))["Role"] is Status.PASS


def test_without_ids_the_names_are_enough() -> None:
    plain = trusted(subjects="repo:acme/infra:environment:production", repository_id=None)
    assert status(plain, github_repository="acme/infra") is Status.PASS


@pytest.mark.parametrize(
    "subjects",
    [
        "repo:acme/infra:*",
        "repo:acme/infra:environment:*",
        "repo:acme/*:environment:production",
        "*",
        "repo:acme/infra:environment:productio?",
        "repo:acme/infra:pull_request",
        "repo:acme@11/infra@22:pull_request",
        "repo:acme/infra:environment:development",
        "repo:acme/infra:environment:Production",
        "repo:acme/infra:ref:refs/heads/feature",
        "repo:acme/infra:ref:refs/tags/v1",
        "repo:acme/other:environment:production",
        "repo:fork/infra:environment:production",
        "repo:acme@11/infra@99:environment:production",
        "repo:acme@99/infra@22:environment:production",
        "repo:acme/app:environment:production",
        [*SUBJECTS, "repo:fork/infra:environment:production"],
        [*SUBJECTS, "repo:acme/infra:pull_request"],
        [],
    ],
)
def test_no_other_subject_may(subjects: object) -> None:
    statement = trusted()
    statement["Condition"]["StringEquals"][f"{HOST}:sub"] = subjects
    assert status(statement) is Status.FAIL


def operator(name: str, *keys: str) -> Change:
    """Asks for some keys by another operator."""

    def change(statement: dict[str, Any]) -> None:
        equals = statement["Condition"]["StringEquals"]
        moved = {f"{HOST}:{key}": equals.pop(f"{HOST}:{key}") for key in keys}
        statement["Condition"] = {name: moved, **({"StringEquals": equals} if equals else {})}

    return change


def asks(key: str, value: object) -> Change:
    """Asks for another value, None for none."""

    def change(statement: dict[str, Any]) -> None:
        equals = statement["Condition"]["StringEquals"]
        equals.pop(f"{HOST}:{key}", None)
        if value is not None:
            equals[f"{HOST}:{key}"] = value

    return change


def says(name: str, value: object) -> Change:
    return lambda statement: statement.update({name: value})


ALL = ("aud", "sub", "ref", "repository_id")
FAULTS: dict[str, Change] = {
    "a subject by pattern": operator("StringLike", "sub"),
    "all by pattern": operator("StringLike", *ALL),
    "a subject without regard to case": operator("StringEqualsIgnoreCase", "sub"),
    "a subject if there is one": operator("StringEqualsIfExists", "sub"),
    "any of the audiences": operator("ForAnyValue:StringEquals", "aud"),
    "any of the subjects": operator("ForAnyValue:StringEquals", "sub"),
    "every subject, also none": operator("ForAllValues:StringEquals", *ALL),
    "every subject but these": operator("StringNotEquals", "sub"),
    "a subject by the form of an ARN": operator("ArnLike", "sub"),
    "no audience": asks("aud", None),
    "another audience": asks("aud", "https://github.com/acme"),
    "two audiences": asks("aud", ["sts.amazonaws.com", "https://github.com/acme"]),
    "no subject": asks("sub", None),
    "no branch": asks("ref", None),
    "another branch": asks("ref", "refs/heads/feature"),
    "any branch": asks("ref", "refs/heads/*"),
    "a pull request's branch": asks("ref", "refs/pull/1/merge"),
    "no number of the repository": asks("repository_id", None),
    "the number of another repository": asks("repository_id", "33"),
    "two numbers": asks("repository_id", ["22", "99"]),
    "a claim that AWS does not check": asks("repository_owner_id", "11"),
    "a further claim": asks("actor", "somebody"),
    "no condition": lambda statement: statement.pop("Condition"),
    "an empty condition": says("Condition", {}),
    "no block of keys": says("Condition", {"StringEquals": "sub"}),
    "a second operator": lambda statement: statement["Condition"].update({"Bool": {"aws:SecureTransport": "true"}}),
    "another provider": says("Principal", {"Federated": "arn:aws:iam::111122223333:oidc-provider/gitlab.com"}),
    "the provider of another account": says("Principal", {"Federated": f"arn:aws:iam::999988887777:oidc-provider/{HOST}"}),
    "the provider by its ARN, although these stacks declare it": says("Principal", {"Federated": ADOPTED}),
    "two providers": says("Principal", {"Federated": [PROVIDER, "cognito-identity.amazonaws.com"]}),
    "anybody": says("Principal", "*"),
    "any provider": says("Principal", {"Federated": "*"}),
    "an account beside it": says("Principal", {"Federated": PROVIDER, "AWS": "arn:aws:iam::999988887777:root"}),
    "everybody but somebody": says("NotPrincipal", {"AWS": "arn:aws:iam::111122223333:root"}),
    "the provider as an identity of the account": says("Principal", {"AWS": PROVIDER}),
    "a service in its place": says("Principal", {"Service": "ecs-tasks.amazonaws.com"}),
    "a role in its place": says("Principal", {"Federated": {"Fn::GetAtt": ["Role", "Arn"]}}),
    "tags of the session": says("Action", ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]),
    "the action by pattern": says("Action", "sts:*"),
    "another action": says("Action", "sts:AssumeRole"),
}


@pytest.mark.parametrize("change", FAULTS.values(), ids=FAULTS)
def test_whatever_admits_another_job_is_found(change: Change) -> None:
    statement = deepcopy(trusted())
    change(statement)
    assert statement != trusted()
    assert status(statement) is Status.FAIL


def test_a_second_statement_that_admits_anybody_is_found() -> None:
    assert status(trusted(), {**trusted(), "Condition": {"StringLike": {f"{HOST}:sub": "repo:acme/*"}}}) is Status.FAIL


def test_a_provider_of_another_issuer_is_not_githubs() -> None:
    found = assembly(trusted(), url="https://token.actions.githubusercontent.com.example.org")
    assert judge(iam.trust, found)["Role"] is Status.FAIL
    assert judge(access.this_account, found)["Role"] is Status.FAIL


def test_an_adopted_provider_is_the_one_of_the_settings() -> None:
    statement = {**trusted(), "Principal": {"Federated": ADOPTED}}
    assert status(statement, **SETTINGS, github_provider_arn=ADOPTED) is Status.PASS
    assert status(trusted(), **SETTINGS, github_provider_arn=ADOPTED) is Status.FAIL
    assert status(statement, **SETTINGS) is Status.FAIL
    assert status({**statement, "Principal": {"AWS": ADOPTED}}, **SETTINGS, github_provider_arn=ADOPTED) is Status.FAIL


def test_nobody_is_trusted_while_no_repository_is_set() -> None:
    assert status(trusted(), project="tradingbot-ai") is Status.FAIL


def test_without_settings_no_workflow_is_known() -> None:
    found = replace(assembly(trusted()), config=None)
    assert judge(iam.trust, found)["Role"] is Status.FAIL
