"""X-Ray's transaction search: it takes spans by OTLP, and keeps them in a log group."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_xray as xray
from constructs import Construct

from tradingbot_infra.design.telemetry import APPLICATION_SIGNALS_LOG_GROUP, SPANS_LOG_GROUP


class TransactionSearch(Construct):
    """One in a region of an account. `policy_name` is that of the policy by which X-Ray writes to its two log groups.

    AccountDefaults gives the log group its key and its days: X-Ray makes it, so no template can declare it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, policy_name: str, indexing_percent: int) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        groups = [
            stack.format_arn(service="logs", resource="log-group", resource_name=f"{name}:*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME)
            for name in (SPANS_LOG_GROUP, APPLICATION_SIGNALS_LOG_GROUP)
        ]
        from_xray = stack.format_arn(service="xray", resource="*", arn_format=cdk.ArnFormat.NO_RESOURCE_NAME)
        policy = logs.ResourcePolicy(
            self,
            "Delivery",
            resource_policy_name=policy_name,
            policy_statements=[
                # Amazon CloudWatch User Guide, "Using Transaction Search with AWS CloudFormation".
                iam.PolicyStatement(
                    sid="TransactionSearchXRayAccess",
                    principals=[iam.ServicePrincipal("xray.amazonaws.com")],
                    actions=["logs:PutLogEvents"],
                    resources=groups,
                    conditions={"StringEquals": {"aws:SourceAccount": stack.account}, "ArnLike": {"aws:SourceArn": from_xray}},
                )
            ],
        )
        self.search = xray.CfnTransactionSearchConfig(self, "Search", indexing_percentage=indexing_percent)
        self.search.node.add_dependency(policy)
