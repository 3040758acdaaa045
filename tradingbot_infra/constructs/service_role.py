"""A role for one AWS service, with a customer managed policy only: no inline policy, no AWS managed one."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct


class ServiceRole(Construct):
    """A role that one service may assume, on behalf of this account only (IAM User Guide, "The confused deputy problem").

    The role names its policy, so whatever uses the role waits for its permissions too. Other constructs get `granted`, which
    takes none of the statements that the CDK would add by itself: the policy written here is all there is.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: str,
        description: str,
        statements: Sequence[iam.PolicyStatement],
    ) -> None:
        super().__init__(scope, construct_id)
        account = cdk.Stack.of(self).account
        role = iam.Role(
            self,
            "Role",
            description=description,
            assumed_by=iam.ServicePrincipal(service, conditions={"StringEquals": {"aws:SourceAccount": account}}),
            managed_policies=[iam.ManagedPolicy(self, "Policy", description=description, statements=list(statements))],
        )
        self.granted = role.without_policy_updates()
