"""Checks: the account's Fargate vCPUs take the service while a deployment runs old and new tasks together."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tradingbot_infra.operations.live.service import read_service
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.preflight.quota import read_quota, request
from tradingbot_infra.operations.verdict import Finding, failed, passed

if TYPE_CHECKING:
    from types_boto3_service_quotas.type_defs import MetricInfoTypeDef

SERVICE, CODE = "fargate", "L-3032A538"
"""Fargate On-Demand vCPU resource count (ECS Developer Guide, "Amazon ECS service quotas"). New accounts have 6."""

_CPU_UNITS = 1024
"""CPU units of one vCPU."""

_USAGE = timedelta(hours=1)
_PERIOD = timedelta(minutes=5)


def fewest_fit(plan: Plan) -> Iterator[Finding]:
    """Without room for these a deployment waits until it fails."""
    yield _judged(plan, "min_tasks", plan.config.scaling.min_tasks)


def most_fit(plan: Plan) -> Iterator[Finding]:
    """Without room for these the service stays smaller than its load needs, and a deployment meanwhile waits."""
    yield _judged(plan, "max_tasks", plan.config.scaling.max_tasks)


def _judged(plan: Plan, setting: str, tasks: int) -> Finding:
    quota = read_quota(plan.session, SERVICE, CODE)
    others = max(0.0, _used(plan, quota.get("UsageMetric", {})) - _running(plan) * _of_one_task(plan))
    together = tasks * _of_one_task(plan) * _deployment_factor(plan)
    said = f"{setting}={tasks} are up to {together:g} vCPUs in a deployment, others use {others:g}, the quota is {quota['Value']:g}"
    if together + others <= quota["Value"]:
        return passed(said)
    return failed(said, request(SERVICE, CODE, _whole(together + others), plan.session.region))


def _whole(number: float) -> float:
    return float(-(-number // 1))


def _of_one_task(plan: Plan) -> float:
    return plan.config.task.task_cpu / _CPU_UNITS


def _deployment_factor(plan: Plan) -> float:
    """How many times its tasks a service may run in a deployment; AWS's default is 200 percent (ECS API, DeploymentConfiguration)."""
    percents = [
        each.properties.get("DeploymentConfiguration", {}).get("MaximumPercent", 200) for each in plan.assembly.of_type("AWS::ECS::Service")
    ]
    return max(percents, default=200) / 100


def _running(plan: Plan) -> int:
    try:
        return read_service(plan.session, plan.names).running
    except Missing:
        return 0


def _used(plan: Plan, metric: "MetricInfoTypeDef") -> float:
    """The vCPUs that the account used at most within the hour. A new account has no such metric yet."""
    if not metric.get("MetricName"):
        return 0
    statistic: Any = metric.get("MetricStatisticRecommendation", "Maximum")
    found = plan.session.cloudwatch.get_metric_statistics(
        Namespace=metric.get("MetricNamespace", ""),
        MetricName=metric.get("MetricName", ""),
        Dimensions=[{"Name": name, "Value": value} for name, value in metric.get("MetricDimensions", {}).items()],
        StartTime=plan.now - _USAGE,
        EndTime=plan.now,
        Period=int(_PERIOD.total_seconds()),
        Statistics=[statistic],
    )["Datapoints"]
    points: list[Mapping[str, Any]] = [*found]
    return max((float(point.get(statistic, 0)) for point in points), default=0.0)
