"""Account security: what the account gets once, whatever the number of its environments, and who else provides it."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tradingbot_infra.config.errors import Problem
from tradingbot_infra.config.sections.base import Section, setting

Part = Literal["ours", "existing", "off"]
"""Who has a part of it: this app's stack, the account already, or nobody."""

_PROVIDED = "provided-by:"

_STANDARDS = ("fsbp", "cis", "pci-dss")

_MOST_USD = 1_000_000

_PART = "ours, existing if the account has one that was made elsewhere, or off"


class AccountSecurityConfig(Section, title="Account security"):
    """Controls of the account as a whole. Each part has its price (docs/account.md); plans are in config/account_plans.py."""

    account_security: str = setting(
        "Who provides the controls of the account: AccountSecurityStack of this app, nobody, or somebody else, such as a central team",
        allowed="ours, none, or provided-by:TEXT of up to 80 characters",
        pattern=r"^(ours|none|provided-by:[^\s,:|][^\r\n\t,|]{0,79})$",
    )
    account_security_evidence: str | None = setting(
        "Where somebody else's evidence of these controls is kept",
        allowed="up to 200 characters in one line, with provided-by, or none",
        pattern=r"^[^\s|][^\r\n\t|]{0,199}$",
    )
    account_security_review: str | None = setting(
        "Day by which it is to be reviewed again that somebody else provides these controls",
        allowed="a day as YYYY-MM-DD, with provided-by, or none",
        pattern=r"^\d{4}-\d{2}-\d{2}$",
    )
    security_emails: tuple[Annotated[str, Field(pattern=r"^[^@\s,]+@[^@\s,]+\.[^@\s,]+$")], ...] = setting(
        "E-mail addresses that subscribe to the security topic; without any it writes to alarm_emails",
        allowed="e-mail addresses, at most 50, separated by commas, or nothing",
        max_length=50,
    )
    audit_log_days: int = setting(
        "Days that log files of CloudTrail and AWS Config, and their bucket's access logs, are kept", ge=1, le=3653
    )
    trail_s3_events: Literal["none", "write", "all"] = setting("Which requests for objects in the project's buckets CloudTrail records")
    trail_insights: bool = setting("Have CloudTrail look for unusual numbers of calls and of errors")
    config_recorder: Part = setting("AWS Config's recorder, which keeps the history of resources", allowed=_PART)
    config_rules: bool = setting("Managed rules of AWS Config for controls of the account that no template shows")
    guardduty: Part = setting("GuardDuty, which looks for threats in what the account logs", allowed=_PART)
    guardduty_runtime_monitoring: bool = setting("Have GuardDuty watch the processes of tasks too, by an agent of its own in each")
    security_hub: Part = setting("Security Hub CSPM, which judges the account by standards", allowed=_PART)
    security_hub_standards: tuple[Literal["fsbp", "cis", "pci-dss"], ...] = setting(
        "Standards of a Security Hub that is ours",
        allowed="some of fsbp (AWS Foundational Security Best Practices), cis (5.0) and pci-dss (4.0.1), separated by commas, or nothing",
    )
    access_analyzer: Part = setting("IAM Access Analyzer, which finds what others than the account can reach", allowed=_PART)
    unused_access_days: int | None = setting(
        "Days after which Access Analyzer reports an unused role, key or permission; without, nothing looks for them. "
        "AWS charges for each role and user",
        allowed="a whole number from 1 to 365, or none",
        ge=1,
        le=365,
    )
    inspector_images: bool = setting("Have Amazon Inspector scan the account's container images for known vulnerabilities")
    account_defaults: bool = setting(
        "Set the account's password policy, block public S3 buckets, images and snapshots, and have EBS encrypted and IMDSv2 required "
        "where nobody says otherwise"
    )
    remove_default_vpcs: bool = setting("Delete default VPCs without a network interface, in every region of the account")
    support_role: bool = setting("Create the role that opens cases at AWS Support; people assume it with MFA")
    transaction_search: Part = setting("X-Ray's transaction search, which takes traces that applications send by OTLP", allowed=_PART)
    trace_indexing_percent: int = setting(
        "Share of traces that X-Ray indexes for search, percent; 1 is free, and every trace can be read by its id without", ge=1, le=100
    )
    span_log_days: int = setting("Days that spans of traces are kept", allowed="a retention period of CloudWatch Logs")
    security_contact_name: str | None = setting(
        "Name of the account's security contact, to whom AWS writes", allowed="up to 64 characters, or none", pattern=r"^\S[^\r\n\t]{0,63}$"
    )
    security_contact_title: str | None = setting(
        "Title of the security contact", allowed="up to 50 characters, or none", pattern=r"^\S[^\r\n\t]{0,49}$"
    )
    security_contact_email: str | None = setting(
        "E-mail address of the security contact",
        allowed="an e-mail address, or none",
        pattern=r"^(?=.{1,254}$)[^@\s,]+@[^@\s,]+\.[^@\s,]+$",
    )
    security_contact_phone: str | None = setting(
        "Telephone number of the security contact",
        allowed="up to 25 digits, spaces, parentheses, plus and hyphens, or none",
        pattern=r"^[0-9()+][0-9()+ -]{0,24}$",
    )
    account_budget_usd: int | None = setting(
        "Monthly budget of the whole account, US dollars: AWS Budgets writes to those of the security topic at 80 and 100 percent of it, "
        "and when the month is forecast to exceed it. Without an address there is none",
        allowed=f"a whole number from 1 to {_MOST_USD}, or none",
        ge=1,
        le=_MOST_USD,
    )

    @property
    def ours(self) -> bool:
        """Whether AccountSecurityStack provides the controls."""
        return self.account_security == "ours"

    @property
    def provider(self) -> str | None:
        """Who else provides the controls; None where nobody else does."""
        return self.account_security.removeprefix(_PROVIDED) if self.account_security.startswith(_PROVIDED) else None

    @property
    def contact(self) -> dict[str, str | None]:
        """The security contact's settings by their names: all or none have a value."""
        names = ("security_contact_name", "security_contact_title", "security_contact_email", "security_contact_phone")
        return {name: getattr(self, name) for name in names}


