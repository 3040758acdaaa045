"""What templates may hold of KMS: symmetric keys of one region, which rotate.

Another kind of key, a key for several regions, and material of one's own are in no row.
"""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    exactly,
    free,
    judged,
    kept,
    matching,
    refers_to,
    required,
    setting,
    tags,
)

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::KMS::Key": allowed(
        *kept(),
        *free("a note for people", "Description"),
        *required(exactly("EnableKeyRotation", True), setting("PendingWindowInDays", "key_deletion_days")),
        *judged("access.resource_policies", "KeyPolicy.**"),
        tags(),
    ),
    "AWS::KMS::Alias": allowed(
        matching("AliasName", r"alias/(?!aws/)[a-z0-9-]+", "a name that is not one of AWS's"),
        refers_to("TargetKeyId", "AWS::KMS::Key"),
    ),
}
