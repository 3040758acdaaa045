"""The bucket for the load balancer's access logs: private, encrypted, expiring, ready for Object Lock."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.stateful import keep_or_destroy, pin
from tradingbot_infra.design.load_balancing import ACCESS_LOG_PREFIX


class AccessLogsBucket(s3.Bucket):
    """Elastic Load Balancing writes to buckets with S3's own keys only, so that is the encryption
    (Elastic Load Balancing, "Enable access logs for your Application Load Balancer").

    Object Lock is on, so that single logs can be held for an investigation. There is no default retention: every upload would then
    need a checksum header (S3 User Guide, "Object Lock considerations"), and no page says that Elastic Load Balancing sends one.
    S3's own server access logs may not be written here at all (same page).

    Nobody deletes logs by hand, whatever their permissions: only the lifecycle rules do, which no bucket policy stops (S3 User Guide,
    "Lifecycle and other bucket configurations").
    """

    def __init__(self, scope: Construct, construct_id: str, *, retention: RetentionConfig, expire_days: int) -> None:
        super().__init__(
            scope,
            construct_id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            object_lock_enabled=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(expire_days),
                    # What expires becomes an earlier version first; the shortest that S3 allows, because nobody deletes by hand.
                    noncurrent_version_expiration=cdk.Duration.days(1),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
                ),
                s3.LifecycleRule(expired_object_delete_marker=True, abort_incomplete_multipart_upload_after=cdk.Duration.days(1)),
            ],
            removal_policy=keep_or_destroy(retention),
        )
        pin(self, construct_id)
        self._tell_eventbridge()
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OnlyLifecycleRulesDelete",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:DeleteObject", "s3:DeleteObjectVersion"],
                resources=[self.arn_for_objects("*")],
            )
        )
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

    def _tell_eventbridge(self) -> None:
        # As a property: the CDK's own flag adds a Lambda function that writes what CloudFormation can write itself.
        bucket = self.node.default_child
        if isinstance(bucket, s3.CfnBucket):
            bucket.add_property_override("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True)
