"""A workflow gets in that should not, or may do what no workflow needs. Of an account with DeliveryStack."""

from collections.abc import Mapping
from typing import Any

from tests.compliance.seeds.faults import (
    OTHER_ACCOUNT,
    OWN_ACCOUNT,
    Fault,
    Seeds,
    adds,
    appends,
    both,
    drops,
    permits,
    removes,
    sets,
    states,
)

CONNECTED: Mapping[str, object] = {"github_repository": "acme/infra", "github_owner_id": "11", "github_repository_id": "22"}
"""Production's settings beside its own."""

_ROLE, _POLICY, _PROVIDER = "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::OIDCProvider"
_HOST = "token.actions.githubusercontent.com"
_CONDITION = "AssumeRolePolicyDocument/Statement/0/Condition"
_SUBJECT = f"{_CONDITION}/StringEquals/{_HOST}:sub"
_AUDIENCE = {f"{_HOST}:aud": "sts.amazonaws.com"}


def _subject(of: str, *subjects: str) -> Fault:
    return sets(_ROLE, _SUBJECT, list(subjects), of=of)


def _by(operator: str, of: str, subject: str) -> Fault:
    """Asks for the subject by another operator."""
    return both(drops(_ROLE, _SUBJECT, of=of), sets(_ROLE, f"{_CONDITION}/{operator}", {f"{_HOST}:sub": subject}, of=of))


def _lets_in(of: str, condition: Mapping[str, Any], provider: object = None) -> Fault:
    """Adds a statement of trust."""
    federated = provider or {"Ref": "GitHubProviderE571E8F1"}
    statement = {"Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": federated}, "Condition": dict(condition)}
    return states(_ROLE, of, statement)


