"""What templates may hold of KMS."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::KMS::Key": allowed(
        *free(
            _OPEN,
            "@DeletionPolicy",
            "@UpdateReplacePolicy",
            "Description",
            "EnableKeyRotation",
            "KeyPolicy.**",
            "PendingWindowInDays",
            "Tags.**",
        ),
    ),
    "AWS::KMS::Alias": allowed(
        *free(
            _OPEN,
            "AliasName",
            "TargetKeyId",
        ),
    ),
}
