"""What an API shows of root, of people and of whom AWS writes to. Most of it only people can put right, in the console."""

import csv
import io
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tradingbot_infra.operations.account_security.control import Seen
from tradingbot_infra.operations.account_security.facts import AccountFacts
from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.wording import plural

IDLE_AFTER = timedelta(days=45)
ROTATE_AFTER = timedelta(days=90)
"""CIS AWS Foundations Benchmark 5.0, 1.11 and 1.13."""

_ROOT = "<root_account>"
_TRIES = 15
_BETWEEN_TRIES = 2.0
_KEYS = ("1", "2")


@dataclass(frozen=True)
class Row:
    """One user of the credential report; root is one (IAM User Guide, "Getting credential reports")."""

    values: Mapping[str, str]

    @property
    def user(self) -> str:
        """The name; of root `<root_account>`."""
        return self.values.get("user", "")

    def says(self, name: str) -> bool:
        """Whether a column says true."""
        return self.values.get(name, "") == "true"

    def moment(self, name: str) -> datetime | None:
        """The moment of a column; None for `N/A`, `no_information` and the like."""
        try:
            return datetime.fromisoformat(self.values.get(name, "")).astimezone(UTC)
        except ValueError:
            return None


def read_report(facts: AccountFacts) -> tuple[Row, ...]:
    """Every user of the credential report, which IAM makes at most every four hours.

    Raises TimeoutError where IAM does not finish it within half a minute.
    """
    for _ in range(_TRIES):
        if facts.session.iam.generate_credential_report()["State"] == "COMPLETE":
            content = facts.session.iam.get_credential_report()["Content"].decode()
            return tuple(Row(values) for values in csv.DictReader(io.StringIO(content)))
        time.sleep(_BETWEEN_TRIES)
    raise TimeoutError


def read_summary(facts: AccountFacts) -> Mapping[str, int]:
    """IAM's counts of the account."""
    return {str(name): count for name, count in facts.session.iam.get_account_summary()["SummaryMap"].items()}


def root_has_mfa(facts: AccountFacts) -> Seen:
    """Whether root has a second factor. What kind it is, only the console shows."""
    on = bool(facts.once(read_summary).get("AccountMFAEnabled"))
    return Seen(
        on, "root has MFA" if on else "root has no MFA", "" if on else "In the console as root: Security credentials, Assign MFA device"
    )


def root_has_no_keys(facts: AccountFacts) -> Seen:
    """Whether root has no access key."""
    has = bool(facts.once(read_summary).get("AccountAccessKeysPresent"))
    step = "In the console as root: Security credentials, Access keys, delete them"
    return Seen(not has, "root has an access key" if has else "root has no access key", step if has else "")


def users_have_mfa(facts: AccountFacts) -> Seen:
    """Whether every user with a password has MFA."""
    return _users(facts, "with a password and no MFA", lambda row: row.says("password_enabled") and not row.says("mfa_active"))


def nobody_is_idle(facts: AccountFacts) -> Seen:
    """Whether no password or key stays enabled that nobody used for 45 days."""
    return _users(facts, f"idle for {IDLE_AFTER.days} days", lambda row: any(_idle(row, facts.now)))


def keys_are_young(facts: AccountFacts) -> Seen:
    """Whether no active access key is older than 90 days."""
    return _users(facts, f"with a key older than {ROTATE_AFTER.days} days", lambda row: any(_old_keys(row, facts.now)))


def certificates_are_valid(facts: AccountFacts) -> Seen:
    """Whether IAM holds no server certificate that has expired."""
    pages = facts.session.iam.get_paginator("list_server_certificates").paginate()
    found = [each for page in pages for each in page["ServerCertificateMetadataList"]]
    expired = sorted(each["ServerCertificateName"] for each in found if each.get("Expiration", facts.now) < facts.now)
    return Seen(not expired, f"expired: {', '.join(expired)}" if expired else plural(len(found), "server certificate"))


