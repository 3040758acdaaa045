"""What templates may hold of IAM."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::IAM::ManagedPolicy": allowed(
        *free(
            _OPEN,
            "Description",
            "Path",
            "PolicyDocument.**",
        ),
    ),
    "AWS::IAM::Role": allowed(
        *free(
            _OPEN,
            "AssumeRolePolicyDocument.**",
            "Description",
            "ManagedPolicyArns[]",
            "Tags.**",
        ),
    ),
}