def evidence_comes_with_a_provider(account: AccountSecurityConfig) -> Iterator[Problem]:
    """An auditor asks whoever says that somebody else does it where that is seen, and when it was last looked at."""
    given = {
        "account_security_evidence": (account.account_security_evidence, "where it is kept, in one line"),
        "account_security_review": (account.account_security_review, "a day as YYYY-MM-DD"),
    }
    for name, (value, allowed) in given.items():
        if account.provider is not None and value is None:
            yield Problem(name, None, f"is missing beside account_security={account.account_security}", allowed)
        elif account.provider is None and value is not None:
            yield Problem(name, value, "nobody else provides the controls", "none, or any with account_security=provided-by:TEXT")


def review_is_a_day(account: AccountSecurityConfig) -> Iterator[Problem]:
    if account.account_security_review is not None:
        try:
            date.fromisoformat(account.account_security_review)
        except ValueError:
            yield Problem("account_security_review", account.account_security_review, "there is no such day", "a day as YYYY-MM-DD")


def parts_have_what_they_need(account: AccountSecurityConfig) -> Iterator[Problem]:
    """Rules and Security Hub's checks judge what a recorder records; the rest are options of parts that are ours."""
    if account.config_recorder == "off":
        if account.config_rules:
            yield Problem("config_rules", True, "nothing records what rules judge", "false, or true with config_recorder=ours or existing")
        if account.security_hub != "off":
            wrong = "its checks judge what AWS Config records"
            yield Problem("security_hub", account.security_hub, wrong, "off, or config_recorder=ours or existing")
    if account.guardduty != "ours" and account.guardduty_runtime_monitoring:
        yield Problem(
            "guardduty_runtime_monitoring", True, "it is a part of a GuardDuty that is ours", "false, or true with guardduty=ours"
        )
    if account.access_analyzer != "ours" and account.unused_access_days is not None:
        allowed = "none, or days with access_analyzer=ours"
        yield Problem("unused_access_days", account.unused_access_days, "it is a part of an Access Analyzer that is ours", allowed)


def standards_fit_the_hub(account: AccountSecurityConfig) -> Iterator[Problem]:
    given = account.security_hub_standards
    for name in dict.fromkeys(given):
        if given.count(name) > 1:
            yield Problem("security_hub_standards", ",".join(given), f"lists {name} twice", "each once")
    if account.security_hub == "ours" and not given:
        yield Problem("security_hub_standards", "", "a Security Hub without standards judges nothing", f"some of {', '.join(_STANDARDS)}")


def contact_is_complete(account: AccountSecurityConfig) -> Iterator[Problem]:
    """AWS Account Management takes all four or none (Account Management API, "PutAlternateContact")."""
    missing = [name for name, value in account.contact.items() if value is None]
    if 0 < len(missing) < len(account.contact):
        for name in missing:
            yield Problem(name, None, "is missing beside the rest of the contact", "a value, or none for all four")
