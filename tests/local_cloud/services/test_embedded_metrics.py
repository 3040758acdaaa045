"""Lines in the embedded metric format become metrics, on which alarms ring."""

import json
import time
import uuid
from typing import Any

import pytest

from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.services.embedded_metrics import data

pytestmark = pytest.mark.usefixtures("account")

METRICS: list[dict[str, Any]] = [{"Name": "equity", "Unit": "None"}, {"Name": "latency", "Unit": "Seconds"}]


def line(namespace: str = "Trading", *, dimensions: Any = (("environment",),), metrics: Any = METRICS, **fields: Any) -> str:
    directive = {"Namespace": namespace, "Dimensions": [list(names) for names in dimensions], "Metrics": metrics}
    return json.dumps(
        {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}, "environment": "production", **fields}
    )


def write(*messages: str) -> None:
    group = uuid.uuid4().hex
    call("logs", "CreateLogGroup", logGroupName=group)
    call("logs", "CreateLogStream", logGroupName=group, logStreamName="s")
    events = [{"timestamp": int(time.time() * 1000), "message": message} for message in messages]
    call("logs", "PutLogEvents", logGroupName=group, logStreamName="s", logEvents=events)


def statistics(name: str, **dimensions: str) -> dict[str, float]:
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    now = time.time()
    asked = {"StartTime": now - 600, "EndTime": now + 60, "Period": 3600, "Statistics": ["Sum", "SampleCount", "Maximum"]}
    (point,) = call("cloudwatch", "GetMetricStatistics", Namespace="Trading", MetricName=name, Dimensions=named, **asked)["Datapoints"]
    return {key: point[key] for key in asked["Statistics"]}  # type: ignore[attr-defined]


def test_a_field_is_a_metric_of_each_set_of_dimensions_and_an_array_has_many_values() -> None:
    write(line(equity=5, latency=[0.5, 1.5]), line(equity=7, strategy="grid", dimensions=(("environment",), ("environment", "strategy"))))
    assert statistics("equity", environment="production") == {"Sum": 12, "SampleCount": 2, "Maximum": 7}
    assert statistics("equity", environment="production", strategy="grid") == {"Sum": 7, "SampleCount": 1, "Maximum": 7}
    assert statistics("latency", environment="production") == {"Sum": 2, "SampleCount": 2, "Maximum": 1.5}


def test_an_alarm_on_such_a_metric_rings() -> None:
    watched = {"Namespace": "Trading", "MetricName": "equity", "Statistic": "Maximum", "Period": 60, "EvaluationPeriods": 1}
    call("cloudwatch", "PutMetricAlarm", AlarmName="a", Threshold=6, ComparisonOperator="GreaterThanThreshold", **watched)
    write(line(equity=5))
    assert call("cloudwatch", "DescribeAlarms", AlarmNames=["a"])["MetricAlarms"][0]["StateValue"] == "OK"
    write(line(equity=7))
    assert call("cloudwatch", "DescribeAlarms", AlarmNames=["a"])["MetricAlarms"][0]["StateValue"] == "ALARM"


@pytest.mark.parametrize(
    "message",
    [
        "no JSON",
        '{"_aws": {}}',
        '{"_aws": {"CloudWatchMetrics": {}}}',
        '{"_aws": [1], "equity": 5}',
        line(equity="5"),
        line(equity=True),
        line(equity=[1] * 101),
        line(equity=5, dimensions=(("nothing",),)),
        line(equity=5, dimensions=(tuple(f"d{number}" for number in range(31)),)),
        line(equity=5, metrics=[{"Name": f"m{number}"} for number in range(100)] + [{"Name": "equity"}]),
        line(equity=5, metrics=["equity"]),
    ],
    ids=[
        "text",
        "nothing",
        "no list",
        "no object",
        "text as value",
        "truth",
        "too many values",
        "a dimension is missing",
        "too many dimensions",
        "too many metrics",
        "no names",
    ],
)
def test_what_does_not_follow_the_format_publishes_nothing(message: str) -> None:
    assert [datum for _, found in data(message, 0) for datum in found] == []


def test_without_dimensions_a_metric_has_none() -> None:
    ((namespace, (datum,)),) = data(line(equity=5, dimensions=()), 0)
    assert (namespace, datum["Values"], "Dimensions" in datum) == ("Trading", [5.0], False)
