"""What each control of the account costs a month, what it is for, and what nobody would see without it.

`account plan`, `account status` and docs/account.md take prices from here. Ids are those of `account status`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tradingbot_infra.compliance.catalogue import controls_naming
from tradingbot_infra.cost.estimate import Estimate, LineItem, total
from tradingbot_infra.cost.item import ACCOUNT_LINE, Part


@dataclass(frozen=True, kw_only=True)
class AccountControl:
    """A control of the account that has a price of its own, or is free.

    `setting` is what decides it. `lines` are beginnings of the ids of lines of an estimate, without that of the account. `rules` are
    rules of the catalogue that it satisfies, or its part of them; `without` is what is lost where it is off.
    """

    id: str
    title: str
    setting: str
    lines: tuple[str, ...]
    rules: tuple[str, ...]
    without: str

    @property
    def requirements(self) -> tuple[str, ...]:
        """The controls of the frameworks that name its rules, such as CIS-3.1, each once in the frameworks' order."""
        found = {control.id: framework.id for rule in self.rules for framework, control in controls_naming(rule)}
        order = list(dict.fromkeys(found.values()))
        return tuple(sorted(found, key=lambda name: order.index(found[name])))


CIS_ALARMS = tuple(f"acct.mf.4.{number}" for number in range(1, 16))

CONTROLS = (
    AccountControl(
        id="trail",
        title="CloudTrail: who did what, in every region, with its bucket, log group and keys",
        setting="account_security",
        lines=("logs.", "s3.", "kms."),
        rules=("acct.trail", "acct.trail_validation", "acct.trail_kms", "acct.trail_bucket_logs", "acct.trail_cwl"),
        without="After ninety days, nobody can say who changed or read what; nothing rings, and no file proves it.",
    ),
    AccountControl(
        id="trail-s3-events",
        title="CloudTrail: requests for objects in the project's buckets",
        setting="trail_s3_events",
        lines=("cloudtrail.s3_events",),
        rules=("acct.trail_s3_read", "acct.trail_s3_write"),
        without="A log file that somebody reads, replaces or deletes leaves no trace.",
    ),
    AccountControl(
        id="trail-insights",
        title="CloudTrail Insights: unusual numbers of calls and of errors",
        setting="trail_insights",
        lines=("cloudtrail.insights",),
        rules=("acct.trail_insights",),
        without="A burst of calls or of refusals, as with a stolen key, has to be searched for.",
    ),
    AccountControl(
        id="alarms",
        title="Fifteen alarms of CIS on the trail",
        setting="account_security",
        lines=("cloudwatch.", "sns."),
        rules=CIS_ALARMS,
        without="A login as root, an opened security group or a stopped trail is seen when somebody looks.",
    ),
    AccountControl(
        id="config-recorder",
        title="AWS Config: the history of resources",
        setting="config_recorder",
        lines=("config.items",),
        rules=("acct.config", "acct.config_everywhere"),
        without="What a resource was like last week is not known, and Security Hub has nothing to judge.",
    ),
    AccountControl(
        id="config-rules",
        title="Rules of AWS Config",
        setting="config_rules",
        lines=("config.evaluations",),
        rules=("acct.config_rules",),
        without="Whether users have MFA and keys are young is known only to whoever asks.",
    ),
    AccountControl(
        id="guardduty",
        title="GuardDuty: threats in calls, traffic, objects, logins and functions",
        setting="guardduty",
        lines=("guardduty.management_events", "guardduty.logs", "guardduty.s3_events", "guardduty.rds", "guardduty.lambda"),
        rules=("acct.guardduty",),
        without="A stolen key, a miner or a guessed database password is noticed by its damage.",
    ),
    AccountControl(
        id="guardduty-runtime",
        title="GuardDuty in tasks: their processes and files",
        setting="guardduty_runtime_monitoring",
        lines=("guardduty.runtime",),
        rules=("acct.guardduty_runtime",),
        without="What an intruder starts inside a task shows only by its traffic.",
    ),
    AccountControl(
        id="security-hub",
        title="Security Hub: judges every resource by its standards",
        setting="security_hub",
        lines=("securityhub.",),
        rules=("acct.securityhub",),
        without="Resources that no template has are judged by nobody, and findings stay in each service.",
    ),
    AccountControl(
        id="access-analyzer",
        title="Access Analyzer: what can be reached from outside the account",
        setting="access_analyzer",
        lines=(),
        rules=("acct.access_analyzer",),
        without="A policy that admits a stranger is found by the stranger.",
    ),
    AccountControl(
        id="unused-access",
        title="Access Analyzer: roles, keys and permissions that nobody uses",
        setting="unused_access_days",
        lines=("access_analyzer.",),
        rules=("acct.unused_access",),
        without="Permissions that are no longer needed stay; each of them is one more that can be stolen.",
    ),
    AccountControl(
        id="inspector-images",
        title="Inspector: known vulnerabilities in container images",
        setting="inspector_images",
        lines=("inspector.",),
        rules=("acct.inspector",),
        without="An image is scanned when it is pushed; what becomes known later is not looked for.",
    ),
    AccountControl(
        id="transaction-search",
        title="X-Ray: takes traces that applications send by OTLP, and keeps their spans",
        setting="transaction_search",
        lines=(),
        rules=(),
        without="Traces are refused: why a request was slow is read from logs, if at all.",
    ),
    AccountControl(
        id="account-defaults",
        title="Defaults: passwords, public buckets, images and snapshots, disks, IMDSv2",
        setting="account_defaults",
        lines=("lambda.",),
        rules=("acct.password_policy", "acct.pw_length", "acct.pw_reuse", "acct.ebs_default", "acct.s3_public_block"),
        without="One click makes a bucket or a snapshot public, and a new disk is not encrypted.",
    ),
    AccountControl(
        id="default-vpcs",
        title="Default VPCs without a network interface are deleted",
        setting="remove_default_vpcs",
        lines=(),
        rules=("acct.default_vpc",),
        without="What somebody starts in a region that nobody watches gets a public address.",
    ),
    AccountControl(
        id="support-role",
        title="A role opens cases at AWS Support",
        setting="support_role",
        lines=(),
        rules=("acct.support_role",),
        without="In an incident only administrators can ask AWS.",
    ),
    AccountControl(
        id="security-contact",
        title="AWS knows whom to write to about security",
        setting="security_contact_email",
        lines=(),
        rules=("man.contacts",),
        without="AWS writes about abuse and incidents to the owner of the account only.",
    ),
    AccountControl(
        id="budget",
        title="A budget over the whole account",
        setting="account_budget_usd",
        lines=(),
        rules=(),
        without="What costs money outside the environments, as a miner does, shows on the bill.",
    ),
)
"""In the order in which people read them."""


