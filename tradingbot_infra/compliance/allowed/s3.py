"""What templates may hold of Amazon S3."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::S3::Bucket": allowed(
        *free(
            _OPEN,
            "@DeletionPolicy",
            "@UpdateReplacePolicy",
            "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.SSEAlgorithm",
            "LifecycleConfiguration.Rules[].AbortIncompleteMultipartUpload.DaysAfterInitiation",
            "LifecycleConfiguration.Rules[].ExpirationInDays",
            "LifecycleConfiguration.Rules[].ExpiredObjectDeleteMarker",
            "LifecycleConfiguration.Rules[].NoncurrentVersionExpiration.NoncurrentDays",
            "LifecycleConfiguration.Rules[].Status",
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled",
            "ObjectLockEnabled",
            "OwnershipControls.Rules[].ObjectOwnership",
            "PublicAccessBlockConfiguration.BlockPublicAcls",
            "PublicAccessBlockConfiguration.BlockPublicPolicy",
            "PublicAccessBlockConfiguration.IgnorePublicAcls",
            "PublicAccessBlockConfiguration.RestrictPublicBuckets",
            "Tags.**",
            "VersioningConfiguration.Status",
        ),
    ),
    "AWS::S3::BucketPolicy": allowed(
        *free(
            _OPEN,
            "Bucket",
            "PolicyDocument.**",
        ),
    ),
}
