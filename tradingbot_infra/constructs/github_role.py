"""A role that workflows of one GitHub repository assume, with customer managed policies."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from tradingbot_infra.design.github import AUDIENCE, ISSUER, GitHubRepository


class GitHubRole(Construct):
    """A role for jobs on one branch of one repository, in one of `contexts`, such as `environment:production`.

    The branch is asked for beside the subject, because GitHub makes an environment that nobody has made, without protection, for
    whichever branch names it first (GitHub Docs, "Managing environments for deployment"). repository_id is asked for where it is
    known. repository_owner_id is not among the claims that AWS STS checks (IAM User Guide, "Available keys for AWS OIDC federation"),
    and a condition on it would let nobody in; a repository's number has one owner at a time anyway.

    `session` is the longest that a session may last; a session that a role itself assumes lasts an hour at most, and the CDK CLI
    renews it by this one (IAM User Guide, "Role chaining").
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        provider_arn: str,
        repository: GitHubRepository,
        branch: str,
        contexts: Sequence[str],
        session: cdk.Duration,
        description: str,
        statements: Sequence[iam.PolicyStatement],
        further_policies: Sequence[iam.IManagedPolicy],
    ) -> None:
        super().__init__(scope, construct_id)
        asked: dict[str, object] = {
            f"{ISSUER}:aud": AUDIENCE,
            f"{ISSUER}:sub": list(repository.subjects(*contexts)),
            f"{ISSUER}:ref": f"refs/heads/{branch}",
        }
        if repository.repository_id is not None:
            asked[f"{ISSUER}:repository_id"] = repository.repository_id
        own = [iam.ManagedPolicy(self, "Policy", description=description, statements=list(statements))] if statements else []
        role = iam.Role(
            self,
            "Role",
            description=description,
            assumed_by=iam.WebIdentityPrincipal(provider_arn, {"StringEquals": asked}),
            max_session_duration=session,
            managed_policies=[*own, *further_policies],
        )
        self.arn = role.role_arn
