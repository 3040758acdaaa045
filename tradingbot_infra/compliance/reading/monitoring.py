"""Which alarms, metric filters and widgets watch a resource, by the names under which CloudWatch knows it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.compliance.observe import at, is_function, is_unknown, listed
from tradingbot_infra.compliance.reading.policy_documents import is_left_open
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.compliance.tristate import TriState, all_of, any_of, decided
from tradingbot_infra.templates import Assembly, Resource

ALARM = "AWS::CloudWatch::Alarm"
DASHBOARD = "AWS::CloudWatch::Dashboard"
METRIC_FILTER = "AWS::Logs::MetricFilter"
SERVICE = "AWS::ECS::Service"
LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
DB_INSTANCE = "AWS::RDS::DBInstance"
REPLICATION_GROUP = "AWS::ElastiCache::ReplicationGroup"

ResourceNames = frozenset[str]
"""The names of a resource: its literal name, and the references that resolve to it."""

Dimensions = Mapping[str, ResourceNames]
IsRight = Callable[[Resource], TriState]


@dataclass(frozen=True)
class Metric:
    """A CloudWatch metric."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace} {self.name}"


NODE_COUNTS = ("NumCacheClusters", "NumNodeGroups", "ReplicasPerNodeGroup")
"""The properties with the number of nodes of a cache; each node has its own metrics."""


def references(resource: Resource, *attributes: str) -> ResourceNames:
    """The Ref of a resource and these attributes of it, as the templates' references are resolved."""
    name = f"{resource.stack}.{resource.logical_id}"
    return frozenset((f"${{{name}}}", *(f"${{{name}.{attribute}}}" for attribute in attributes)))


def literal_name(resource: Resource, path: str) -> ResourceNames:
    """The literal name that a property gives to a resource; empty where it gives none."""
    name = at(resource.properties, path)
    return frozenset({name} if isinstance(name, str) else ())


def log_group_names(value: Any, assembly: Assembly) -> ResourceNames:
    """The names of the log group that a property names; empty where it names none, or a function does."""
    group = assembly.referred(value)
    if group is not None:
        return references(group, "Arn") | literal_name(group, "LogGroupName")
    return frozenset({value} if isinstance(value, str) else ())


def dimensions_of(resource: Resource, assembly: Assembly) -> Iterator[Dimensions]:
    """The dimensions of a resource's metrics; those of each node for a cache, which has no metrics as a whole.

    A network or gateway load balancer has other metrics than an application's and yields nothing.
    """
    if resource.type == SERVICE:
        cluster = assembly.referred(resource.properties.get("Cluster"))
        of_cluster = {"ClusterName": references(cluster) | literal_name(cluster, "ClusterName")} if cluster else {}
        yield {"ServiceName": references(resource, "Name") | literal_name(resource, "ServiceName"), **of_cluster}
    elif resource.type == LOAD_BALANCER and resource.properties.get("Type") not in ("network", "gateway"):
        yield {"LoadBalancer": references(resource, "LoadBalancerFullName")}
    elif resource.type == DB_INSTANCE:
        yield {"DBInstanceIdentifier": references(resource) | literal_name(resource, "DBInstanceIdentifier")}
    elif resource.type == REPLICATION_GROUP:
        groups = references(resource) | literal_name(resource, "ReplicationGroupId")
        yield from ({"CacheClusterId": frozenset(f"{group}-{node}" for group in groups)} for node in _nodes(resource))


def alarmed(where: str, metric: Metric, dimensions: Dimensions, is_right: IsRight, expected: str, assembly: Assembly) -> Observation:
    """Whether a suitable alarm watches a metric."""
    observed, answer = _alarms(metric, dimensions, is_right, assembly)
    return decided(where, observed, answer, expected)


def count_alarmed(where: str, group: Any, word: str, is_right: IsRight, expected: str, assembly: Assembly) -> Observation:
    """Whether a suitable alarm watches how often a word occurs in a log group, by a metric filter on it."""
    observed: dict[str, str] = {}
    answers: list[TriState] = []
    for metric_filter, counts in filters(group, word, assembly):
        for made in listed(metric_filter.properties.get("MetricTransformations")):
            alarms, answer = _alarms(Metric(str(made.get("MetricNamespace")), str(made.get("MetricName"))), {}, is_right, assembly)
            observed |= alarms if counts else {}
            answers.append(all_of((counts, answer)))
    return decided(where, observed, None if is_left_open(group, assembly) else any_of(answers), expected)


def filters(group: Any, word: str, assembly: Assembly) -> Iterator[tuple[Resource, TriState]]:
    """Every metric filter, and whether it counts the lines with a word in the log group that a property names."""
    names = log_group_names(group, assembly)
    for metric_filter in assembly.of_type(METRIC_FILTER):
        pattern = metric_filter.properties.get("FilterPattern")
        has_word = None if is_unknown(pattern) else word in str(pattern)
        yield metric_filter, all_of((has_word, _is_one_of(metric_filter.properties.get("LogGroupName"), names, assembly)))


def is_above(figure: float) -> IsRight:
    """Whether an alarm is raised above a threshold, or earlier."""

    def holds(alarm: Resource) -> TriState:
        # For a count, at or above one is the same as above none.
        whole = figure == 0 and alarm.properties.get("ComparisonOperator") == "GreaterThanOrEqualToThreshold"
        return _compares(alarm, "GreaterThan", lambda threshold: threshold <= (1 if whole else figure))

    return holds


