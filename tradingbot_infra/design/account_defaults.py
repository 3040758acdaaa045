"""Settings of the account that CloudFormation has no type for, as the function functions/account_defaults.py takes them."""

from collections.abc import Mapping
from types import MappingProxyType

from tradingbot_infra.design.aws_config import PASSWORD_POLICY
from tradingbot_infra.design.inline_function import InlineFunction

DEFAULTS = InlineFunction(
    file="account_defaults.py",
    description="Sets what CloudFormation has no type for in the account",
    # Some thirty regions, each with a default VPC of three subnets to remove: a dozen calls, a second each.
    timeout_seconds=600,
)

IMAGE_SCANS = ("ECR",)
"""What Inspector scans. The account's few functions have no packages."""

CONTACT: Mapping[str, str] = MappingProxyType(
    {
        "Name": "security_contact_name",
        "Title": "security_contact_title",
        "EmailAddress": "security_contact_email",
        "PhoneNumber": "security_contact_phone",
    }
)
"""A member of AWS's contact, and the setting that has it."""


def everywhere(regions: list[str]) -> Mapping[str, Mapping[str, object]]:
    """The properties of each custom resource that hardens the account, by its type; `regions` are those that the stacks use."""
    return {
        "Custom::AccountPasswordPolicy": PASSWORD_POLICY,
        "Custom::S3AccountPublicAccessBlock": dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
        "Custom::EbsEncryptionByDefault": {"Regions": regions},
        "Custom::InstanceMetadataDefaults": {"Regions": regions, "HttpTokens": "required"},
        "Custom::ImageBlockPublicAccess": {"Regions": regions, "State": "block-new-sharing"},
        # CloudFormation has a type for this one, whose deletion lets everybody share again, and which an account may have set already.
        "Custom::SnapshotBlockPublicAccess": {"Regions": regions, "State": "block-all-sharing"},
    }
