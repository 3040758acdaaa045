"""What templates may hold of Amazon S3: the bucket of the load balancer's access logs."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, exactly, kept, required, tags, whole
from tradingbot_infra.config.model import EnvironmentConfig

_BUCKET = "${DataStack.AccessLogsBucket.Arn}"
_OBJECTS = f"{_BUCKET}/*"
_EVERYONE = {"AWS": "*"}
_ENCRYPTION = [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]


def _count(config: EnvironmentConfig) -> int:
    return int(config.load_balancer.alb_access_logs)


def _lifecycle(config: EnvironmentConfig) -> list[dict[str, Any]]:
    """Logs expire after the days of the setting and not earlier; what expired is gone a day later."""
    abort = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}, "Status": "Enabled"}
    days = config.load_balancer.alb_access_log_days
    return [
        {**abort, "ExpirationInDays": days, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
        {**abort, "ExpiredObjectDeleteMarker": True},
    ]


def _policy(_: EnvironmentConfig) -> dict[str, Any]:
    """The load balancers of this account write, nobody deletes, and nothing goes without current TLS."""
    everything = {"Action": "s3:*", "Effect": "Deny", "Principal": _EVERYONE, "Resource": [_BUCKET, _OBJECTS]}
    return {
        "Statement": [
            {**everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
            {**everything, "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}},
            {
                "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
                "Effect": "Deny",
                "Principal": _EVERYONE,
                "Resource": _OBJECTS,
                "Sid": "OnlyLifecycleRulesDelete",
            },
            {
                "Action": "s3:PutObject",
                "Effect": "Allow",
                "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                "Resource": f"{_BUCKET}/load-balancer/AWSLogs/${{AWS::AccountId}}/*",
                "Sid": "LoadBalancerWritesAccessLogs",
            },
        ],
        "Version": "2012-10-17",
    }


ALLOWED: Mapping[str, AllowedType] = {
    # No replication, inventory, analytics, metrics, website, CORS, acceleration or logging: each is a door, or of no use here.
    "AWS::S3::Bucket": allowed(
        *kept(),
        *required(
            # Elastic Load Balancing writes to no other (Elastic Load Balancing, "Enable access logs for your Application Load Balancer").
            whole("BucketEncryption.ServerSideEncryptionConfiguration", lambda _: _ENCRYPTION, "AES256"),
            whole("LifecycleConfiguration.Rules", _lifecycle, "expiry after alb_access_log_days, and of earlier versions a day later"),
            exactly("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True),
            exactly("ObjectLockEnabled", True),
            whole("OwnershipControls.Rules", lambda _: [{"ObjectOwnership": "BucketOwnerEnforced"}], "BucketOwnerEnforced"),
            exactly("PublicAccessBlockConfiguration.BlockPublicAcls", True),
            exactly("PublicAccessBlockConfiguration.BlockPublicPolicy", True),
            exactly("PublicAccessBlockConfiguration.IgnorePublicAcls", True),
            exactly("PublicAccessBlockConfiguration.RestrictPublicBuckets", True),
            exactly("VersioningConfiguration.Status", "Enabled"),
            tags(),
        ),
        exact=True,
        DataStack=_count,
    ),
    "AWS::S3::BucketPolicy": allowed(
        *required(
            exactly("Bucket", "${DataStack.AccessLogsBucket}"),
            whole("PolicyDocument", _policy, "load balancers of this account write, nobody deletes, nothing goes without TLS 1.2"),
        ),
        exact=True,
        DataStack=_count,
    ),
}