def is_below(figure: float) -> IsRight:
    """Whether an alarm is raised below a threshold, or earlier."""
    return lambda alarm: _compares(alarm, "LessThan", lambda threshold: threshold >= figure)


def hears_silence(alarm: Resource) -> TriState:
    """Whether an alarm is raised when data are missing."""
    missing = alarm.properties.get("TreatMissingData", "missing")
    return all_of((None if is_unknown(missing) else missing == "breaching", _compares(alarm, "LessThan", lambda _: True)))


def on_dashboard(where: str, shows: Callable[[Mapping[str, Any]], bool], expected: str, assembly: Assembly) -> Observation:
    """Whether a widget of a dashboard shows something; not assessed where a dashboard's body cannot be read."""
    bodies = {board.logical_id: _widgets(board) for board in assembly.of_type(DASHBOARD)}
    shown = {name: None if widgets is None else any(shows(widget) for widget in widgets) for name, widgets in bodies.items()}
    return decided(where, [name for name, found in shown.items() if found], any_of(shown.values()), expected)


def shows_metric(widget: Mapping[str, Any], metric: Metric, dimensions: Dimensions) -> bool:
    """Whether a widget has a line for a metric (CloudWatch API, "Dashboard Body Structure and Syntax")."""
    rows = ([part for part in row if isinstance(part, str)] for row in at(widget, "properties.metrics", []))
    return any(
        row[:2] == [metric.namespace, metric.name]
        and all(dict(zip(row[2::2], row[3::2], strict=False)).get(name) in values for name, values in dimensions.items())
        for row in rows
    )


def shows_log(widget: Mapping[str, Any], group: ResourceNames, word: str) -> bool:
    """Whether a widget shows the lines of a log group with a word."""
    query = str(at(widget, "properties.query", ""))
    return word in query and any(f"SOURCE '{name}'" in query for name in group)


def _nodes(group: Resource) -> Iterator[str]:
    """The ends of the node ids: 001 and on, and within each shard 0001-001 and on (ElastiCache User Guide, "Finding a node")."""
    shards = group.properties.get("NumNodeGroups")
    if shards is None:
        yield from (f"{node:03d}" for node in range(1, _number(group, "NumCacheClusters", 1) + 1))
        return
    replicas = _number(group, "ReplicasPerNodeGroup", 0)
    for shard in range(1, _number(group, "NumNodeGroups", 1) + 1):
        yield from (f"{shard:04d}-{node:03d}" for node in range(1, replicas + 2))


def _number(group: Resource, name: str, default: int) -> int:
    """A count, or its default where only CloudFormation knows it; then nodes may be missing."""
    value = group.properties.get(name, default)
    return default if is_unknown(value) else int(value)


def _alarms(metric: Metric, dimensions: Dimensions, is_right: IsRight, assembly: Assembly) -> tuple[dict[str, str], TriState]:
    """The alarms on a metric, with what they compare, and whether one of them is suitable."""
    alarms = [(alarm, _watches(alarm, metric, dimensions, assembly)) for alarm in assembly.of_type(ALARM)]
    answer = any_of(all_of((watches, is_right(alarm))) for alarm, watches in alarms)
    return {alarm.logical_id: _shown(alarm) for alarm, watches in alarms if watches}, answer


def _watches(alarm: Resource, metric: Metric, dimensions: Dimensions, assembly: Assembly) -> TriState:
    parts = alarm.properties.get("Metrics")
    if is_function(parts):
        return None
    watched = [alarm.properties] if parts is None else [at(part, "MetricStat.Metric", {}) for part in parts]
    return any_of(_is(each, metric, dimensions, assembly) for each in watched)


def _is(watched: Mapping[str, Any], metric: Metric, dimensions: Dimensions, assembly: Assembly) -> TriState:
    found = watched.get("Dimensions", [])
    if is_function(found):
        return None
    values = {dimension.get("Name"): dimension.get("Value") for dimension in found}
    return all_of(
        (
            _is_one_of(watched.get("Namespace"), frozenset({metric.namespace}), assembly),
            _is_one_of(watched.get("MetricName"), frozenset({metric.name}), assembly),
            *(_is_one_of(values.get(name), wanted, assembly) for name, wanted in dimensions.items()),
        )
    )


def _is_one_of(value: Any, names: ResourceNames, assembly: Assembly) -> TriState:
    if isinstance(value, str) and value in names:
        return True
    return None if is_left_open(value, assembly) else False


def _compares(alarm: Resource, operator: str, is_early: Callable[[float], bool]) -> TriState:
    threshold, comparison = alarm.properties.get("Threshold"), alarm.properties.get("ComparisonOperator")
    if is_unknown(threshold) or is_unknown(comparison):
        return None
    return threshold is not None and str(comparison).startswith(operator) and is_early(float(threshold))


def _shown(alarm: Resource) -> str:
    return " ".join(str(alarm.properties.get(name)) for name in ("ComparisonOperator", "Threshold", "TreatMissingData"))


def _widgets(dashboard: Resource) -> list[Mapping[str, Any]] | None:
    body = dashboard.properties.get("DashboardBody")
    try:
        return list(json.loads(body).get("widgets", [])) if isinstance(body, str) else None
    except json.JSONDecodeError:
        return None
