"""The bucket of the trail's log files and of AWS Config's history, with a bucket for its own access logs."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.log_bucket import LogBucket

_OWNER_CONTROLS = {"s3:x-amz-acl": "bucket-owner-full-control"}
"""Both services send it, and the pages of both ask for it."""


class AuditBucket(LogBucket):
    """One trail of this account writes here, and AWS Config of this account; nobody else, and no other trail of the account
    (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"; AWS Config Developer Guide, "Permissions for the Amazon S3 Bucket for
    the AWS Config Delivery Channel").

    S3 writes server access logs only to a bucket with its own keys and without Object Lock (S3 User Guide, "Enabling Amazon S3 server
    access logging").
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, retention: RetentionConfig, expire_days: int, key: kms.IKey, trail: str
    ) -> None:
        self.access_logs = LogBucket(
            scope, "AuditAccessLogsBucket", retention=retention, expire_days=expire_days, key=None, access_logs=None, locks=False
        )
        super().__init__(
            scope, construct_id, retention=retention, expire_days=expire_days, key=key, access_logs=self.access_logs, locks=True
        )
        stack = cdk.Stack.of(self)
        trail_arn = stack.format_arn(service="cloudtrail", resource="trail", resource_name=trail)
        self._admit("CloudTrailChecks", "cloudtrail", ["s3:GetBucketAcl"], self.bucket_arn, {"aws:SourceArn": trail_arn})
        self._admit(
            "CloudTrailWrites",
            "cloudtrail",
            ["s3:PutObject"],
            self.arn_for_objects(f"AWSLogs/{stack.account}/*"),
            {"aws:SourceArn": trail_arn, **_OWNER_CONTROLS},
        )

    def admit_config(self) -> None:
        """Allows AWS Config to deliver."""
        account = {"aws:SourceAccount": cdk.Stack.of(self).account}
        self._admit("AwsConfigChecks", "config", ["s3:GetBucketAcl", "s3:ListBucket"], self.bucket_arn, account)
        path = self.arn_for_objects(f"AWSLogs/{cdk.Stack.of(self).account}/Config/*")
        self._admit("AwsConfigWrites", "config", ["s3:PutObject"], path, {**account, **_OWNER_CONTROLS})

    def _admit(self, sid: str, service: str, actions: list[str], resource: str, conditions: dict[str, str]) -> None:
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                actions=actions,
                resources=[resource],
                conditions={"StringEquals": conditions},
            )
        )
