"""PutMetricAlarm for alarms on PromQL, DescribeAlarmContributors and DeleteAlarms.

Source: CloudWatch API Reference, PutMetricAlarm, AlarmPromQLCriteria, AlarmContributor.
"""

import time
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import alarms
from tradingbot_infra.local_cloud.prometheus import syntax
from tradingbot_infra.local_cloud.prometheus.names import selects_by_name
from tradingbot_infra.local_cloud.services.operation import Call
from tradingbot_infra.local_cloud.services.promql_alarms import evaluation
from tradingbot_infra.local_cloud.services.promql_alarms.contributors import Periods

_NOT_WITH_PROMQL = (
    *("Namespace", "MetricName", "Dimensions", "Period", "Unit", "Statistic", "ExtendedStatistic", "Metrics", "Threshold"),
    *("ComparisonOperator", "ThresholdMetricId", "EvaluationPeriods", "DatapointsToAlarm", "TreatMissingData"),
)
_SHORT_INTERVALS = (10, 20, 30)
_LONGEST_INTERVAL, _LONGEST_PERIOD = 3600, 86400
_MOST_ACTIONS = 5
_LONGEST_QUERY = 10_000
"""Characters (CloudWatch API Reference, AlarmPromQLCriteria)."""
_ACTIONS = ("OKActions", "AlarmActions", "InsufficientDataActions")
_NOT_FOUND = 404


async def put(call: Call) -> dict[str, Any]:
    """PutMetricAlarm. An alarm on PromQL begins in OK, and keeps its state when it is changed."""
    given = call.parameters
    if "EvaluationCriteria" not in given:
        return await call.as_asked()
    criteria = given["EvaluationCriteria"].get("PromQLCriteria", {})
    _check(given, criteria)
    name, now = given["AlarmName"], int(time.time())
    existing = alarms.metric_alarm(name) or {}
    state = {"StateValue": "OK", "StateReason": "Unchecked: Initial alarm creation", "StateUpdatedTimestamp": now}
    kept = {key: existing[key] for key in (*state, "StateTransitionedTimestamp") if key in existing}
    record = {
        "AlarmName": name,
        "AlarmArn": alarms.arn(name),
        "AlarmDescription": given.get("AlarmDescription", ""),
        "ActionsEnabled": given.get("ActionsEnabled", True),
        **{key: given.get(key, []) for key in _ACTIONS},
        **state,
        **kept,
        "AlarmConfigurationUpdatedTimestamp": now,
        "EvaluationCriteria": {"PromQLCriteria": dict(criteria)},
        "EvaluationInterval": given["EvaluationInterval"],
    }
    alarms.put(record, {tag["Key"]: tag["Value"] for tag in given.get("Tags", [])})
    evaluation.watch(name, criteria["Query"], _periods(given, criteria))
    return {}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteAlarms; what is deleted is evaluated no more."""
    answer = await call.as_asked()
    for name in call.parameters["AlarmNames"]:
        evaluation.forget(name)
    return answer


async def contributors(call: Call) -> dict[str, Any]:
    """DescribeAlarmContributors: those in ALARM."""
    name = call.parameters["AlarmName"]
    if alarms.alarm(name) is None:
        raise LocalApiError("ResourceNotFoundException", f"Alarm {name} does not exist", _NOT_FOUND)
    return {"AlarmContributors": evaluation.contributors(name)}


def _periods(given: Mapping[str, Any], criteria: Mapping[str, Any]) -> Periods:
    return Periods(given["EvaluationInterval"], criteria.get("PendingPeriod", 0), criteria.get("RecoveryPeriod", 0))


def _check(given: Mapping[str, Any], criteria: Mapping[str, Any]) -> None:
    both = [name for name in _NOT_WITH_PROMQL if name in given]
    if both:
        raise _invalid(f"{', '.join(both)} must not be given together with EvaluationCriteria")
    _check_interval(given.get("EvaluationInterval"))
    for period in ("PendingPeriod", "RecoveryPeriod"):
        if not 0 <= criteria.get(period, 0) <= _LONGEST_PERIOD:
            raise _invalid(f"{period} must be from 0 to {_LONGEST_PERIOD}")
    for kind in _ACTIONS:
        if len(given.get(kind, [])) > _MOST_ACTIONS:
            raise _invalid(f"{kind} has at most {_MOST_ACTIONS} members")
    _check_query(criteria.get("Query", ""))


def _check_interval(interval: int | None) -> None:
    if interval is None:
        raise _invalid("EvaluationInterval is required with EvaluationCriteria")
    if interval not in _SHORT_INTERVALS and (interval < 1 or interval % 60 or interval > _LONGEST_INTERVAL):
        raise _invalid("EvaluationInterval must be 10, 20, 30, or a multiple of 60 up to 3600")


def _check_query(query: str) -> None:
    if len(query) > _LONGEST_QUERY:
        raise _invalid(f"The query has {len(query)} characters; at most {_LONGEST_QUERY} are allowed")
    mistake = syntax.mistake(query)
    if mistake:
        raise _invalid(f"The query cannot be read: {mistake}")
    if not selects_by_name(query):
        raise _invalid("Every selector of the query must name a metric, and there must be one")


def _invalid(message: str) -> LocalApiError:
    return LocalApiError("ValidationError", message)


OPERATIONS = {"DeleteAlarms": delete, "DescribeAlarmContributors": contributors, "PutMetricAlarm": put}
"""API name -> the function that answers it."""
