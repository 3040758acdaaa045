"""The bucket for the load balancer's access logs."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.log_bucket import LogBucket
from tradingbot_infra.design.load_balancing import ACCESS_LOG_PREFIX


class AccessLogsBucket(LogBucket):
    """Elastic Load Balancing writes to buckets with S3's own keys only, so that is the encryption
    (Elastic Load Balancing, "Enable access logs for your Application Load Balancer"). No page says that it sends the checksum that a
    default retention would need. S3's own server access logs may not be written here at all (same page).
    """

    def __init__(self, scope: Construct, construct_id: str, *, retention: RetentionConfig, expire_days: int) -> None:
        super().__init__(scope, construct_id, retention=retention, expire_days=expire_days, key=None, access_logs=None, locks=True)
        stack = cdk.Stack.of(self)
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LoadBalancerWritesAccessLogs",
                principals=[iam.ServicePrincipal("logdelivery.elasticloadbalancing.amazonaws.com")],
                actions=["s3:PutObject"],
                # The path names this account, so no other account's load balancer can write here.
                resources=[self.arn_for_objects(f"{ACCESS_LOG_PREFIX}/AWSLogs/{stack.account}/*")],
            )
        )
