"""The CDK's function that empties the VPC's default security group, changed to follow this project's rules.

The CDK creates it with an inline policy, an AWS managed policy, and a log group that Lambda creates without a key and without expiry.
"""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

_PROVIDER = "Custom::VpcRestrictDefaultSGCustomResourceProvider"


class DefaultSecurityGroupFunction(Construct):
    """Gives the CDK's function one customer managed policy and a declared log group.

    Raises TypeError if the CDK no longer creates this function.
    """

    def __init__(self, scope: Construct, construct_id: str, *, vpc: ec2.Vpc, log_group: logs.ILogGroup) -> None:
        super().__init__(scope, construct_id)
        role, function = self._part("Role"), self._part("Handler")
        policy = iam.ManagedPolicy(
            self, "Policy", description="Empties the default security group", statements=self._statements(vpc, log_group)
        )
        role.add_property_override("ManagedPolicyArns", [policy.managed_policy_arn])
        role.add_property_deletion_override("Policies")
        function.add_property_override("LoggingConfig", {"LogGroup": log_group.log_group_name})

    def _part(self, name: str) -> cdk.CfnResource:
        part = cdk.Stack.of(self).node.find_child(_PROVIDER).node.find_child(name)
        if not isinstance(part, cdk.CfnResource):
            raise TypeError(f"{part.node.path} is no CloudFormation resource")
        return part

    def _statements(self, vpc: ec2.Vpc, log_group: logs.ILogGroup) -> list[iam.PolicyStatement]:
        group = cdk.Stack.of(self).format_arn(service="ec2", resource="security-group", resource_name=vpc.vpc_default_security_group)
        return [
            iam.PolicyStatement(
                actions=[f"ec2:{verb}SecurityGroup{way}" for verb in ("Authorize", "Revoke") for way in ("Ingress", "Egress")],
                resources=[group],
            ),
            iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]),
        ]
