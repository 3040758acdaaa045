"""What templates may hold of Amazon S3: the buckets of access logs, and of what the account records."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tradingbot_infra.compliance.access.account_security import is_deployed
from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, computed, exactly, follows, kept, required, tags, whole
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly, Resource

_LOGS = "${DataStack.AccessLogsBucket.Arn}"
_EVERYONE = {"AWS": "*"}
_ACCOUNT = "AccountSecurityStack"
_AUDIT, _AUDIT_ACCESS_LOGS = (f"{_ACCOUNT}/{name}/Resource" for name in ("AuditBucket", "AuditAccessLogsBucket"))
_ENCRYPTION = [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]


def _count(config: EnvironmentConfig) -> int:
    return int(config.load_balancer.alb_access_logs)


def _lifecycle(bucket: Resource, config: EnvironmentConfig) -> tuple[list[dict[str, Any]]]:
    """Logs expire after the days of the setting and not earlier; what expired is gone a day later."""
    abort = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}, "Status": "Enabled"}
    days = config.account.audit_log_days if bucket.stack == _ACCOUNT else config.load_balancer.alb_access_log_days
    return (
        [
            {**abort, "ExpirationInDays": days, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
            {**abort, "ExpiredObjectDeleteMarker": True},
        ],
    )


def _encryption(bucket: Resource, _: EnvironmentConfig) -> tuple[list[dict[str, Any]]]:
    """S3 and Elastic Load Balancing write logs to no bucket with another key (Elastic Load Balancing, "Enable access logs for your
    Application Load Balancer"; S3 User Guide, "Enabling Amazon S3 server access logging")."""
    by_key = [{"ServerSideEncryptionByDefault": {"KMSMasterKeyID": "${AccountSecurityStack.AuditKey.Arn}", "SSEAlgorithm": "aws:kms"}}]
    return (by_key if bucket.path == _AUDIT else _ENCRYPTION,)


def _locked(bucket: Resource, _: EnvironmentConfig) -> tuple[bool | None, ...]:
    """S3 writes server access logs to no bucket with Object Lock."""
    return (None, False) if bucket.path == _AUDIT_ACCESS_LOGS else (True,)


def _logged_to(bucket: Resource, _: EnvironmentConfig) -> tuple[str | None]:
    return ("${AccountSecurityStack.AuditAccessLogsBucket}" if bucket.path == _AUDIT else None,)


def _policy_of(policy: Resource, _: EnvironmentConfig) -> tuple[str]:
    """The bucket that a policy is of, which stands above it."""
    return (f"${{{policy.stack}.{policy.path.split('/')[1]}}}",)


def _is_policy(value: Any, policy: Resource, _: Assembly) -> TriState:
    """The load balancers of this account write, nobody deletes, and nothing goes without current TLS.

    What the policies of the account's buckets say, access.resource_policies judges.
    """
    everything = {"Action": "s3:*", "Effect": "Deny", "Principal": _EVERYONE, "Resource": [_LOGS, f"{_LOGS}/*"]}
    wanted = {
        "Statement": [
            {**everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
            {**everything, "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}},
            {
                "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
                "Effect": "Deny",
                "Principal": _EVERYONE,
                "Resource": f"{_LOGS}/*",
                "Sid": "OnlyLifecycleRulesDelete",
            },
            {
                "Action": "s3:PutObject",
                "Effect": "Allow",
                "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                "Resource": f"{_LOGS}/load-balancer/AWSLogs/${{AWS::AccountId}}/*",
                "Sid": "LoadBalancerWritesAccessLogs",
            },
        ],
        "Version": "2012-10-17",
    }
    return policy.stack == _ACCOUNT or bool(value == wanted)


def _account_buckets(config: EnvironmentConfig) -> int:
    return 2 if is_deployed(config) else 0


ALLOWED: Mapping[str, AllowedType] = {
    # No replication, inventory, analytics, metrics, website, CORS, acceleration or logging: each is a door, or of no use here.
    "AWS::S3::Bucket": allowed(
        *kept(),
        *required(
            replace(
                follows("BucketEncryption.ServerSideEncryptionConfiguration", _encryption, "AES256; the audit key for the audit bucket"),
                whole=True,
            ),
            replace(
                follows(
                    "LifecycleConfiguration.Rules", _lifecycle, "expiry after alb_access_log_days or audit_log_days, a day later in full"
                ),
                whole=True,
            ),
            exactly("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True),
            follows("ObjectLockEnabled", _locked, "true, but for server access logs"),
            follows(
                "LoggingConfiguration.DestinationBucketName", _logged_to, "the bucket for the audit bucket's access logs, for it alone"
            ),
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
        AccountSecurityStack=_account_buckets,
    ),
    "AWS::S3::BucketPolicy": allowed(
        *required(
            follows("Bucket", _policy_of, "the bucket beside it"),
            computed("PolicyDocument", _is_policy, "load balancers of this account write, nobody deletes, nothing goes without TLS 1.2"),
        ),
        exact=True,
        DataStack=_count,
        AccountSecurityStack=_account_buckets,
    ),
}
