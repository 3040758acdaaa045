"""Log groups, metric filters and saved queries (DESIGN, Monitoring)."""

from collections.abc import Iterator

from tradingbot_infra.compliance.expected.account_alarms import account_filters, account_log_groups
from tradingbot_infra.compliance.expected.resource import Expected, FilterPattern, Reference
from tradingbot_infra.compliance.expected.trading_alarms import HEARTBEAT_LINES, heartbeat_filters
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.log_lines import ERROR_QUERY
from tradingbot_infra.design.services import API

LOG_GROUP = "AWS::Logs::LogGroup"
METRIC_FILTER = "AWS::Logs::MetricFilter"
QUERY_DEFINITION = "AWS::Logs::QueryDefinition"
SCHEDULED_QUERY = "AWS::Logs::ScheduledQuery"

ERRORS_METRIC = "ApplicationErrors"
REJECTS_METRIC = "RejectedFlows"

_ANY_CASE = ("ERROR", "CRITICAL", "FATAL", "error", "critical", "fatal")
_JSON_LEVELS = (
    *(f'($.level = "{word}")' for word in _ANY_CASE),
    *(f'($.levelname = "{word}")' for word in _ANY_CASE[:3]),
    *(f'($.severity = "{word}")' for word in _ANY_CASE),
    *(f'($.record.level.name = "{word}")' for word in _ANY_CASE[:2]),
    "($.level >= 50)",
)
JSON_ERRORS = "{ " + " || ".join(_JSON_LEVELS) + " }"
TEXT_ERRORS = (
    r"%^ERROR|^CRITICAL|^FATAL|^\d.*\WERROR\W|^\d.*\WCRITICAL\W|^\d.*\WFATAL\W|^\[.*\WERROR\W|^\[.*\WCRITICAL\W|^\[.*\WFATAL\W"
    r"|^Traceback|log\.level.:\s?.error|log\.level.:\s?.critical|log\.level.:\s?.fatal%"
)
"""What design/log_lines.py makes of its rows, written out: a row that is lost there is missed here."""

REJECTED_FLOWS = (
    "[version, account, interface, source, destination, sourceport, destinationport, protocol, packets, bytes, start, end, "
    'action = "REJECT", status]'
)
"""Filter pattern for records in the default format (VPC User Guide, "Flow log records")."""

_MONITORING = "MonitoringStack"

_QUERIES = {
    "Recent errors": f"fields @timestamp, @message, level, request_id\n| {ERROR_QUERY}\n| sort @timestamp desc\n| limit 100",
    "Slow requests": "fields @timestamp, @message, duration_ms\n| filter duration_ms > 1000\n| sort duration_ms desc\n| limit 50",
    "Trading activity": (
        "fields @timestamp, @message\n| filter @message like /SIGNAL|ORDER|POSITION/\n| sort @timestamp desc\n| limit 100"
    ),
    "Trace by id": (
        'fields @timestamp, level, message, strategy, client_order_id, @message\n| filter trace_id = "PUT-THE-TRACE-ID-HERE"'
        "\n| sort @timestamp asc\n| limit 1000"
    ),
    "Order by id": (
        'fields @timestamp, level, message, trace_id, request_id, @message\n| filter client_order_id = "PUT-THE-ORDER-ID-HERE"'
        "\n| sort @timestamp asc\n| limit 1000"
    ),
    "Heartbeats": (
        'filter event = "heartbeat"\n| stats max(@timestamp) as last, count(*) as heartbeats by strategy, bin(1h)\n| sort last desc'
    ),
}
_SLOW_SPANS = (
    "fields @timestamp, name, durationNano / 1000000 as milliseconds, attributes.exchange, traceId"
    '\n| filter resource.attributes.service.name = "{service}" and durationNano > 1000000000\n| sort durationNano desc\n| limit 100'
)
_SUMMARY = (
    f"fields @timestamp, message, level, strategy\n| {ERROR_QUERY} or @message like /ORDER|SIGNAL/"
    "\n| parse message /^(?<what>ORDER|SIGNAL) (?<outcome>[a-z]+)/"
    "\n| stats count(*) as lines by bin(1d) as day, what, outcome, strategy, level\n| sort lines desc"
)
_SPANS = "aws/spans"
"""Where X-Ray keeps spans (CloudWatch User Guide, "Transaction Search")."""


