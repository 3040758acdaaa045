"""What templates may hold of CloudWatch Logs."""

from collections.abc import Mapping

from tradingbot_infra.compliance.access.account_security import account_names, searches_traces
from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    follows,
    judged,
    kept,
    matching,
    one,
    refers_to,
    required,
    setting,
    tags,
)
from tradingbot_infra.compliance.expected.account_alarms import account_filters
from tradingbot_infra.compliance.expected.trading_alarms import heartbeat_filters
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Resource

_STATED = "logs.as_designed"


def _saved_queries(config: EnvironmentConfig) -> int:
    """One more where the application sends traces."""
    return 7 if config.telemetry.tracing == "xray" else 6


def _policy_names(policy: Resource, config: EnvironmentConfig) -> tuple[str, ...]:
    """The names that the stack's policies can have."""
    names = {"DataStack": ("data-image-scans",), "ServiceStack": ("service-web-acl-log",)}
    if policy.stack == "AccountSecurityStack":
        return (account_names(config).stack("security-transaction-search"),)
    return tuple(config.names.stack(name) for name in names.get(policy.stack, ()))


def _delivers_web_acl_log(config: EnvironmentConfig) -> int:
    return int(config.web_acl.waf)


ALLOWED: Mapping[str, AllowedType] = {
    # In any stack, since any stack may need a log; logs.as_designed says which there must be.
    "AWS::Logs::LogGroup": allowed(
        *kept(),
        *required(
            refers_to("KmsKeyId", "AWS::KMS::Key"),
            matching("LogGroupName", r"(/|aws-waf-logs-)[\w/.-]+", "a name of its own"),
            setting("RetentionInDays", "log_retention_days"),
            tags(),
        ),
    ),
    "AWS::Logs::ResourcePolicy": allowed(
        *judged("access.resource_policies", "PolicyDocument.**"),
        *required(follows("PolicyName", _policy_names, "a name that begins with the stack's")),
        exact=True,
        DataStack=one,
        ServiceStack=_delivers_web_acl_log,
        AccountSecurityStack=lambda config: int(searches_traces(config)),
    ),
    "AWS::Logs::MetricFilter": allowed(
        *judged(_STATED, "FilterPattern", "LogGroupName", "MetricTransformations.**"),
        exact=True,
        MonitoringStack=lambda config: 3 + sum(1 for _ in heartbeat_filters(config)),
        AccountSecurityStack=lambda config: sum(1 for _ in account_filters(config)),
    ),
    "AWS::Logs::ScheduledQuery": allowed(
        *judged(
            _STATED,
            "Description",
            "DestinationConfiguration.S3Configuration.DestinationIdentifier",
            "DestinationConfiguration.S3Configuration.RoleArn",
            "ExecutionRoleArn",
            "LogGroupIdentifiers[]",
            "Name",
            "QueryLanguage",
            "QueryString",
            "ScheduleExpression",
            "StartTimeOffset",
            "Timezone",
        ),
        tags(),
        exact=True,
        MonitoringStack=lambda config: int(config.dashboards.daily_summary),
    ),
    "AWS::Logs::QueryDefinition": allowed(
        *judged(_STATED, "LogGroupNames[]", "Name", "QueryString"), exact=True, MonitoringStack=_saved_queries
    ),
}
