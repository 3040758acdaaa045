"""CloudWatch: alarms, the dashboard, and metrics beyond those that AWS sends at no charge."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly, Resource
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = (
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Logs::MetricFilter",
    "AWS::ECS::Cluster",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
)

SERVICE = "CloudWatch"

DOCUMENT_ALARMS = (
    "ecs-cpu",
    "ecs-memory",
    "alb-response-time",
    "alb-5xx",
    "rds-cpu",
    "rds-free-storage",
    "redis-memory",
    "application-errors",
)
"""The alarms that the document's cost chapter pays for; its monitoring chapter lists more (FACTS 3.7)."""

ALARMS_OF_A_POLICY = 2
"""Alarms that target tracking creates: one to scale out, one to scale in (Application Auto Scaling User Guide, "Target tracking")."""

METRICS_OF_A_CLUSTER, METRICS_OF_A_SERVICE, METRICS_OF_A_FAMILY = 12, 15, 10
"""Metrics of Container Insights on Fargate without a volume, by their dimensions: cluster, service, task definition family
(CloudWatch User Guide, "Amazon ECS Container Insights metrics")."""

_TRADING = re.compile(r"(^|/)Trading(Alarms|Dashboards)/")
_ALARMS = "AWS bills each metric that an alarm reads, and gives every account ten, not deducted here."
_DASHBOARD = "AWS gives every account three, not deducted here."
_METRICS = "AWS gives every account ten custom metrics, not deducted here."
_PROMQL = "No source says whether AWS bills an alarm, or each series that it reads, as it does for alarms of Metrics Insights."
_INSIGHTS = "Billed as custom metrics; its log is a line of its own."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """What the document counts, then what is not in it."""
    every = assembly.of_type("AWS::CloudWatch::Alarm")
    alarms = tuple(alarm for alarm in every if not _of_trading(alarm))
    documented = [alarm for alarm in alarms if _suffix(alarm) in DOCUMENT_ALARMS]
    number = len(documented)
    yield from _month(Part.DOCUMENT, "alarms.document", plural(number, "alarm"), "alarm_month", number, documented, _ALARMS)
    dashboards = [dashboard for dashboard in assembly.of_type("AWS::CloudWatch::Dashboard") if not _of_trading(dashboard)]
    number = len(dashboards)
    yield from _month(Part.DOCUMENT, "dashboards", plural(number, "dashboard"), "dashboard_month", number, dashboards, _DASHBOARD)
    yield from _more_alarms(alarms, documented)
    yield from _of_trading_itself(assembly, usage)
    policies = assembly.of_type("AWS::ApplicationAutoScaling::ScalingPolicy")
    made = len(policies) * ALARMS_OF_A_POLICY
    yield from _month(Part.NOT_IN_DOCUMENT, "alarms.scaling", "Alarms that scaling creates", "alarm_month", made, policies)
    filters = tuple(each for each in assembly.of_type("AWS::Logs::MetricFilter") if not _of_trading(each))
    metrics = _metrics_of_filters(filters, usage)
    yield from _month(Part.NOT_IN_DOCUMENT, "metrics.filters", "Metrics made from logs", "custom_metric_month", metrics, filters, _METRICS)
    yield from _container_insights(assembly)


