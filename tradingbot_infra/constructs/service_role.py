"""A role for one AWS service, with one customer managed policy: no inline policy, no AWS managed policy."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct


class ServiceRole(Construct):
    """A role that one service may assume.

    `from_this_account` ties it to this account (IAM User Guide, "The confused deputy problem"); it must be false for a service
    that is not known to tell the account when it assumes a role, which would otherwise be refused. `source_arn` also ties it to
    the one resource that the service acts for; None where AWS does not document its form.

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
        from_this_account: bool,
        source_arn: str | None,
        statements: Sequence[iam.PolicyStatement],
    ) -> None:
        super().__init__(scope, construct_id)
        conditions: dict[str, dict[str, str]] = {}
        if from_this_account:
            conditions["StringEquals"] = {"aws:SourceAccount": cdk.Stack.of(self).account}
        if source_arn:
            conditions["ArnEquals"] = {"aws:SourceArn": source_arn}
        role = iam.Role(
            self,
            "Role",
            description=description,
            assumed_by=iam.ServicePrincipal(service, conditions=conditions or None),
            managed_policies=[iam.ManagedPolicy(self, "Policy", description=description, statements=list(statements))],
        )
        self.granted = role.without_policy_updates()
