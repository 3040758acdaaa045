"""What templates may hold of Lambda."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free

_OPEN = "not reviewed yet"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Lambda::Function": allowed(
        *free(
            _OPEN,
            "Code.**",
            "Description",
            "Handler",
            "LoggingConfig.LogGroup",
            "MemorySize",
            "Role",
            "Runtime",
            "Timeout",
        ),
    ),
}
