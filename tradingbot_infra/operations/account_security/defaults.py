"""Defaults of the account: password policy, what is blocked for everybody, and what AWS leaves in every region."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tradingbot_infra.design.aws_config import PASSWORD_POLICY
from tradingbot_infra.operations.account_security.control import Seen
from tradingbot_infra.operations.account_security.facts import AccountFacts
from tradingbot_infra.operations.failures import is_missing, is_not_offered
from tradingbot_infra.operations.printed_commands import AwsCli
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from types_boto3_iam.type_defs import PasswordPolicyTypeDef

_PUBLIC = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def read_password_policy(facts: AccountFacts) -> "PasswordPolicyTypeDef | None":
    """Of the account's IAM users; None where it has AWS's default."""
    try:
        return facts.session.iam.get_account_password_policy()["PasswordPolicy"]
    except Exception as error:
        if not is_missing(error):
            raise
        return None


def password_policy(facts: AccountFacts) -> Seen:
    """Whether passwords are as long, and as long remembered, as the stack sets them."""
    again = AwsCli(f"iam update-account-password-policy --cli-input-json '{json.dumps(dict(PASSWORD_POLICY))}'")
    policy = facts.once(read_password_policy)
    if policy is None:
        return Seen(False, "AWS's default: 8 characters, none remembered", again)
    length, remembered = policy.get("MinimumPasswordLength", 0), policy.get("PasswordReusePrevention", 0)
    on = length >= _number("MinimumPasswordLength") and remembered >= _number("PasswordReusePrevention")
    return Seen(on, f"{length} characters, {remembered} passwords remembered", "" if on else again)


def _number(name: str) -> int:
    """Of the policy that the stack sets."""
    return int(PASSWORD_POLICY[name])


def buckets_blocked(facts: AccountFacts) -> Seen:
    """Whether no bucket of the account can be public."""
    account = facts.session.account
    block = f"s3control put-public-access-block --account-id {account} --public-access-block-configuration "
    again = AwsCli(block + ",".join(f"{name}=true" for name in _PUBLIC))
    try:
        found = facts.home.s3control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"]
    except Exception as error:
        if not is_missing(error):
            raise
        return Seen(False, "nothing is blocked", again)
    off = [name for name in _PUBLIC if not found.get(name)]
    return Seen(not off, f"not set: {', '.join(off)}" if off else "all four are set", again if off else "")


def disks_encrypted(facts: AccountFacts) -> Seen:
    """Whether a new disk of EBS is encrypted whoever makes it, in the region of the stack."""
    on = facts.home.ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"]
    again = AwsCli("ec2 enable-ebs-encryption-by-default", region=facts.region)
    return Seen(on, f"new disks in {facts.region} are {'encrypted' if on else 'not encrypted'}", "" if on else again)


def metadata_with_tokens(facts: AccountFacts) -> Seen:
    """Whether a new instance answers for its credentials by IMDSv2 only, in the region of the stack."""
    tokens = facts.home.ec2.get_instance_metadata_defaults().get("AccountLevel", {}).get("HttpTokens", "no preference")
    again = AwsCli("ec2 modify-instance-metadata-defaults --http-tokens required", region=facts.region)
    return Seen(tokens == "required", f"tokens: {tokens}", "" if tokens == "required" else again)


def images_blocked(facts: AccountFacts) -> Seen:
    """Whether no image of EC2 can be made public, in the region of the stack."""
    state = facts.home.ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"]
    on = state.startswith("block-")
    block = "ec2 enable-image-block-public-access --image-block-public-access-state block-new-sharing"
    return Seen(on, state, "" if on else AwsCli(block, region=facts.region))


def snapshots_blocked(facts: AccountFacts) -> Seen:
    """Whether no snapshot of EBS is public, in the region of the stack."""
    state = facts.home.ec2.get_snapshot_block_public_access_state()["State"]
    return Seen(state == "block-all-sharing", state)


def default_vpcs(facts: AccountFacts) -> Seen:
    """Whether no region has its default VPC, in which what nobody placed would be on the internet."""
    found, unread = [], []
    for region in _regions(facts):
        try:
            vpcs = facts.session.in_region(region).ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        except Exception as error:
            if not is_not_offered(error):
                raise
            unread.append(region)
        else:
            found += [region] if vpcs else []
    if found:
        return Seen(False, f"{plural(len(found), 'region has', 'regions have')} one: {', '.join(found)}")
    return Seen(None, f"not known of {', '.join(unread)}") if unread else Seen(True, "no region has one")


def _regions(facts: AccountFacts) -> Iterable[str]:
    """Those that the account has enabled (EC2 API, DescribeRegions, without AllRegions)."""
    return sorted(each.get("RegionName", "") for each in facts.home.ec2.describe_regions()["Regions"])
