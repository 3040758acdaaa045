"""Defaults of the account that a function sets: custom resources, under the names that their properties have.

Of one without a property that says what it set, what is switched off counts as gone. Default VPCs are not read: AWS makes none anew.
"""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader, same_names


def _password_policy(one: One) -> Live:
    names = (
        "MinimumPasswordLength",
        "RequireSymbols",
        "RequireNumbers",
        "RequireUppercaseCharacters",
        "RequireLowercaseCharacters",
        "MaxPasswordAge",
        "PasswordReusePrevention",
    )
    found: Mapping[str, Any] = one.session.iam.get_account_password_policy()["PasswordPolicy"]
    return Live(properties=same_names(found, *names))


def _public_buckets(one: One) -> Live:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    answer = one.session.s3control.get_public_access_block(AccountId=one.session.account)
    found: Mapping[str, Any] = answer["PublicAccessBlockConfiguration"]
    return Live(properties=same_names(found, *names))


def _disks(one: One) -> Live:
    on = one.session.ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"]
    return Live() if on else Live(deleted=(one.resource.logical_id,))


def _metadata(one: One) -> Live:
    found = one.session.ec2.get_instance_metadata_defaults().get("AccountLevel", {})
    return Live(properties={"HttpTokens": found.get("HttpTokens")})


def _images(one: One) -> Live:
    return Live(properties={"State": one.session.ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"]})


def _snapshots(one: One) -> Live:
    return Live(properties={"State": one.session.ec2.get_snapshot_block_public_access_state()["State"]})


def _contact(one: One) -> Live:
    found: Mapping[str, Any] = one.session.contacts.get_alternate_contact(AlternateContactType="SECURITY")["AlternateContact"]
    return Live(properties=same_names(found, "Name", "Title", "EmailAddress", "PhoneNumber"))


def _scans(one: One) -> Live:
    (found,) = one.session.inspector2.batch_get_account_status(accountIds=[one.session.account])["accounts"]
    states: Mapping[str, Any] = found["resourceState"]
    on = [kind.upper() for kind in ("ec2", "ecr") if states.get(kind, {}).get("status") in ("ENABLED", "ENABLING")]
    declared = one.resource.properties.get("ResourceTypes", [])
    # Others that somebody switched on beside are no less safe.
    return Live(properties={"ResourceTypes": [kind for kind in declared if kind in on]})


READERS: Mapping[str, Reader] = {
    "Custom::AccountPasswordPolicy": _password_policy,
    "Custom::EbsEncryptionByDefault": _disks,
    "Custom::ImageBlockPublicAccess": _images,
    "Custom::InspectorEnable": _scans,
    "Custom::InstanceMetadataDefaults": _metadata,
    "Custom::S3AccountPublicAccessBlock": _public_buckets,
    "Custom::SecurityContact": _contact,
    "Custom::SnapshotBlockPublicAccess": _snapshots,
}
