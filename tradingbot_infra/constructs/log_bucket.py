"""A bucket for logs: private, encrypted, expiring, ready for Object Lock, and nobody deletes in it by hand."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.stateful import keep_or_destroy, pin


class LogBucket(s3.Bucket):
    """Object Lock is on, so that single logs can be held for an investigation. There is no default retention: every upload would then
    need a checksum header (S3 User Guide, "Object Lock considerations"), which not every service sends, and AWS Config could not deliver
    at all. `locks` is false for a bucket of S3's own server access logs, which may have no Object Lock (same page).

    Nobody deletes logs by hand, whatever their permissions: only the lifecycle rules do, which no bucket policy stops (S3 User Guide,
    "Lifecycle and other bucket configurations").

    `key` is None for S3's own keys, which some services need. `access_logs` is the bucket for S3's server access logs of this one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        retention: RetentionConfig,
        expire_days: int,
        key: kms.IKey | None,
        access_logs: s3.IBucket | None,
        locks: bool,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            server_access_logs_bucket=access_logs,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            object_lock_enabled=locks,
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

    def _tell_eventbridge(self) -> None:
        # As a property: the CDK's own flag adds a Lambda function that writes what CloudFormation can write itself.
        bucket = self.node.default_child
        if isinstance(bucket, s3.CfnBucket):
            bucket.add_property_override("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True)
