"""What templates may hold of Amazon ECR."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::ECR::Repository": allowed(
        *free(
            _OPEN,
            "@DeletionPolicy",
            "@UpdateReplacePolicy",
            "EmptyOnDelete",
            "EncryptionConfiguration.EncryptionType",
            "EncryptionConfiguration.KmsKey",
            "ImageScanningConfiguration.ScanOnPush",
            "ImageTagMutability",
            "LifecyclePolicy.LifecyclePolicyText",
            "RepositoryName",
            "Tags.**",
        ),
    ),
}
