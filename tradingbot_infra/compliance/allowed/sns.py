"""What templates may hold of Amazon SNS."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::SNS::Topic": allowed(
        *free(
            _OPEN,
            "KmsMasterKeyId",
            "Tags.**",
            "TopicName",
        ),
    ),
    "AWS::SNS::TopicPolicy": allowed(
        *free(
            _OPEN,
            "PolicyDocument.**",
            "Topics[]",
        ),
    ),
}
