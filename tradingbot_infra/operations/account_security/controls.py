"""Every control of the account, a row each, in the order in which people read them."""

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.account_security import alarms, defaults, people, recorder, threats, traces, trail
from tradingbot_infra.operations.account_security.control import Asked, Control, Judged, always, by_hand, judge, part, switch, within
from tradingbot_infra.operations.account_security.facts import AccountFacts


def _budget(config: EnvironmentConfig) -> Asked:
    """A budget without anybody to write to is not made."""
    return Asked.OURS if config.account.account_budget_usd is not None and config.security_emails else Asked.NOBODY


TRAIL = (
    Control("trail", "CloudTrail records every region", trail.recording, always),
    Control("trail-validation", "CloudTrail's files are signed", trail.validated, always),
    Control("trail-key", "CloudTrail's files have a key of ours", trail.encrypted, always),
    Control("trail-delivery", "CloudTrail's files and events arrive", trail.delivering, always),
    Control("trail-s3-events", "CloudTrail records requests for objects", trail.records_objects, switch("trail_s3_events")),
    Control("trail-insights", "CloudTrail looks for unusual calls", trail.has_insights, switch("trail_insights")),
)

ALARMS = (
    Control("alarms", "The alarms of CIS are set", alarms.set_and_loud, always),
    Control("alarms-heard", "Somebody hears the security topic", alarms.heard, always),
)

DETECTION = (
    Control("config-recorder", "AWS Config records", recorder.recording, part("config_recorder")),
    Control("config-delivery", "AWS Config delivers", recorder.delivering, part("config_recorder")),
    Control("config-rules", "Rules of AWS Config judge", recorder.judging, switch("config_rules")),
    Control("guardduty", "GuardDuty looks for threats", threats.detecting, part("guardduty")),
    Control(
        "guardduty-runtime",
        "GuardDuty watches processes of tasks",
        threats.watching_processes,
        within(part("guardduty"), switch("guardduty_runtime_monitoring")),
    ),
    Control("security-hub", "Security Hub is on", threats.hub_is_on, part("security_hub")),
    Control(
        "security-hub-standards",
        "Security Hub judges by its standards",
        threats.standards_judge,
        within(part("security_hub"), switch("security_hub_standards")),
    ),
    Control("access-analyzer", "Access Analyzer looks for access from outside", threats.external_access, part("access_analyzer")),
    Control(
        "unused-access",
        "Access Analyzer looks for unused access",
        threats.unused_access,
        within(part("access_analyzer"), switch("unused_access_days")),
    ),
    Control("inspector-images", "Inspector scans container images", threats.images_scanned, switch("inspector_images")),
    Control("transaction-search", "X-Ray takes traces by OTLP", traces.searching, part("transaction_search")),
    Control(
        "span-log",
        "Spans have a key and expire",
        traces.spans_kept,
        within(part("transaction_search"), switch("span_log_days")),
    ),
)

DEFAULTS = (
    Control("password-policy", "Passwords are long", defaults.password_policy, switch("account_defaults")),
    Control("s3-block", "No bucket can be public", defaults.buckets_blocked, switch("account_defaults")),
    Control("ebs-encryption", "New disks are encrypted", defaults.disks_encrypted, switch("account_defaults")),
    Control("imdsv2", "New instances answer by IMDSv2 only", defaults.metadata_with_tokens, switch("account_defaults")),
    Control("image-block", "No image of EC2 can become public", defaults.images_blocked, switch("account_defaults")),
    Control("snapshot-block", "No snapshot of EBS is public", defaults.snapshots_blocked, switch("account_defaults")),
    Control("default-vpcs", "No region has its default VPC", defaults.default_vpcs, switch("remove_default_vpcs")),
)

PEOPLE = (
    Control("support-role", "A role opens cases at AWS Support", people.support_role, switch("support_role")),
    Control("security-contact", "AWS knows the security contact", people.security_contact, switch("security_contact_email")),
    Control("budget", "A budget counts the whole account", people.budget, _budget),
    Control("root-mfa", "Root has MFA", people.root_has_mfa, by_hand),
    Control("root-keys", "Root has no access key", people.root_has_no_keys, by_hand),
    Control("users-mfa", "Users with a password have MFA", people.users_have_mfa, by_hand),
    Control("idle-credentials", "No credential is idle for 45 days", people.nobody_is_idle, by_hand),
    Control("old-keys", "No access key is older than 90 days", people.keys_are_young, by_hand),
    Control("server-certificates", "No server certificate in IAM has expired", people.certificates_are_valid, by_hand),
)

CONTROLS = (*TRAIL, *ALARMS, *DETECTION, *DEFAULTS, *PEOPLE)


def judged(facts: AccountFacts) -> tuple[Judged, ...]:
    """Every control as it stands, read live.

    Errors of missing credentials or network escape.
    """
    return tuple(judge(control, facts) for control in CONTROLS)