def _of_trading_itself(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Alarms, dashboards and metrics from logs that are about trading, not about what it runs on."""
    alarms = [alarm for alarm in assembly.of_type("AWS::CloudWatch::Alarm") if _of_trading(alarm)]
    promql = [alarm for alarm in alarms if "EvaluationCriteria" in alarm.properties]
    number = len(promql)
    yield from _trading("trading_promql_alarms", plural(number, "PromQL alarm"), "promql_alarm_month", number, promql, _PROMQL)
    others = [alarm for alarm in alarms if alarm not in promql]
    read = sum(_metrics_read(alarm) for alarm in others)
    what = f"{plural(read, 'metric')} read by other alarms of trading"
    yield from _trading("trading_alarms", what, "alarm_month", read, others, _ALARMS)
    dashboards = [dashboard for dashboard in assembly.of_type("AWS::CloudWatch::Dashboard") if _of_trading(dashboard)]
    number = len(dashboards)
    what = plural(number, "dashboard of trading", "dashboards of trading")
    yield from _trading("trading_dashboards", what, "dashboard_month", number, dashboards, _DASHBOARD)
    filters = [each for each in assembly.of_type("AWS::Logs::MetricFilter") if _of_trading(each)]
    made = sum(_metrics_of_a_strategy(each, usage) for each in filters)
    yield from _trading("trading_heartbeats", "Heartbeats made from logs", "custom_metric_month", made, filters, _METRICS)


def _trading(line: str, what: str, price: str, number: int, of: list[Resource], note: str) -> Iterator[BilledItem]:
    yield from _month(Part.NOT_IN_DOCUMENT, line, what, price, number, of, note)


def _of_trading(resource: Resource) -> bool:
    """Whether it is one of the constructs for trading, such as MonitoringStack/TradingAlarms."""
    return bool(_TRADING.search(resource.path))


def _metrics_of_a_strategy(found: Resource, usage: UsageConfig) -> int:
    """What a filter of heartbeats makes: one metric, or one for each strategy that writes, whether or not an alarm asks for it."""
    made = found.properties["MetricTransformations"]
    return sum(max(usage.expected_strategy_count, 1) if each.get("Dimensions") else 1 for each in made)


def _more_alarms(alarms: tuple[Resource, ...], documented: list[Resource]) -> Iterator[BilledItem]:
    others = [alarm for alarm in alarms if alarm not in documented]
    twice = [alarm for alarm in documented if _metrics_read(alarm) > 1]
    names = [_suffix(alarm) for alarm in others] + [f"a second metric of {_suffix(alarm)}" for alarm in twice]
    number = sum(_metrics_read(alarm) for alarm in alarms) - len(documented)
    what = f"{number} {'more' if documented else 'alarms'}: {', '.join(names)}"
    yield from _month(Part.NOT_IN_DOCUMENT, "alarms.others", what, "alarm_month", number, [*others, *twice], _ALARMS)


def _metrics_of_filters(filters: tuple[Resource, ...], usage: UsageConfig) -> Decimal:
    """Filters that publish one metric together make one, billed by the hour in which it gets a value: without a default, after an event."""
    made = [each for found in filters for each in found.properties["MetricTransformations"]]
    metrics = {_metric(each) for each in made}
    always = {_metric(each) for each in made if "DefaultValue" in each}
    return len(always) + len(metrics - always) * usage.expected_watched_hours / HOURS


def _metric(made: Mapping[str, Any]) -> tuple[str, str]:
    return made["MetricNamespace"], made["MetricName"]


def _container_insights(assembly: Assembly) -> Iterator[BilledItem]:
    for mode, price in (("enabled", "custom_metric_month"), ("enhanced", "container_insights_enhanced")):
        clusters = [cluster for cluster in assembly.of_type("AWS::ECS::Cluster") if _insights(cluster) == mode]
        services, families = len(assembly.of_type("AWS::ECS::Service")), len(assembly.of_type("AWS::ECS::TaskDefinition"))
        metrics = METRICS_OF_A_CLUSTER + services * METRICS_OF_A_SERVICE + families * METRICS_OF_A_FAMILY if clusters else 0
        what = f"{metrics} metrics of Container Insights"
        yield from _month(Part.NOT_IN_DOCUMENT, "metrics.container_insights", what, price, metrics, clusters, _INSIGHTS)


def _month(
    part: Part, line: str, what: str, price: str, number: int | Decimal, of: list[Resource] | tuple[Resource, ...], note: str = ""
) -> Iterator[BilledItem]:
    if number:
        quantity = Quantity(id=f"cloudwatch.{line}", what=what, price=f"cloudwatch.{price}", amount=Decimal(number))
        yield counted(part, SERVICE, quantity, of=of, note=note)


def _metrics_read(alarm: Resource) -> int:
    return sum("MetricStat" in metric for metric in alarm.properties.get("Metrics", [])) or 1


def _insights(cluster: Resource) -> str:
    settings = {setting["Name"]: setting["Value"] for setting in cluster.properties.get("ClusterSettings", [])}
    return str(settings.get("containerInsights", "disabled"))


def _suffix(alarm: Resource) -> str:
    """The alarm's name without project and environment: `tradingbot-ai-production-ecs-cpu` is `ecs-cpu`."""
    tags = {tag["Key"]: tag["Value"] for tag in alarm.properties.get("Tags", [])}
    return str(alarm.properties["AlarmName"]).removeprefix(f"{tags.get('Project')}-{tags.get('Environment')}-")
