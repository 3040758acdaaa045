"""Rules for Amazon CloudWatch: alarms, the dashboard, metric filters.

The watched resource is judged, not the alarm: a missing alarm has no resource of its own that could fail.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from tradingbot_infra.compliance.observe import at, is_false, is_unknown, listed, not_assessed, observe
from tradingbot_infra.compliance.reading.monitoring import (
    ALARM,
    DB_INSTANCE,
    LOAD_BALANCER,
    METRIC_FILTER,
    NODE_COUNTS,
    REPLICATION_GROUP,
    SERVICE,
    Metric,
    alarmed,
    count_alarmed,
    dimensions_of,
    filters,
    hears_silence,
    is_above,
    is_below,
    literal_name,
    log_group_names,
    on_dashboard,
    references,
    shows_log,
    shows_metric,
)
from tradingbot_infra.compliance.reading.policy_documents import is_left_open
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import TriState, all_of, any_of, decided, is_reference_to
from tradingbot_infra.templates import Assembly, Resource

COMPOSITE_ALARM = "AWS::CloudWatch::CompositeAlarm"
TASK_DEFINITION = "AWS::ECS::TaskDefinition"
FLOW_LOG = "AWS::EC2::FlowLog"
WEB_ACL = "AWS::WAFv2::WebACL"
BACKUP_VAULT = "AWS::Backup::BackupVault"
TOPIC = "AWS::SNS::Topic"
SUBSCRIPTION = "AWS::SNS::Subscription"

_REACHES_PEOPLE = ("email", "email-json")

_ERROR = "ERROR"
_REJECT = "REJECT"
_ANY_SURGE = float("inf")

ALARMS = {
    SERVICE: {
        Metric("AWS/ECS", "CPUUtilization"): (is_above(80), "above 80 % or earlier"),
        Metric("AWS/ECS", "MemoryUtilization"): (is_above(85), "above 85 % or earlier"),
    },
    LOAD_BALANCER: {
        Metric("AWS/ApplicationELB", "TargetResponseTime"): (is_above(2), "above 2 s or earlier"),
        Metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"): (is_above(10), "above 10 or earlier"),
        Metric("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count"): (is_above(10), "above 10 or earlier"),
        Metric("AWS/ApplicationELB", "UnHealthyHostCount"): (is_above(0), "above 0"),
    },
    DB_INSTANCE: {
        Metric("AWS/RDS", "CPUUtilization"): (is_above(80), "above 80 % or earlier"),
        Metric("AWS/RDS", "FreeStorageSpace"): (is_below(2 * 1024**3), "below 2 GiB or earlier"),
        Metric("AWS/RDS", "FreeableMemory"): (is_below(256 * 1024**2), "below 256 MiB or earlier"),
    },
    REPLICATION_GROUP: {
        Metric("AWS/ElastiCache", "EngineCPUUtilization"): (is_above(75), "above 75 % or earlier"),
        Metric("AWS/ElastiCache", "CPUUtilization"): (is_above(75), "above 75 % or earlier"),
        Metric("AWS/ElastiCache", "DatabaseMemoryUsagePercentage"): (is_above(85), "above 85 % or earlier"),
        Metric("AWS/ElastiCache", "Evictions"): (is_above(1000), "above 1000 or earlier"),
        Metric("AWS/ElastiCache", "CurrConnections"): (is_above(500), "above 500 or earlier"),
    },
}
"""When each metric must raise an alarm (DESIGN, Monitoring)."""

_MAX_ERRORS = 10
"""Application errors in one period of the alarm (DESIGN, Monitoring)."""

WIDGETS = {
    SERVICE: (*ALARMS[SERVICE], Metric("ECS/ContainerInsights", "RunningTaskCount")),
    LOAD_BALANCER: tuple(
        Metric("AWS/ApplicationELB", name)
        for name in ("TargetResponseTime", "RequestCount", "HTTPCode_Target_2XX_Count", "HTTPCode_Target_5XX_Count")
    ),
    DB_INSTANCE: tuple(Metric("AWS/RDS", name) for name in ("CPUUtilization", "DatabaseConnections", "FreeStorageSpace")),
    REPLICATION_GROUP: tuple(ALARMS[REPLICATION_GROUP]),
}
"""What the dashboard shows (DESIGN, Monitoring)."""


@rule(
    "cw.alarm_actions",
    ALARM,
    COMPOSITE_ALARM,
    title="Every alarm notifies a topic",
    fix="Add an `SnsAction` of the alarm topic to the alarm and leave its actions enabled.",
)
def alarm_actions(alarm: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield observe(alarm, "ActionsEnabled", lambda enabled: not is_false(enabled), "not false", default=True)
    actions = listed(alarm.properties.get("AlarmActions"))
    yield decided("Properties.AlarmActions", actions, any_of(_is_topic(action, assembly) for action in actions), "an SNS topic")


@rule(
    "cw.alarm_recipients",
    TOPIC,
    title="Somebody gets the messages of every topic",
    fix="Name e-mail addresses in setting `alarm_emails`, or `paging_emails` for pages; a subscription filters nothing out.",
)
def alarm_recipients(topic: Resource, assembly: Assembly) -> Iterator[Observation]:
    subscriptions = [each for each in assembly.of_type(SUBSCRIPTION) if _is_of(each, topic, assembly) is not False]
    answers = [all_of((_is_of(each, topic, assembly), _tells_a_person(each))) for each in subscriptions]
    observed = [each.properties.get("Protocol") for each in subscriptions]
    yield decided(SUBSCRIPTION, observed, any_of(answers), "a subscription by e-mail that gets every message")


@rule(
    "cw.alarm_coverage",
    *ALARMS,
    title="Service, load balancer, database and cache have every alarm that the design names, at its threshold or an earlier one",
    fix="Add the alarm in MonitoringStack, or set its threshold back to the design's.",
)
def alarm_coverage(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _uncounted_nodes(resource)
    for dimensions in dimensions_of(resource, assembly):
        for metric, (is_right, expected) in ALARMS[resource.type].items():
            yield alarmed(f"{ALARM} {metric}", metric, dimensions, is_right, f"an alarm {expected}", assembly)
    if resource.type == SERVICE:
        for group in _service_logs(resource, assembly):
            expected = f"an alarm above {_MAX_ERRORS} or earlier on a metric filter for {_ERROR} on {group}"
            yield count_alarmed(f"{ALARM} {_ERROR}", group, _ERROR, is_above(_MAX_ERRORS), expected, assembly)


@rule(
    "cw.control_failure_alarms",
    FLOW_LOG,
    WEB_ACL,
    BACKUP_VAULT,
    title="An alarm reports when a control fails or blocks an attack: flow log, web ACL, backup",
    fix="Add the alarm in MonitoringStack: flow log silent, rejected flows, blocked requests, failed backup jobs.",
)
def control_failure_alarms(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == FLOW_LOG:
        yield from _flow_log_alarms(resource, assembly)
    elif resource.type == WEB_ACL:
        yield _blocked_alarm(resource, assembly)
    else:
        metric, names = Metric("AWS/Backup", "NumberOfBackupJobsFailed"), references(resource) | literal_name(resource, "BackupVaultName")
        yield alarmed(f"{ALARM} {metric}", metric, {"BackupVaultName": names}, is_above(0), "an alarm above 0", assembly)


@rule(
    "cw.dashboard",
    *WIDGETS,
    title="A dashboard shows service, load balancer, database, cache and the latest errors",
    fix="Add the widget to the dashboard in MonitoringStack.",
)
def dashboard(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _uncounted_nodes(resource)
    for dimensions in dimensions_of(resource, assembly):
        for metric in WIDGETS[resource.type]:
            shows = partial(shows_metric, metric=metric, dimensions=dimensions)
            yield on_dashboard(f"widget {metric}", shows, "a line of a widget", assembly)
    if resource.type == SERVICE:
        for group in _service_logs(resource, assembly):
            expected = f"a query of errors in {group}"
            if is_left_open(group, assembly):
                yield not_assessed(f"widget {_ERROR}", group, expected)
                continue
            shows = partial(shows_log, group=log_group_names(group, assembly), word=_ERROR)
            yield on_dashboard(f"widget {_ERROR}", shows, expected, assembly)


@rule(
    "cw.error_filter",
    TASK_DEFINITION,
    title="Errors in every container's log are counted",
    fix="Add a metric filter for level ERROR on the container's log group.",
)
def error_filter(task: Resource, assembly: Assembly) -> Iterator[Observation]:
    for group in _container_logs(task):
        found = list(filters(group, _ERROR, assembly))
        answer = None if is_left_open(group, assembly) else any_of(counts for _, counts in found)
        observed = [metric_filter.logical_id for metric_filter, counts in found if counts]
        yield decided(METRIC_FILTER, observed, answer, f"a filter for {_ERROR} on {group}")


def _uncounted_nodes(resource: Resource) -> Iterator[Observation]:
    for name in NODE_COUNTS if resource.type == REPLICATION_GROUP else ():
        count = resource.properties.get(name)
        if is_unknown(count):
            yield not_assessed(f"Properties.{name}", count, "a known number of nodes")


def _is_topic(action: Any, assembly: Assembly) -> TriState:
    target = assembly.referred(action)
    if target is not None:
        return target.type == TOPIC
    return None if is_unknown(action) else ":sns:" in str(action)


def _is_of(subscription: Resource, topic: Resource, assembly: Assembly) -> TriState:
    return is_reference_to(subscription.properties.get("TopicArn"), topic, assembly)


def _tells_a_person(subscription: Resource) -> TriState:
    protocol, endpoint, filtered = (subscription.properties.get(name) for name in ("Protocol", "Endpoint", "FilterPolicy"))
    by_mail = None if is_unknown(protocol) else protocol in _REACHES_PEOPLE
    return all_of((by_mail, bool(endpoint), not filtered))


def _blocked_alarm(acl: Resource, assembly: Assembly) -> Observation:
    """CloudWatch knows a web ACL by the name of its metric, not by its own (AWS WAF Developer Guide, "AWS WAF metrics")."""
    metric, region = Metric("AWS/WAFV2", "BlockedRequests"), assembly.stacks[acl.stack].region
    where, expected = f"{ALARM} {metric}", "an alarm on a surge, for all rules of the web ACL"
    name = at(acl.properties, "VisibilityConfig.MetricName")
    if is_unknown(name):
        return not_assessed(where, name, expected)
    dimensions = {"WebACL": frozenset({name}), "Rule": frozenset({"ALL"}), "Region": frozenset({region, "${AWS::Region}"})}
    return alarmed(where, metric, dimensions, is_above(_ANY_SURGE), expected, assembly)


def _flow_log_alarms(flow_log: Resource, assembly: Assembly) -> Iterator[Observation]:
    destination = flow_log.properties.get("LogDestinationType", "cloud-watch-logs")
    group = flow_log.properties.get("LogGroupName", flow_log.properties.get("LogDestination"))
    if is_unknown(destination) or is_left_open(group, assembly):
        yield not_assessed("Properties", {"LogDestinationType": destination, "LogGroupName": group}, "a known log group")
    elif destination == "cloud-watch-logs":
        metric, dimensions = Metric("AWS/Logs", "IncomingLogEvents"), {"LogGroupName": log_group_names(group, assembly)}
        yield alarmed(f"{ALARM} {metric}", metric, dimensions, hears_silence, "an alarm that treats missing data as breaching", assembly)
        rejected = f"an alarm on a metric filter for {_REJECT} on {group}"
        yield count_alarmed(f"{ALARM} {_REJECT}", group, _REJECT, is_above(_ANY_SURGE), rejected, assembly)


def _container_logs(task: Resource) -> list[Any]:
    """The log group of each container; None for a container without one, a function where CloudFormation decides."""
    containers = listed(task.properties.get("ContainerDefinitions"))
    return [at(each, "LogConfiguration.Options.awslogs-group") for each in containers]


def _service_logs(service: Resource, assembly: Assembly) -> list[Any]:
    """The log groups of the containers that a service runs; the name of its task definition where that is not in these stacks."""
    named = service.properties.get("TaskDefinition")
    task = assembly.referred(named)
    return _container_logs(task) if task else [named]
