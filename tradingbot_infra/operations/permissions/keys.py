"""Whether a KMS key decrypts for a role: its state, and its own policy."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.permissions.asking import asked
from tradingbot_infra.operations.permissions.findings import Denial, DenialCause, Permissions, PolicyDecision
from tradingbot_infra.operations.permissions.needs import DECRYPT, decryption_context
from tradingbot_infra.operations.permissions.resource_policies import Call, PolicyAnswer, policy_answer
from tradingbot_infra.operations.printed_commands import AwsCli, Step, chain, sentence
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import NotAssessed

if TYPE_CHECKING:
    from types_boto3_kms.type_defs import KeyMetadataTypeDef

_POLICY = "default"
"""The only name that a key's policy can have (KMS API, GetKeyPolicy)."""


@dataclass(frozen=True)
class KeyLook:
    """A key as a role finds it. `granted` is whether its policy lets the role decrypt by name, whatever the role's own say."""

    arn: str
    granted: bool
    found: Permissions


def look_at_key(session: Session, role_arn: str, key: str) -> KeyLook:
    """Looks at a key, by id, ARN or alias."""
    try:
        metadata, unknown = asked(lambda: session.kms.describe_key(KeyId=key)["KeyMetadata"], "The state of KMS keys")
    except Exception as error:
        if not is_missing(error):
            raise
        text = f"The KMS key {key} does not exist: what it encrypted is lost"
        return KeyLook(key, granted=True, found=_denied("key_state", key, text, "create the secrets again under another key"))
    if metadata is None:
        return KeyLook(key, granted=False, found=unknown)
    arn = metadata.get("Arn", key)
    answer, unseen = _asked_policy(session, role_arn, arn)
    return KeyLook(arn, answer is PolicyAnswer.ROLE, _state(metadata, arn) + unseen + _policy(arn, role_arn, answer))


def _state(metadata: "KeyMetadataTypeDef", arn: str) -> Permissions:
    state = metadata.get("KeyState", "")
    if state == "Enabled":
        return Permissions()
    enable = AwsCli(f"kms enable-key --key-id {arn}")
    fix = chain(AwsCli(f"kms cancel-key-deletion --key-id {arn}"), enable) if state == "PendingDeletion" else enable
    return _denied("key_state", arn, f"The KMS key {arn} is {state}, so it decrypts nothing", fix)


def _asked_policy(session: Session, role_arn: str, arn: str) -> tuple[PolicyAnswer | None, Permissions]:
    def ask() -> str:
        return session.kms.get_key_policy(KeyId=arn, PolicyName=_POLICY)["Policy"]

    policy, unseen = asked(ask, "Policies of KMS keys")
    if policy is None:
        return None, unseen
    account = role_arn.split(":")[4]
    return policy_answer(policy, Call(role_arn, DECRYPT, decryption_context(session.region, account))), unseen


def _policy(arn: str, role_arn: str, answer: PolicyAnswer | None) -> Permissions:
    role = role_arn.rpartition("/")[2]
    show = AwsCli(f"kms get-key-policy --key-id {arn} --policy-name {_POLICY}")
    fix = sentence(show, " shows it; put-key-policy changes it")
    if answer is PolicyAnswer.DENIED:
        return _denied("key_policy", arn, f"The policy of the KMS key {arn} denies {DECRYPT} to {role}", fix, "explicit_deny")
    if answer is PolicyAnswer.SILENT:
        text = f"The policy of the KMS key {arn} allows {DECRYPT} neither to {role} nor to its account"
        return _denied("key_policy", arn, text, fix, "implicit_deny")
    if answer is PolicyAnswer.NOT_ASSESSED:
        return Permissions(
            not_assessed=(NotAssessed(f"Whether the policy of the KMS key {arn} lets {role} do {DECRYPT} depends on conditions"),)
        )
    return Permissions()


def _denied(cause: DenialCause, arn: str, text: str, fix: Step, decision: PolicyDecision = "") -> Permissions:
    return Permissions((Denial(cause, DECRYPT, (arn,), decision, text, fix),))