def log_groups(config: EnvironmentConfig) -> Iterator[Expected]:
    """Every log group that the settings ask for, by its name; the tables of compliance/allowed say what it holds."""
    for stack, name in _log_group_names(config):
        yield Expected(type=LOG_GROUP, stack=stack, key="LogGroupName", properties={"LogGroupName": name})


def log_readers(config: EnvironmentConfig) -> Iterator[Expected]:
    """Every metric filter and saved query."""
    names = config.names
    application = Reference(type=LOG_GROUP, named=("LogGroupName", names.container_log_group))
    flows = Reference(type=LOG_GROUP, named=("LogGroupName", names.flow_log_group))
    for pattern, group, metric in (
        (JSON_ERRORS, application, ERRORS_METRIC),
        (TEXT_ERRORS, application, ERRORS_METRIC),
        (REJECTED_FLOWS, flows, REJECTS_METRIC),
    ):
        counted = {"MetricName": metric, "MetricNamespace": names.metric_namespace, "MetricValue": "1", "DefaultValue": 0}
        properties = {"FilterPattern": pattern, "LogGroupName": group, "MetricTransformations": [counted]}
        yield Expected(type=METRIC_FILTER, stack=_MONITORING, key="FilterPattern", properties=properties)
    for title, query in _QUERIES.items():
        properties = {"Name": names.query(title), "QueryString": query, "LogGroupNames": [application]}
        yield Expected(type=QUERY_DEFINITION, stack=_MONITORING, key="Name", properties=properties)
    for made in heartbeat_filters(config):
        properties = {"FilterPattern": FilterPattern(HEARTBEAT_LINES), "LogGroupName": application, "MetricTransformations": [made]}
        yield Expected(type=METRIC_FILTER, stack=_MONITORING, key="MetricTransformations", properties=properties)
    if config.telemetry.tracing == "xray":
        properties = {
            "Name": names.query("Slow spans"),
            "QueryString": _SLOW_SPANS.format(service=names.service),
            "LogGroupNames": [_SPANS],
        }
        yield Expected(type=QUERY_DEFINITION, stack=_MONITORING, key="Name", properties=properties)
    if config.dashboards.daily_summary:
        yield _daily_summary(config, application)
    yield from account_filters(config)


def _daily_summary(config: EnvironmentConfig, application: Reference) -> Expected:
    """A day and ten minutes, read ten minutes after midnight UTC, for the bucket of access logs; nowhere else."""
    bucket = Reference(type="AWS::S3::Bucket", path="DataStack/AccessLogsBucket", before="s3://", after="/daily-summary/")
    role = Reference(type="AWS::IAM::Role", attribute="Arn", path="MonitoringStack/DailySummary/Role/Role")
    properties = {
        "Name": config.names.daily_summary,
        "Description": "Orders by outcome, signals and errors of a day, by strategy",
        "QueryLanguage": "CWLI",
        "QueryString": _SUMMARY,
        "LogGroupIdentifiers": [application],
        "ScheduleExpression": "cron(10 0 * * ? *)",
        "Timezone": "UTC",
        "StartTimeOffset": 87_000,
        "ExecutionRoleArn": role,
        "DestinationConfiguration": {"S3Configuration": {"DestinationIdentifier": bucket, "RoleArn": role}},
    }
    return Expected(type=SCHEDULED_QUERY, stack=_MONITORING, key="Name", properties=properties)


def _log_group_names(config: EnvironmentConfig) -> Iterator[tuple[str, str]]:
    names = config.names
    yield from (("NetworkStack", name) for name in (names.flow_log_group, names.default_security_group_log_group))
    yield from (("DataStack", names.database_log_group(log)) for log in ("postgresql", "upgrade"))
    if config.cache.enable_redis:
        yield from (("DataStack", names.redis_log_group(log)) for log in ("slow-log", "engine-log"))
    yield "DataStack", names.scan_results_log_group
    for name in (
        names.container_log_group,
        names.container_insights_log_group,
        names.container_events_log_group,
        names.password_rollout_log_group(API.part),
        *([names.deployment_check_log_group] if config.deployment.shifts_traffic else []),
        *([names.web_acl_log_group] if config.web_acl.waf else []),
    ):
        yield "ServiceStack", name
    if config.notifications.chat == "telegram":
        yield "MonitoringStack", names.telegram_log_group
    yield from (("AccountSecurityStack", name) for name in account_log_groups(config))
