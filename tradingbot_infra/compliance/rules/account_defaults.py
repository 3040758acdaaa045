"""Rules for settings of the account that CloudFormation has no type for, and for the role with which people ask AWS Support."""

from collections.abc import Iterator

from tradingbot_infra.compliance.observe import is_true, listed, observe, refers, seen, whole_number
from tradingbot_infra.compliance.reading.account_stack import account_rule, in_stack
from tradingbot_infra.compliance.reading.people_trust import trusts_people
from tradingbot_infra.compliance.reading.policy_documents import statements
from tradingbot_infra.compliance.reading.this_account import ThisAccount
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.templates import Assembly, Resource

PASSWORD_POLICY = "Custom::AccountPasswordPolicy"  # noqa: S105 - a type, not a password
S3_BLOCK = "Custom::S3AccountPublicAccessBlock"
EBS_ENCRYPTION = "Custom::EbsEncryptionByDefault"
DEFAULT_VPCS = "Custom::DefaultVpcRemoval"
ROLE = "AWS::IAM::Role"
FUNCTION = "AWS::Lambda::Function"

MIN_LENGTH, REMEMBERED, MAX_AGE_DAYS = 14, 24, 90
"""CIS 1.7 and 1.8, PCI DSS 8.3.6 and 8.3.9."""

_MIXED = ("RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols")
_PUBLIC_ACCESS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_SUPPORT = ":policy/AWSSupportAccess"


@account_rule(
    "acct.password_policy",
    PASSWORD_POLICY,
    setting="account_defaults",
    title="Passwords are long, mixed, not reused, and at most 90 days old",
    fix="Set `account_defaults`, and these parameters of the password policy.",
)
def password_policy(policy: Resource, assembly: Assembly) -> Iterator[Observation]:
    for name in _MIXED:
        yield observe(policy, name, is_true, "true")
    yield observe(policy, "MaxPasswordAge", lambda days: 0 < whole_number(days) <= MAX_AGE_DAYS, f"1 to {MAX_AGE_DAYS}")
    yield from _length(policy)
    yield from _reuse(policy)


@account_rule(
    "acct.pw_length",
    PASSWORD_POLICY,
    setting="account_defaults",
    title=f"Passwords have {MIN_LENGTH} characters or more",
    fix=f"Set `MinimumPasswordLength` to {MIN_LENGTH} or more.",
)
def password_length(policy: Resource, _: Assembly) -> Iterator[Observation]:
    yield from _length(policy)


@account_rule(
    "acct.pw_reuse",
    PASSWORD_POLICY,
    setting="account_defaults",
    title=f"The last {REMEMBERED} passwords cannot be used again",
    fix=f"Set `PasswordReusePrevention` to {REMEMBERED}.",
)
def password_reuse(policy: Resource, _: Assembly) -> Iterator[Observation]:
    yield from _reuse(policy)


@account_rule(
    "acct.s3_public_block",
    S3_BLOCK,
    setting="account_defaults",
    title="S3 blocks public access for the whole account",
    fix="Set `account_defaults`, and all four members of the block.",
)
def s3_public_block(block: Resource, _: Assembly) -> Iterator[Observation]:
    for member in _PUBLIC_ACCESS:
        yield observe(block, member, is_true, "true")


@account_rule(
    "acct.ebs_default",
    EBS_ENCRYPTION,
    setting="account_defaults",
    title="New volumes are encrypted by default in the region of these stacks",
    fix="Set `account_defaults`.",
)
def ebs_default(encryption: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield refers(encryption, "ServiceToken", assembly, FUNCTION, expected="the function of the stack")


@account_rule(
    "acct.default_vpc",
    DEFAULT_VPCS,
    setting="remove_default_vpcs",
    title="Default VPCs that nothing uses are removed in every region of the account",
    fix="Set `remove_default_vpcs`.",
)
def default_vpc(removal: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield refers(removal, "ServiceToken", assembly, FUNCTION, expected="the function of the stack")


@account_rule(
    "acct.support_role",
    ROLE,
    setting="support_role",
    together=True,
    title="A role exists for incidents with AWS Support, which people of this account assume with MFA",
    fix="Set `support_role`: a role with AWSSupportAccess alone, trusted by this account under aws:MultiFactorAuthPresent.",
)
def support_role(_: Resource, assembly: Assembly) -> Iterator[Observation]:
    roles = [role for role in in_stack(assembly, ROLE) if any(str(arn).endswith(_SUPPORT) for arn in _policies(role))]
    yield seen(ROLE, [role.logical_id for role in roles], len(roles) == 1, "one role with AWSSupportAccess")
    for role in roles:
        allowed = list(statements(role.properties.get("AssumeRolePolicyDocument"), "Allow"))
        people = len(allowed) == 1 and trusts_people(allowed[0], ThisAccount.of(role, assembly))
        yield seen(f"{role.logical_id}.AssumeRolePolicyDocument", allowed, people, "identities of this account, with MFA")
        yield seen(f"{role.logical_id}.ManagedPolicyArns", _policies(role), len(_policies(role)) == 1, "no other policy")


def _length(policy: Resource) -> Iterator[Observation]:
    yield observe(policy, "MinimumPasswordLength", lambda length: whole_number(length) >= MIN_LENGTH, f"{MIN_LENGTH} or more")


def _reuse(policy: Resource) -> Iterator[Observation]:
    yield observe(policy, "PasswordReusePrevention", lambda count: whole_number(count) >= REMEMBERED, f"{REMEMBERED}")


def _policies(role: Resource) -> list[object]:
    return listed(role.properties.get("ManagedPolicyArns"))
