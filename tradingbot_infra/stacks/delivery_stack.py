"""DeliveryStack: the roles that GitHub's workflows assume, and the identity provider by which they do."""

from collections.abc import Sequence
from typing import Self

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.delivery_permissions import DeliveryPermissions
from tradingbot_infra.constructs.github_provider import GitHubProvider
from tradingbot_infra.constructs.github_role import GitHubRole
from tradingbot_infra.design.github import GitHubRepository
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.exports import Exports

_AN_HOUR = cdk.Duration.hours(1)


class DeliveryStack(BaseStack):
    """The account has one, while github_repository is set. It uses no other stack.

    A pull request gets no role: what it changes, it may change in its workflow too.
    """

    def __init__(self, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, repository: GitHubRepository) -> None:
        super().__init__(scope, place, description="TradingBot AI: roles of GitHub's workflows", config=config)
        self._delivery = config.delivery
        self._provider_arn = config.delivery.github_provider_arn or GitHubProvider(self, "GitHub").arn
        permissions = DeliveryPermissions(
            self,
            project=config.project,
            environments=[Names(project=config.project, environment=each) for each in config.delivery.github_environments],
            regions=list(dict.fromkeys(each.region for each in config.stacks)),
            qualifier=self.synthesizer.bootstrap_qualifier or cdk.DefaultStackSynthesizer.DEFAULT_QUALIFIER,
        )
        reads = iam.ManagedPolicy(self, "Reads", description="Reads what is deployed", statements=permissions.reads())
        shared = [reads]
        if config.account.ours:
            # Apart, because a policy takes 6,144 characters (IAM User Guide, "IAM and AWS STS quotas").
            statements = permissions.account_reads()
            shared.append(iam.ManagedPolicy(self, "AccountReads", description="Reads controls of the account", statements=statements))
        branch = [f"ref:refs/heads/{config.delivery.github_branch}"]
        environments = [f"environment:{each}" for each in config.delivery.github_environments]
        session = cdk.Duration.hours(config.delivery.github_session_hours)
        images = config.delivery.image_repository or repository
        self._role("Image", "pushes images", images, branch, session=_AN_HOUR, own=permissions.pushes(), shared=[])
        self._role("Deploy", "deploys", repository, environments, session=session, own=permissions.deploys(), shared=shared)
        self._role("Read", "reads what is deployed", repository, branch, session=_AN_HOUR, own=[], shared=shared)

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """DeliveryStack of the account.

        Raises ValueError without github_repository, with which there is no such stack.
        """
        repository = config.delivery.repository
        if repository is None:
            raise ValueError("DeliveryStack is of a repository: github_repository is not set")
        return cls(scope, place, config=config, repository=repository)

    def _role(
        self,
        name: str,
        does: str,
        repository: GitHubRepository,
        contexts: Sequence[str],
        *,
        session: cdk.Duration,
        own: Sequence[iam.PolicyStatement],
        shared: Sequence[iam.IManagedPolicy],
    ) -> None:
        role = GitHubRole(
            self,
            f"{name}Role",
            provider_arn=self._provider_arn,
            repository=repository,
            branch=self._delivery.github_branch,
            contexts=contexts,
            session=session,
            description=f"GitHub {does}",
            statements=own,
            further_policies=shared,
        )
        self.publish(f"{name}RoleArn", role.arn, f"The role by which a workflow of GitHub {does}")