SEEDS: Seeds = {
    "any job of the repository deploys": _by("StringLike", "DeployRole", "repo:acme/infra:*"),
    "any job of the owner deploys": _by("StringLike", "DeployRole", "repo:acme/*"),
    "any job on GitHub deploys": drops(_ROLE, _SUBJECT, of="DeployRole"),
    "an exact subject is a pattern": _subject("DeployRole", "repo:acme/infra:environment:*"),
    "a pull request deploys": _subject("DeployRole", "repo:acme/infra:pull_request"),
    "a pull request deploys as well": appends(_ROLE, _SUBJECT, "repo:acme@11/infra@22:pull_request", of="DeployRole"),
    "a pull request pushes images": _subject("ImageRole", "repo:acme/infra:pull_request"),
    "a pull request reads what is deployed": _subject("ReadRole", "repo:acme/infra:pull_request"),
    "a fork deploys": _subject("DeployRole", "repo:mallory/infra:environment:production"),
    "another repository of the owner deploys": appends(_ROLE, _SUBJECT, "repo:acme/website:environment:production", of="DeployRole"),
    "another environment deploys": appends(_ROLE, _SUBJECT, "repo:acme/infra:environment:sandbox", of="DeployRole"),
    "a branch without approval deploys": appends(_ROLE, _SUBJECT, "repo:acme/infra:ref:refs/heads/main", of="DeployRole"),
    "a tag pushes images": _subject("ImageRole", "repo:acme/infra:ref:refs/tags/v1"),
    "an environment is asked for without regard to case": _by(
        "StringEqualsIgnoreCase", "DeployRole", "repo:acme/infra:environment:production"
    ),
    "a subject is asked for where there is one": _by("StringEqualsIfExists", "DeployRole", "repo:acme/infra:environment:production"),
    "one of the subjects is enough": _by("ForAnyValue:StringEquals", "DeployRole", "repo:acme/infra:environment:production"),
    "no subject is enough": _by("ForAllValues:StringEquals", "DeployRole", "repo:acme/infra:environment:production"),
    "a token for anybody deploys": drops(_ROLE, f"{_CONDITION}/StringEquals/{_HOST}:aud", of="DeployRole"),
    "a token for another audience deploys": sets(
        _ROLE, f"{_CONDITION}/StringEquals/{_HOST}:aud", ["sts.amazonaws.com", "https://github.com/acme"], of="DeployRole"
    ),
    "an environment that a branch made deploys": drops(_ROLE, f"{_CONDITION}/StringEquals/{_HOST}:ref", of="DeployRole"),
    "every branch deploys": sets(_ROLE, f"{_CONDITION}/StringEquals/{_HOST}:ref", "refs/heads/*", of="DeployRole"),
    "whoever takes over the name deploys": drops(_ROLE, f"{_CONDITION}/StringEquals/{_HOST}:repository_id", of="DeployRole"),
    "a claim that AWS does not check stands in its place": both(
        drops(_ROLE, f"{_CONDITION}/StringEquals/{_HOST}:repository_id", of="DeployRole"),
        sets(_ROLE, f"{_CONDITION}/StringEquals/{_HOST}:repository_owner_id", "11", of="DeployRole"),
    ),
    "a second statement lets in everybody": _lets_in("DeployRole", {"StringEquals": _AUDIENCE}),
    "another provider is trusted": _lets_in(
        "DeployRole",
        {"StringEquals": _AUDIENCE},
        {"Fn::Join": ["", ["arn:aws:iam::", OWN_ACCOUNT, ":oidc-provider/gitlab.com"]]},
    ),
    "the provider of another account is trusted": sets(
        _ROLE,
        "AssumeRolePolicyDocument/Statement/0/Principal",
        {"Federated": f"arn:aws:iam::{OTHER_ACCOUNT}:oidc-provider/{_HOST}"},
        of="DeployRole",
    ),
    "the role that deploys is assumed by another account too": states(
        _ROLE, "DeployRole", {"Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}}
    ),
    "a task's role is assumed by GitHub too": _lets_in(
        "TaskRole", {"StringEquals": {**_AUDIENCE, f"{_HOST}:sub": "repo:acme/infra:environment:production"}}
    ),
    "the provider is of another address": sets(_PROVIDER, "Url", f"https://{_HOST}.example.org"),
    "the provider takes tokens for others": appends(_PROVIDER, "ClientIdList", "https://github.com/acme"),
    "the provider has a thumbprint": sets(_PROVIDER, "ThumbprintList", ["f" * 40]),
    "there is a second provider": adds(
        _PROVIDER, {"Url": "https://gitlab.com", "ClientIdList": ["sts.amazonaws.com"]}, stack="DeliveryStack"
    ),
    "there is no provider": removes(_PROVIDER),
    "a session lasts half a day": sets(_ROLE, "MaxSessionDuration", 43200, of="DeployRole"),
    "who reads may read for half a day": sets(_ROLE, "MaxSessionDuration", 43200, of="ReadRole"),
    "who deploys assumes any role": sets(_POLICY, "PolicyDocument/Statement/0/Resource", "*", of="DeployRolePolicy"),
    "who deploys takes the role of CloudFormation": appends(
        _POLICY,
        "PolicyDocument/Statement/0/Resource",
        {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/cdk-hnb659fds-cfn-exec-role-${AWS::AccountId}-ap-southeast-2"},
        of="DeployRolePolicy",
    ),
    "who deploys takes the roles of another account": sets(
        _POLICY,
        "PolicyDocument/Statement/0/Resource",
        f"arn:aws:iam::{OTHER_ACCOUNT}:role/cdk-hnb659fds-deploy-role-{OTHER_ACCOUNT}-ap-southeast-2",
        of="DeployRolePolicy",
    ),
    "who deploys passes roles": permits("DeployRolePolicy", "iam:PassRole"),
    "who deploys updates every stack": sets(_POLICY, "PolicyDocument/Statement/1/Resource", "*", of="DeployRolePolicy"),
    "who deploys reads secrets": permits("DeployRolePolicy", "secretsmanager:GetSecretValue"),
    "who reads writes": permits("Reads", "ecs:UpdateService"),
    "who reads reads secrets": permits("Reads", "secretsmanager:GetSecretValue"),
    "who reads reads logs": permits("Reads", "logs:FilterLogEvents"),
    "who reads makes access keys": permits("Reads", "iam:CreateAccessKey"),
    "who reads deploys": appends(_ROLE, "ManagedPolicyArns", {"Ref": "DeployRolePolicy8ADBC5EA"}, of="ReadRole"),
    "who pushes images deploys": appends(_ROLE, "ManagedPolicyArns", {"Ref": "DeployRolePolicy8ADBC5EA"}, of="ImageRole"),
    "who pushes images pushes to every repository": sets(_POLICY, "PolicyDocument/Statement/1/Resource", "*", of="ImageRolePolicy"),
    "who pushes images deletes them": permits("ImageRolePolicy", "ecr:BatchDeleteImage"),
    "who pushes images lets tags move": permits("ImageRolePolicy", "ecr:PutImageTagMutability"),
    "who reads is an administrator": appends(_ROLE, "ManagedPolicyArns", "arn:aws:iam::aws:policy/AdministratorAccess", of="ReadRole"),
}
