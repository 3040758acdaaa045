"""What templates may hold of custom resources of the CDK."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "Custom::VpcRestrictDefaultSG": allowed(
        *free(
            _OPEN,
            "@DeletionPolicy",
            "@UpdateReplacePolicy",
            "Account",
            "DefaultSecurityGroupId",
            "ServiceToken",
        ),
    ),
}
