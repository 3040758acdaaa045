"""GitHub Actions as an identity provider of the account."""

from aws_cdk import aws_iam as iam
from constructs import Construct

from tradingbot_infra.design.github import AUDIENCE, ISSUER


class GitHubProvider(Construct):
    """The provider; an account can have one for each issuer (IAM API Reference, "CreateOpenIDConnectProvider").

    The class for plain CloudFormation: the other one of the CDK would bring a function of its own. No thumbprint: IAM trusts
    GitHub's certificate by the authorities that it knows (IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM").
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        provider = iam.OidcProviderNative(self, "Provider", url=f"https://{ISSUER}", client_ids=[AUDIENCE])
        self.arn = provider.oidc_provider_arn
