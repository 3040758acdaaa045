"""Rules for the fifteen alarms of CIS: from the trail's log group over filter, metric and alarm to a topic.

Who hears the topic is judged by `cw.alarm_recipients`.
"""

from collections.abc import Iterator
from contextlib import suppress

from tradingbot_infra.compliance.expected.account_alarms import FILTERS
from tradingbot_infra.compliance.observe import at, is_false, is_unknown, listed, seen
from tradingbot_infra.compliance.reading.account_stack import account_rule
from tradingbot_infra.compliance.reading.filter_patterns import form_of
from tradingbot_infra.compliance.rule import Observation, Rule
from tradingbot_infra.templates import Assembly, Resource

TRAIL = "AWS::CloudTrail::Trail"
METRIC_FILTER = "AWS::Logs::MetricFilter"
ALARM = "AWS::CloudWatch::Alarm"
TOPIC = "AWS::SNS::Topic"

_LONGEST_SECONDS = 300


def _alarm(control: str, what: str) -> Rule:
    title = f"An alarm reports {what}"
    fix = "Restore the metric filter on the trail's log group with the pattern of CIS, its alarm above none, and the alarm's topic."

    @account_rule(f"acct.mf.{control}", TRAIL, together=True, title=title, fix=fix)
    def look(trail: Resource, assembly: Assembly) -> Iterator[Observation]:
        yield from _chain(trail, control, assembly)

    return look


unauthorized_calls = _alarm("4.1", "unauthorized API calls")
sign_in_without_mfa = _alarm("4.2", "console sign-in without MFA")
root_use = _alarm("4.3", "use of the root user")
policy_changes = _alarm("4.4", "changes of IAM policies")
trail_changes = _alarm("4.5", "changes of CloudTrail")
failed_sign_in = _alarm("4.6", "failed console sign-in")
key_deletion = _alarm("4.7", "disabling or deletion of customer keys")
bucket_policy_changes = _alarm("4.8", "changes of bucket policies")
config_changes = _alarm("4.9", "changes of AWS Config")
security_group_changes = _alarm("4.10", "changes of security groups")
network_acl_changes = _alarm("4.11", "changes of network ACLs")
gateway_changes = _alarm("4.12", "changes of gateways")
route_table_changes = _alarm("4.13", "changes of route tables")
vpc_changes = _alarm("4.14", "changes of VPCs")
organization_changes = _alarm("4.15", "changes of AWS Organizations")


def _chain(trail: Resource, control: str, assembly: Assembly) -> Iterator[Observation]:
    """Every link, as far as there is one before it."""
    group = assembly.referred(trail.properties.get("CloudWatchLogsLogGroupArn"))
    filters = [each for each in assembly.of_type(METRIC_FILTER) if group and _counts(each, group, control, assembly)]
    yield seen(METRIC_FILTER, [each.logical_id for each in filters], bool(filters), f"{FILTERS[control]} on the trail's log group")
    metrics = {metric for each in filters for metric in _metrics(each)}
    watching = [
        each for each in assembly.of_type(ALARM) if (each.properties.get("Namespace"), each.properties.get("MetricName")) in metrics
    ]
    alarms = [each for each in watching if _rings(each)]
    if filters:
        expected = f"one that rings at one event within {_LONGEST_SECONDS} seconds"
        yield seen(ALARM, [each.logical_id for each in watching], bool(alarms), expected)
    if alarms:
        told = [each for each in alarms if _tells(each, assembly)]
        yield seen("AlarmActions", [each.logical_id for each in told], bool(told), "a topic of these stacks, with actions enabled")


def _counts(metric_filter: Resource, group: Resource, control: str, assembly: Assembly) -> bool:
    pattern = metric_filter.properties.get("FilterPattern")
    if assembly.referred(metric_filter.properties.get("LogGroupName")) != group or not isinstance(pattern, str):
        return False
    with suppress(ValueError):
        return form_of(pattern) == form_of(FILTERS[control])
    return False


def _metrics(metric_filter: Resource) -> Iterator[tuple[str, str]]:
    """The metrics that one event adds one to. One with dimensions is several metrics, each with a name of its own."""
    for each in listed(metric_filter.properties.get("MetricTransformations")):
        if str(at(each, "MetricValue")) == "1" and not at(each, "Dimensions"):
            yield at(each, "MetricNamespace"), at(each, "MetricName")


def _rings(alarm: Resource) -> bool:
    """Whether one event within a period is enough, and quiet is not."""
    properties = alarm.properties
    figures = [properties.get(name) for name in ("Threshold", "Period", "EvaluationPeriods", "ComparisonOperator", "Statistic")]
    if is_unknown(figures) or properties.get("Dimensions"):
        return False
    threshold, period, periods, comparison, statistic = figures
    above_none = {"GreaterThanOrEqualToThreshold": (0, 1), "GreaterThanThreshold": (-1, 0)}.get(str(comparison))
    points = properties.get("DatapointsToAlarm", periods)
    return (
        above_none is not None
        and threshold is not None
        and above_none[0] < float(threshold) <= above_none[1]
        and statistic == "Sum"
        and int(period or 0) <= _LONGEST_SECONDS
        and int(points or 0) == 1
    )


def _tells(alarm: Resource, assembly: Assembly) -> bool:
    targets = (assembly.referred(action) for action in listed(alarm.properties.get("AlarmActions")))
    named = any(target is not None and target.type == TOPIC for target in targets)
    return named and not is_false(alarm.properties.get("ActionsEnabled", True))
