"""What templates may hold of EventBridge."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Events::Rule": allowed(
        *free(
            _OPEN,
            "Description",
            "EventPattern.detail-type[]",
            "EventPattern.detail.repository-name[]",
            "EventPattern.source[]",
            "Tags.**",
            "Targets[].Arn",
            "Targets[].Id",
        ),
    ),
}
