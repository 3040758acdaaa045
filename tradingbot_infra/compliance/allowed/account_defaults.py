"""What templates may hold of settings of the account: calls of the one function, each with exactly what it sets."""

from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.compliance.access.account_security import is_deployed, regions_used, searches_traces
from tradingbot_infra.compliance.allowed.row import AllowedType, Row, allowed, chosen, exactly, refers_to_the, required, setting, whole
from tradingbot_infra.config.model import EnvironmentConfig

FUNCTION = "AccountSecurityStack/Defaults/Function"
"""The construct path of the function."""

_SECONDS = "660"
"""Ten minutes of the function, and one of CloudFormation."""

_CONTACT = {
    "Name": "security_contact_name",
    "Title": "security_contact_title",
    "EmailAddress": "security_contact_email",
    "PhoneNumber": "security_contact_phone",
}

Wanted = Callable[[EnvironmentConfig], bool]


def _call(when: Wanted, *rows: Row) -> AllowedType:
    """A custom resource: a call of the function, not a thing that is kept."""
    return allowed(
        *required(
            exactly("@DeletionPolicy", "Delete"),
            exactly("@UpdateReplacePolicy", "Delete"),
            refers_to_the("ServiceToken", FUNCTION),
            exactly("ServiceTimeout", _SECONDS),
            *rows,
        ),
        exact=True,
        AccountSecurityStack=lambda config: int(is_deployed(config) and when(config)),
    )


def _defaults(config: EnvironmentConfig) -> bool:
    return config.account.account_defaults


def _regions() -> Row:
    return whole("Regions", lambda config: sorted(regions_used(config)), "the regions of the stacks")


def _contact(member: str, setting: str) -> Row:
    def choice(config: EnvironmentConfig) -> Any:
        return config.account.contact[setting]

    return chosen(member, choice, f"the value of setting {setting}")


ALLOWED: Mapping[str, AllowedType] = {
    "Custom::AccountPasswordPolicy": _call(
        _defaults,
        exactly("MinimumPasswordLength", 14),
        exactly("MaxPasswordAge", 90),
        exactly("PasswordReusePrevention", 24),
        *(exactly(f"Require{kind}", True) for kind in ("LowercaseCharacters", "Numbers", "Symbols", "UppercaseCharacters")),
        exactly("AllowUsersToChangePassword", True),
        # Whoever's password has expired would need an administrator to come back in.
        exactly("HardExpiry", False),
    ),
    "Custom::S3AccountPublicAccessBlock": _call(
        _defaults,
        *(exactly(name, True) for name in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")),
    ),
    "Custom::EbsEncryptionByDefault": _call(_defaults, _regions()),
    "Custom::InstanceMetadataDefaults": _call(_defaults, _regions(), exactly("HttpTokens", "required")),
    "Custom::ImageBlockPublicAccess": _call(_defaults, _regions(), exactly("State", "block-new-sharing")),
    "Custom::SnapshotBlockPublicAccess": _call(_defaults, _regions(), exactly("State", "block-all-sharing")),
    "Custom::DefaultVpcRemoval": _call(lambda config: config.account.remove_default_vpcs),
    "Custom::InspectorEnable": _call(
        lambda config: config.account.inspector_images, whole("ResourceTypes", lambda _: ["ECR"], "images alone")
    ),
    "Custom::SpanLog": _call(
        searches_traces,
        refers_to_the("KmsKeyId", "AccountSecurityStack/AuditKey/Resource"),
        setting("RetentionInDays", "span_log_days"),
    ),
    "Custom::SecurityContact": _call(
        lambda config: config.account.security_contact_name is not None, *(_contact(*each) for each in _CONTACT.items())
    ),
}