def support_role(facts: AccountFacts) -> Seen:
    """Whether a role may open cases at AWS Support: the stack's own, else anybody's."""
    partition = facts.session.sts.get_caller_identity()["Arn"].split(":")[1]
    policy = f"arn:{partition}:iam::aws:policy/AWSSupportAccess"
    ours = [role for role in facts.held("AWS::IAM::Role") if policy in _attached(facts, role)]
    if ours:
        return Seen(True, ", ".join(ours))
    try:
        pages = facts.session.iam.get_paginator("list_entities_for_policy").paginate(PolicyArn=policy, EntityFilter="Role")
        roles = sorted(each.get("RoleName", "") for page in pages for each in page["PolicyRoles"])
    except Exception as error:
        if not is_missing(error):
            raise
        roles = []
    return Seen(bool(roles), ", ".join(roles) or "no role has AWSSupportAccess")


def _attached(facts: AccountFacts, role: str) -> frozenset[str]:
    try:
        pages = facts.session.iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
        return frozenset(each.get("PolicyArn", "") for page in pages for each in page["AttachedPolicies"])
    except Exception as error:
        if not is_missing(error):
            raise
        return frozenset()


def security_contact(facts: AccountFacts) -> Seen:
    """Whether AWS has somebody to write to about security."""
    try:
        found = facts.session.contacts.get_alternate_contact(AlternateContactType="SECURITY")["AlternateContact"]
    except Exception as error:
        if not is_missing(error):
            raise
        return Seen(False, "none: AWS writes to root's address only")
    return Seen(True, found.get("EmailAddress", ""))


def budget(facts: AccountFacts) -> Seen:
    """Whether a budget counts the whole account's costs."""
    pages = facts.session.budgets.get_paginator("describe_budgets").paginate(AccountId=facts.session.account)
    found = [each for page in pages for each in page.get("Budgets", []) if each["BudgetType"] == "COST" and not each.get("CostFilters")]
    ours = facts.held("AWS::Budgets::Budget")
    chosen = min(found, key=lambda each: (each["BudgetName"] not in ours, each["BudgetName"]), default=None)
    if chosen is None:
        return Seen(False, "no budget counts the whole account")
    limit = chosen.get("BudgetLimit", {}).get("Amount", "")
    spent = chosen.get("CalculatedSpend", {}).get("ActualSpend", {}).get("Amount")
    return Seen(
        True, f"{chosen['BudgetName']}: {_usd(spent)} of {_usd(limit)} USD" if spent else f"{chosen['BudgetName']}: {_usd(limit)} USD"
    )


def _usd(amount: str | None) -> str:
    return f"{float(amount or 0):g}"


def _users(facts: AccountFacts, words: str, fails: Callable[[Row], bool]) -> Seen:
    """Of the users, without root: CIS asks of root by itself."""
    try:
        rows = [row for row in facts.once(read_report) if row.user != _ROOT]
    except TimeoutError:
        return Seen(None, "IAM still makes the credential report: ask again in a minute")
    found = sorted(row.user for row in rows if fails(row))
    return Seen(not found, f"{words}: {', '.join(found)}" if found else f"none of {plural(len(rows), 'user')}")


def _idle(row: Row, now: datetime) -> Iterator[bool]:
    """A password or key that was never used counts from the day it was made."""
    if row.says("password_enabled"):
        used = row.moment("password_last_used") or row.moment("password_last_changed")
        yield used is not None and now - used > IDLE_AFTER
    for number in _KEYS:
        if row.says(f"access_key_{number}_active"):
            used = row.moment(f"access_key_{number}_last_used_date") or row.moment(f"access_key_{number}_last_rotated")
            yield used is not None and now - used > IDLE_AFTER


def _old_keys(row: Row, now: datetime) -> Iterator[bool]:
    for number in _KEYS:
        if row.says(f"access_key_{number}_active"):
            made = row.moment(f"access_key_{number}_last_rotated")
            yield made is not None and now - made > ROTATE_AFTER
