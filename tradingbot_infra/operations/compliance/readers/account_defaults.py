"""Defaults of the account that a function sets: custom resources, under the names that their properties have.

Of one without a property that says what it set, what is switched off counts as gone. Default VPCs are not read: AWS makes none anew.
"""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.design.telemetry import SPANS_LOG_GROUP
from tradingbot_infra.operations.account_security.traces import TRANSACTION_SEARCH
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


def _span_log(one: One) -> Live:
    """Days alone: the key is by its ARN, and `account status` looks at it. Without the group nothing is known."""
    groups = one.session.logs.describe_log_groups(logGroupNamePrefix=SPANS_LOG_GROUP)["logGroups"]
    found = next((each for each in groups if each.get("logGroupName") == SPANS_LOG_GROUP), None)
    return Live() if found is None else Live(properties={"RetentionInDays": found.get("retentionInDays")})


def _search(one: One) -> Live:
    if one.session.xray.get_trace_segment_destination().get("Destination") != TRANSACTION_SEARCH:
        return Live(deleted=(one.resource.logical_id,))
    rules = one.session.xray.get_indexing_rules().get("IndexingRules", [])
    shares = [each.get("Rule", {}).get("Probabilistic", {}).get("DesiredSamplingPercentage") for each in rules]
    return Live(properties={"IndexingPercentage": max(share for share in shares if share is not None)} if any(shares) else {})


READERS: Mapping[str, Reader] = {
    "Custom::AccountPasswordPolicy": _password_policy,
    "Custom::EbsEncryptionByDefault": _disks,
    "Custom::ImageBlockPublicAccess": _images,
    "Custom::InspectorEnable": _scans,
    "Custom::InstanceMetadataDefaults": _metadata,
    "Custom::S3AccountPublicAccessBlock": _public_buckets,
    "Custom::SecurityContact": _contact,
    "Custom::SnapshotBlockPublicAccess": _snapshots,
    "Custom::SpanLog": _span_log,
    "AWS::XRay::TransactionSearchConfig": _search,
}