@dataclass(frozen=True)
class PricedControl:
    """A control with the lines of an estimate that it causes; none where it is off or free."""

    control: AccountControl
    lines: tuple[LineItem, ...]

    @property
    def monthly(self) -> Decimal:
        """US dollars."""
        return total(self.lines)


def priced_controls(estimate: Estimate) -> tuple[PricedControl, ...]:
    """Every control, with what it costs in an estimate of an environment that deploys the account's stacks."""
    lines = estimate.of(Part.ACCOUNT)
    return tuple(PricedControl(control, tuple(line for line in lines if causes(control, line))) for control in CONTROLS)


def monthly_by_control(estimate: Estimate) -> Mapping[str, Decimal]:
    """What each control costs a month, US dollars, by its id."""
    return {priced.control.id: priced.monthly for priced in priced_controls(estimate)}


def of_no_control(estimate: Estimate) -> Iterator[LineItem]:
    """Lines of the account that no control causes, such as those of another stack of the account."""
    return (line for line in estimate.of(Part.ACCOUNT) if not any(causes(control, line) for control in CONTROLS))


def causes(control: AccountControl, line: LineItem) -> bool:
    """Whether a line of the account is there because of a control."""
    identifier = line.quantity.id.removeprefix(ACCOUNT_LINE)
    return bool(control.lines) and identifier.startswith(control.lines)


def is_off(value: object) -> bool:
    """Whether a setting's value leaves its control off."""
    return value in ("off", "none", None, False)
