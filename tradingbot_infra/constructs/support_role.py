"""The role by which people open and follow cases at AWS Support."""

from aws_cdk import aws_iam as iam
from constructs import Construct


class SupportRole(iam.Role):
    """Identities of this account assume it, with MFA and where their own permissions say so (CIS AWS Foundations Benchmark 5.0, 1.16).

    AWSSupportAccess is AWS's own policy: the benchmark and AWS's tools look for exactly that one.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Opens and follows cases at AWS Support",
            assumed_by=iam.AccountRootPrincipal().with_conditions({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name("AWSSupportAccess")],
        )
